"""shown and told: what an execution answers, as every door says it."""

from __future__ import annotations

import orjson

from hub.json_types import JSONObject
from hub.problems import problem
from proxies.managed_call.failures import CallFailed
from proxies.managed_call.running import Ran


def shown(ran: Ran, *, has_envelope: bool) -> object:
    """The mapped answer, by itself or with what became of it."""
    result = orjson.Fragment(ran.result)
    if not has_envelope:
        return result
    shown: dict[str, object] = {"success": True, "data": result, "inbound_queued": bool(ran.inbound_event_id)}
    return shown | ({"inbound_event_id": ran.inbound_event_id} if ran.inbound_event_id else {})


def told(failure: CallFailed, correlation_id: str) -> JSONObject:
    """A failure of the hub's own side has the shape of all others as well."""
    error: JSONObject = {"code": failure.code, "message": failure.message}
    if failure.facts:
        error["details"] = failure.facts
    if failure.status < 500 or failure.status == 502:
        return {"error": error}
    base = problem(code=failure.code, message=failure.message, correlation_id=correlation_id)
    return base | {"error": error}
