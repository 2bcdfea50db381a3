"""once_per_key, the decorator of views: the answer of a POST is kept under its Idempotency-Key."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import wraps
from io import BytesIO
from typing import IO, Concatenate, Final, ParamSpec, TypeVar, cast

from django.db import Error
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from hub import clock
from hub.api.idempotency.answers import Answer
from hub.api.idempotency.claims import Asked, Claim, claim, keep, release
from hub.api.idempotency.keys import HEADER, MOST_CHARACTERS, fingerprint_of, key_of
from hub.api.idempotency.lasting import lasting
from hub.api.parsers import read_body
from hub.api.renderers import JSONRenderer
from hub.api.spooling import spooled
from hub.api.views import HubAPIView

View = TypeVar("View", bound=HubAPIView)
Parts = ParamSpec("Parts")
Post = Callable[Concatenate[View, Request, Parts], HttpResponseBase]

PARAMETER: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A name of this request, such as a UUID. Sent again within 24 hours, it gets the first answer.",
)
log = logging.getLogger(__name__)


def once_per_key(post: Post[View, Parts]) -> Post[View, Parts]:
    """Decorates what answers a POST that makes or triggers something; without the header it does nothing.

    The caller was named and let in before. What post returns is kept for 24 hours, a status of 429 or from 500 on
    excepted; what it raises is not: then nothing was carried out, and the key is free again.
    """

    @wraps(post)
    def answer(view: View, request: Request, *args: Parts.args, **kwargs: Parts.kwargs) -> HttpResponseBase:
        key = key_of(request.META)
        if key is None:
            return post(view, request, *args, **kwargs)
        with ExitStack() as body:
            held = claim(_asked(view, request, key, body), clock.now())
            if isinstance(held, Answer):
                return held.response(is_replay=True)
            try:
                with lasting(held) if view.spools_body else nullcontext():
                    response = post(view, request, *args, **kwargs)
                first = Answer.of(response, cast(JSONRenderer, request.accepted_renderer))
            except Exception:
                _release(held)
                raise
            return _kept(held, response, first)

    return cast(Post[View, Parts], extend_schema(parameters=[PARAMETER])(answer))


def _asked(view: HubAPIView, request: Request, key: str, body: ExitStack) -> Asked:
    digest = _spool(request._request, view.most_bytes(), body) if view.spools_body else _read_ahead(view, request)
    fingerprint = fingerprint_of(request.method or "", request._request.get_full_path(), digest)
    caller = view.principal
    return Asked(view.organization, f"{caller.actor_type}:{caller.actor_id}", key, fingerprint)


def _read_ahead(view: HubAPIView, request: Request) -> bytes:
    """The SHA-256 of the whole body, which whoever comes next finds unread. Raises BodyTooLarge."""
    plain = request._request
    body = read_body(cast(IO[bytes], plain), view.most_bytes(), plain.META)
    plain._stream = BytesIO(body)  # where the framework reads from
    plain.META["wsgi.input"] = BytesIO(body)
    plain._read_started = False  # type: ignore[attr-defined]  # it asks this before it reads
    return hashlib.sha256(body).digest()


def _spool(request: HttpRequest, limit: int, body: ExitStack) -> bytes:
    """The same for a file: it lies on disk until body is closed."""
    spool, digest = spooled(request, limit)
    request._stream = request.META["wsgi.input"] = body.enter_context(spool)
    request._read_started = False  # type: ignore[attr-defined]  # as above
    return digest


def _kept(held: Claim, response: HttpResponseBase, first: Answer | None) -> HttpResponseBase:
    """The answer, kept. Written once: whoever gets it again gets the same bytes."""
    if response.status_code == 429 or response.status_code >= 500:
        _release(held)
        return response
    try:
        keep(held, first, clock.now())
    except Error:
        # It is carried out by now: the caller gets the answer, and the key stays taken until its lease ends.
        log.exception("the answer of a request with an Idempotency-Key was not kept")
    return response if first is None else first.response(is_replay=False)


def _release(held: Claim) -> None:
    try:
        release(held)
    except Error:
        log.exception("an Idempotency-Key was not released; its lease ends by itself")
