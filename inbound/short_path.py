"""ShortPath of the present intake route: it calls the same take_in as the full application."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import msgspec
from django.conf import settings
from django.http import HttpRequest

from hub import clock
from hub.accounts.principals import Principal
from hub.api import short_path
from hub.api.short_path import Answer, LongWay
from hub.errors import HubError
from hub.hops import hop_of
from inbound.intake import take_in
from inbound.receive.store import NotStored

PATH = "/v3/erp/updates/events"

encode = msgspec.json.Encoder().encode


class ShortPath(short_path.ShortPath):
    """Intake. accept lets no Error of the database through, and its NotStored may come after a commit."""

    answered_here: ClassVar[tuple[type[HubError], ...]] = (NotStored,)

    def most_bytes(self, path: str) -> int | None:
        """One route."""
        return settings.HUB_INTAKE_MAX_BYTES if path == PATH else None

    def answer(self, request: HttpRequest, principal: Principal) -> Answer:
        """One result per event. The storing statement proves that the caller still counts."""
        identify = partial(_only, principal)
        hop = hop_of(request.META)
        return Answer(encode(take_in(body=request.body, version=3, identify=identify, at=clock.now(), hop=hop)))


def _only(principal: Principal, is_fresh: bool) -> Principal:
    """The remembered caller, once: a second look at the caller's rights is the long way's."""
    if is_fresh:
        raise LongWay
    return principal
