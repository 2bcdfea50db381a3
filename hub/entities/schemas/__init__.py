"""Schemas: the core catalogue, the types of values, titles; no database. What an organization adds is in book.py."""

from hub.entities.schemas.catalogue import (
    catalogue,
    declared_identifiers,
    groups,
    is_declared_somewhere,
    is_repeatable,
    kind_of,
    schema_of,
    type_of,
)
from hub.entities.schemas.definition import PLACEHOLDER, REPEATABLE, Group, Schema
from hub.entities.schemas.fitting import Misfit, misfits, missing
from hub.entities.schemas.titles import title_of

__all__ = [
    "PLACEHOLDER",
    "REPEATABLE",
    "Group",
    "Misfit",
    "Schema",
    "catalogue",
    "declared_identifiers",
    "groups",
    "is_declared_somewhere",
    "is_repeatable",
    "kind_of",
    "misfits",
    "missing",
    "schema_of",
    "title_of",
    "type_of",
]
