"""Firing and Seed: what somebody asks for who fires an event by hand, or for an automation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hub.json_types import JSONValue


@dataclass(frozen=True, slots=True)
class Seed:
    """The entity to begin with, and the node of the graph that it stands in."""

    entity_id: UUID
    node_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What somebody asks for. skipped: nodes that are left out."""

    name: str
    seed: Seed | None = None
    fields: Mapping[str, JSONValue] = field(default_factory=dict)
    skipped: Sequence[str] = ()
    source_type: str = "api"
    source: str = ""
    chain: Sequence[str] = ()
    correlation_id: str = ""
    is_test: bool = False
