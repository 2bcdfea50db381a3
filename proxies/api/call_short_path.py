"""CallPath: managed calls without framework overhead, answered as proxies/api/managed_calls.py does."""

from __future__ import annotations

import re
from typing import ClassVar

from django.conf import settings
from django.db import Error
from django.http import HttpRequest

from hub import clock
from hub.accounts.grants import Capability, allows
from hub.accounts.principals import Principal
from hub.accounts.tokens import is_current
from hub.api.authentication import identify
from hub.api.converters import SlugConverter
from hub.api.short_path import Answer, LongWay, ShortPath
from hub.database import is_transient
from hub.errors import HubError, Unavailable
from hub.hops import hop_of
from hub.json_encoding import encode
from hub.jsonata.pool import Busy, NoChild
from proxies.api.call_answers import shown, told
from proxies.api.call_documents import EVENT_HEADER
from proxies.api.call_requests import asked_in
from proxies.managed_call.failures import CallFailed
from proxies.managed_call.requests import Asked
from proxies.managed_call.running import Ran, run
from proxies.waiting import TooManyWaiting

PATH = re.compile(rf"/v1/managed-call/({SlugConverter.regex})/execute")


class Unsettled(Unavailable):
    """The database went away while a call was under way."""


class CallPath(ShortPath):
    """The route of managed calls. Once one is under way its failure is told here: elsewhere it would be made again."""

    answered_here: ClassVar[tuple[type[HubError], ...]] = (Unsettled, TooManyWaiting, Busy, NoChild)

    def most_bytes(self, path: str) -> int | None:
        """As the view says."""
        return settings.HUB_REQUEST_MAX_BYTES if path.endswith("/execute") and PATH.fullmatch(path) else None

    def answer(self, request: HttpRequest, principal: Principal) -> Answer:
        """The mapped answer, or why there is none. The version is looked up, since a call writes nothing that could
        prove it."""
        asked = _asked(request)
        if not (allows(principal, Capability.SEND, asked.integration_id) and is_current(principal)):
            raise LongWay
        try:
            ran = _run(request, principal, asked)
        except CallFailed as failure:
            return Answer(encode(told(failure, _correlation_id(request))), failure.status)
        headers = {EVENT_HEADER: ran.inbound_event_id} if ran.inbound_event_id else {}
        return Answer(encode(shown(ran, has_envelope=False)), headers=headers)


def _correlation_id(request: HttpRequest) -> str:
    return str(getattr(request, "correlation_id", ""))


def _asked(request: HttpRequest) -> Asked:
    found = PATH.fullmatch(request.path_info)
    if found is None:
        raise LongWay
    return asked_in(request.body, slug=found[1], correlation_id=_correlation_id(request), hop=hop_of(request.META))


def _run(request: HttpRequest, principal: Principal, asked: Asked) -> Ran:
    """Raises CallFailed, IntegrationNotFound and UseCaseNotFound before anything is sent, and what is answered here."""

    def caller(is_fresh: bool) -> Principal:
        return identify(request.META, clock.now()) if is_fresh else principal

    try:
        return run(asked=asked, identify=caller, at=clock.now())
    except Error as failure:
        if not is_transient(failure):
            raise RuntimeError("a statement of a managed call failed") from failure
        raise Unsettled("The database cannot be reached. Try again soon.") from failure
