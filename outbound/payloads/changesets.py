"""applied: a payload whose entities show the values that wait for a confirmation as if they had it; pure."""

from __future__ import annotations

from hub.entities.changesets import CHANGESETS, changesets_in
from hub.json_types import JSONObject, JSONValue


def applied(payload: JSONObject) -> JSONObject:
    """Every entity in the payload, however deep, with its proposed values; ``_changesets`` still tells of them.

    A proposal to take a value away takes its member away.
    """
    return {name: _applied(value) for name, value in payload.items()}


def _applied(value: JSONValue) -> JSONValue:
    if isinstance(value, list):
        return [_applied(one) for one in value]
    if not isinstance(value, dict):
        return value
    shown: JSONObject = {name: one if name == CHANGESETS else _applied(one) for name, one in value.items()}
    for name, changeset in changesets_in(value).items() if "_schema" in value else ():
        proposed = changeset.get("value")
        if proposed is None:
            shown.pop(name, None)
        else:
            shown[name] = proposed
    return shown
