"""Naming: by which identifiers the records of a held prune are told apart, where their titles are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from hub.accounts.models import Organization
from hub.entities.keys import identifier_texts
from hub.entities.models import Entity
from hub.entities.schemas.book import book_of
from hub.errors import Invalid
from hub.json_types import JSONValue
from inbound.configuration import parse_configuration
from inbound.models import HeldPrune
from integrations.versions import find_version


@dataclass(frozen=True, slots=True)
class Naming:
    """mapped are the identifiers by which the use case finds the entities, declared those of their schema."""

    mapped: tuple[str, ...]
    declared: tuple[str, ...]

    @classmethod
    def of(cls, prune: HeldPrune, organization: Organization) -> Self:
        """As the version said that had the prune held; one query at most beside the schemas."""
        version = find_version(
            organization_id=organization.pk, use_case_id=prune.use_case_id, version=prune.use_case_version
        )
        mapped = _mapped(version.configuration, prune.schema) if version is not None else ()
        return cls(mapped, book_of(organization).declared_identifiers(prune.schema))

    def of_entity(self, entity: Entity) -> dict[str, str]:
        """Identifier → its value as text; those of the schema where the entity has none of the use case's."""
        attributes = entity.attributes
        return identifier_texts(attributes, self.mapped) or identifier_texts(attributes, self.declared)


def _mapped(configuration: JSONValue, schema: str) -> tuple[str, ...]:
    """The identifiers of the entries that write the schema; none for what is no configuration any more."""
    try:
        entries = parse_configuration(configuration).entities
    except Invalid:
        return ()
    return tuple(dict.fromkeys(name for entry in entries if entry.schema == schema for name in entry.unique_ids))
