"""policies_of: what is done with messages that nobody confirms, by use case, as the use cases say now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from hub.json_types import JSONObject, JSONValue
from integrations.models import UseCase

BLOCK = "block"
ATTEMPTS = 5
"""Leases of a message whose use case says nothing else."""


@dataclass(frozen=True, slots=True)
class Policy:
    """After how many leases, and whether the message is put aside or halts its stream."""

    blocks: bool = False
    attempts: int = ATTEMPTS

    @classmethod
    def of(cls, configuration: JSONValue) -> Policy:
        """That of the use case's poll delivery."""
        delivery = poll_mapping(configuration).get("delivery")
        members = delivery if isinstance(delivery, dict) else {}
        attempts = members.get("max_delivery_attempts")
        return cls(
            blocks=members.get("poison_policy") == BLOCK,
            attempts=attempts if isinstance(attempts, int) and attempts > 0 else ATTEMPTS,
        )


DEFAULT = Policy()
"""Of a use case that is gone."""


def policies_of(organization_id: int, use_case_ids: Collection[UUID]) -> Mapping[UUID, Policy]:
    """One per id, with one statement."""
    rows = UseCase.objects.filter(organization_id=organization_id, pk__in=use_case_ids)
    found = {key: Policy.of(configuration) for key, configuration in rows.values_list("pk", "configuration")}
    return {key: found.get(key, DEFAULT) for key in use_case_ids}


def poll_mapping(configuration: JSONValue) -> JSONObject:
    """The mapping that is polled, of which a use case has one at most; empty without one."""
    mappings = configuration.get("mappings") if isinstance(configuration, dict) else None
    for mapping in mappings if isinstance(mappings, list) else ():
        delivery = mapping.get("delivery") if isinstance(mapping, dict) else None
        if isinstance(mapping, dict) and isinstance(delivery, dict) and delivery.get("type") == "poll":
            return mapping
    return {}
