"""without_unknown: a webhook as it was sent, without the members that nobody knows; what was left out is told; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from hub.errors import ErrorDetail
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from outbound.webhooks.configuration import PAYLOAD_OPTIONS
from outbound.webhooks.filters import OF_FIELDS

MOST_TOLD: Final = 20
LEFT_OUT: Final = "is not known, so it was left out"
KNOWN: Final = frozenset(
    {
        *("name", "eventName", "eventVersion", "url", "httpMethod", "enabled", "auth", "filterConditions", "filter"),
        *("payloadConfiguration", "jsonataExpression", "deliveryMode", "multipartConfig", "retryPolicy"),
        *("ordering", "onFailure", "maxInFlight", "requestsPerMinute", "protected", "enableStaticIP", "secureProxy"),
    }
)
"""Members of a webhook. Those of auth are not looked at here: unknown ones are refused, since they could be secrets."""
READ_ONLY: Final = frozenset(
    {
        "id",
        "status",
        "health",
        "signingSecret",
        "formerSecretUntil",
        "pausedAt",
        "creationTime",
        "updatedTime",
        "warnings",
        "_manifest",
    }
)
"""Members of an answer that may come back, and are ignored without a word."""
INSIDE: Final[Mapping[str, frozenset[str]]] = {
    "filterConditions": frozenset({"conditions", "logical_operator"}),
    "filter": frozenset({"keyToFilter", "supportedValues"}),
    "payloadConfiguration": frozenset({*PAYLOAD_OPTIONS, "custom_headers"}),
    "multipartConfig": frozenset({"fileFieldName", "fileFieldStrategy", "fileSource", "extraFields"}),
    "retryPolicy": frozenset({"enabled", "maxAttempts"}),
    "secureProxy": frozenset({"integration_id", "use_case_slug"}),
}
"""A member that is an object → its own members."""
CONDITION: Final = frozenset({*OF_FIELDS, "jsonata_expression"})


def without_unknown(raw: JSONObject) -> tuple[JSONObject, list[ErrorDetail]]:
    """What is left, and one warning for each member with a value that was left out, 20 at most.

    A client of the published contract may send what the hub has never heard of: that must not fail, and must not be
    kept either, where it would look as if it did something.
    """
    kept = _only(raw, KNOWN)
    unknown = [*_others(raw, KNOWN | READ_ONLY, ROOT)]
    for name, known in INSIDE.items():
        member = kept.get(name)
        if isinstance(member, dict):
            unknown += _others(member, known, ROOT.key(name))
            kept[name] = _only(member, known)
    conditions = kept.get("filterConditions")
    if isinstance(conditions, dict) and isinstance(conditions.get("conditions"), list):
        place = ROOT.key("filterConditions").key("conditions")
        unknown += _others_of_items(conditions["conditions"], place)
        kept["filterConditions"] = conditions | {"conditions": _only_of_items(conditions["conditions"])}
    return kept, [ErrorDetail(at, LEFT_OUT) for at in islice(unknown, MOST_TOLD)]


def _only(members: JSONObject, known: frozenset[str]) -> JSONObject:
    return {name: value for name, value in members.items() if name in known}


def _others(members: JSONObject, known: frozenset[str], at: JSONPath) -> Iterator[JSONPath]:
    return (at.key(name) for name, value in members.items() if name not in known and value is not None)


def _items(value: JSONValue) -> list[JSONValue]:
    return value if isinstance(value, list) else []


def _others_of_items(items: JSONValue, at: JSONPath) -> Iterator[JSONPath]:
    for position, item in enumerate(_items(items)):
        if isinstance(item, dict):
            yield from _others(item, CONDITION, at.index(position))


def _only_of_items(items: JSONValue) -> list[JSONValue]:
    return [_only(item, CONDITION) if isinstance(item, dict) else item for item in _items(items)]
