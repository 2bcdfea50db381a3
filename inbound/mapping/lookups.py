"""Lookups: facts of the organization that travel with a plan, so that mapping asks nobody (mapping.md section 10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from hub.entities.schemas import Schema
from hub.json_types import JSONObject, JSONValue


class Lookups(msgspec.Struct, frozen=True):
    """None means that nobody could tell; an empty environment or list is an answer.

    environment: key → value, secrets left out. portals: objects with portal_id, origin, name, domain, enabled,
    is_dummy, is_epilot_domain, created_at. file_proxy_base: the hub's public address, None in simulation.
    """

    environment: Mapping[str, Any] | None = None  # Any: JSON values, mostly texts
    portals: Sequence[dict[str, Any]] | None = None  # Any: JSON values
    file_proxy_base: str | None = None
    organization_id: str = ""
    integration_id: str = ""
    schemas: Mapping[str, Schema] = {}
    """By slug, those that the configuration writes or payloads may name: what values must be to fit."""

    slugs: tuple[str, ...] = ()
    """Every schema that somebody has defined, sorted; none: nobody could tell."""

    def is_unknown(self, slug: str) -> bool:
        """Whether nobody has defined the schema."""
        return bool(self.slugs) and slug not in self.slugs

    def for_slugs(self, slugs: Collection[str]) -> Lookups:
        """The same with these schemas only."""
        return replace(self, schemas={slug: self.schemas[slug] for slug in sorted(slugs) if slug in self.schemas})


NOTHING_KNOWN = Lookups()

_WRAPPED = {"configuration", "lookups"}


def opened(plan: JSONValue) -> tuple[JSONValue, Lookups]:
    """(configuration, lookups) of a plan; one that is a configuration by itself comes with nothing known."""
    if isinstance(plan, dict) and plan.keys() == _WRAPPED:
        return plan["configuration"], msgspec.convert(plan["lookups"], Lookups)
    return plan, NOTHING_KNOWN


def closed(configuration: JSONValue, lookups: Lookups) -> JSONObject:
    """The plan of a configuration and the facts it may look up."""
    return {"configuration": configuration, "lookups": msgspec.to_builtins(lookups)}
