"""shortened_lists: e-mail addresses and phone numbers that an update would take from a stored list (mapping.md 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hub.accounts.models import Organization
from hub.entities.read import only_matches
from hub.json_types import JSONObject, JSONValue
from inbound.mapping.result import EntityUpdate

MOST_LOOKED_AT: Final = 100
"""Updates of one simulation whose entities are looked for."""


def shortened_lists(organization: Organization, updates: Sequence[EntityUpdate]) -> Iterator[JSONValue]:
    """A warning per identifier whose stored list is longer than the one that would replace it; two queries at most."""
    at_stake = [update for update in updates if update.types and update.mode == "upsert" and not update.missing]
    asked = at_stake[:MOST_LOOKED_AT]
    stored = only_matches(organization=organization, identities=[(one.schema, one.identifiers) for one in asked])
    for place, update in enumerate(asked):
        if place in stored:
            yield from _shortened(update, stored[place])


def _shortened(update: EntityUpdate, stored: JSONObject) -> Iterator[JSONValue]:
    for name in update.types:
        before, after = stored.get(name), update.attributes.get(name)
        if isinstance(before, list) and isinstance(after, list) and len(after) < len(before):
            message = (
                f"the stored entity has {len(before)} values of {name}, of which the mapped list would leave "
                f"{len(after)}: write it with _append to keep the others"
            )
            yield {"entity_schema": update.schema, "field": name, "message": message}
