"""hand_on: the result of a call as one event of the normal intake, where the call names an inbound use case."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from django.db import Error

from hub.errors import HubError, Invalid
from hub.json_encoding import timestamp
from inbound.intake import Identify, take_in
from inbound.receive.store import RowsRefused
from proxies.managed_call.calls import ManagedCall
from proxies.managed_call.recording import note_unqueued
from proxies.managed_call.requests import Asked

VERSION: Final = 3
QUEUED: Final = "success"


def hand_on(call: ManagedCall, asked: Asked, result: bytes, *, identify: Identify, at: datetime) -> str:
    """The id of the event that was queued; empty where none was, of which monitoring knows the reason.

    What happens here makes no call a failure: the other system has done its part.
    """
    slug = call.configuration.inbound_use_case_slug
    if slug is None:
        return ""
    try:
        body = _envelope(call, asked, slug, result, at)
        [taken] = take_in(body=body, version=VERSION, identify=identify, at=at, hop=asked.hop + 1).results
    except HubError as failure:
        note_unqueued(call, asked, at=at, failure=failure)
        return ""
    except (Error, RowsRefused):
        note_unqueued(call, asked, at=at, failure=HubError("The database did not take it."))
        return ""
    return taken.event_id if taken.status == QUEUED else ""


def _envelope(call: ManagedCall, asked: Asked, slug: str, result: bytes, at: datetime) -> bytes:
    """The request that the intake takes. A list travels as the JSON text that it is."""
    text = result.strip()
    if text[:1] == b"{" and text != b"{}":
        payload: object = msgspec.Raw(text)
    elif text[:1] == b"[":
        payload = text.decode()
    else:
        raise Invalid("it is neither an object with members nor a list.")
    event = {
        "timestamp": timestamp(at),
        "use_case_slug": slug,
        "correlation_id": asked.correlation_id,
        "payload": payload,
    }
    return msgspec.json.encode({"integration_id": str(call.integration_id), "events": [event]})
