"""Attempts of a delivery as its page shows them: request, answer, timings, advice, a command to repeat it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _

from hub.web.templatetags.numbers import duration_ms
from inbound.ui.payloads import indented
from monitoring.codes import get_code
from outbound.attachments.carrying import CARRIED
from outbound.deliveries import DeliveryDetail
from outbound.models import DeliveryAttempt
from outbound.models.webhooks import QUERY_METHODS
from outbound.signing import ID, SIGNATURE, TIMESTAMP
from outbound.ui.curl import curl_of
from outbound.ui.story import TRIED_AGAIN_ELSEWHERE
from outbound.uploads.redirects import has_note
from proxies.uploading.orders import SKIPPED, UPLOADED

SHOWN_CHARACTERS: Final = 64 * 1024
WELL: Final = frozenset({UPLOADED, SKIPPED})
_LEAST_WIDTH: Final = 0.6
"""Percent of the bar: what took no time is still seen."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the time of an attempt; x and width in percent, as SVG attributes."""

    label: str
    text: str
    x: str
    width: str
    css_class: str


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a recipe. status: of its answer, None where none came."""

    number: int
    method: str
    url: str
    status: int | None
    took_ms: int
    size: int
    is_well: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. title: its answer or its code; advice: of the code, empty where it went well, and where
    the page says above what to do."""

    number: int
    at: datetime
    took_ms: int
    status: str
    title: str
    code: str
    error: str
    advice: str
    url: str
    address: str
    phases: tuple[Phase, ...]
    request_headers: Sequence[Sequence[str]]
    response_headers: Sequence[Sequence[str]]
    response_body: str
    response_language: str
    is_cut: bool
    curl: str
    signed: dict[str, str]
    """id, timestamp and signature, as they were sent; empty where nothing was."""
    is_upload: bool = False
    is_redirect: bool = False
    """Whether it got through though its last answer was one that leads elsewhere, where nothing went."""
    steps: Sequence[Step] = ()
    """The requests of an upload."""
    is_answer_gone: bool = False
    """Whether the body of the answer may have been deleted with what was sent."""


def attempts_of(detail: DeliveryDetail) -> list[Attempt]:
    """The newest first."""
    return [_attempt(one, detail) for one in reversed(detail.attempts)]


def _attempt(one: DeliveryAttempt, detail: DeliveryDetail) -> Attempt:
    is_upload = detail.body is not None and "upload" in detail.body.request
    is_well = one.code in WELL or (not is_upload and one.status_code is not None and 200 <= one.status_code < 300)
    body, language = _shown(one.response_body)
    headers = {name.lower(): value for name, value in one.request_headers}
    return Attempt(
        number=one.number,
        at=one.at,
        took_ms=one.duration_ms,
        status="success" if is_well else "error",
        title=f"HTTP {one.status_code}" if one.status_code else one.code,
        code=one.code,
        error=one.error,
        advice="" if is_well or one.code in TRIED_AGAIN_ELSEWHERE else get_code(one.code).advice,
        url=one.url,
        address=str(one.timings.get("address", "")),
        phases=tuple(_phases(one.timings)),
        request_headers=one.request_headers,
        response_headers=one.response_headers,
        response_body=body,
        response_language=language,
        is_cut=one.is_cut,
        curl=_curl(one, detail) if one.url and not is_upload and not _carries(detail) else "",
        is_upload=is_upload,
        is_answer_gone=detail.purged is not None and not one.response_body,
        is_redirect=has_note(one),
        steps=[_step(step) for step in one.steps],
        signed={name: headers[name] for name in (ID, TIMESTAMP, SIGNATURE) if name in headers},
    )


def _carries(detail: DeliveryDetail) -> bool:
    """Whether files go along, which no command of a few lines can send."""
    return detail.body is not None and CARRIED in detail.body.request


def _step(step: dict[str, Any]) -> Step:  # Any: JSON
    status = step.get("status")
    return Step(
        number=step["step"],
        method=step["method"],
        url=step["url"],
        status=status,
        took_ms=step.get("duration_ms", 0),
        size=step.get("bytes", 0),
        is_well=status is not None and status < 400,
    )


def _curl(one: DeliveryAttempt, detail: DeliveryDetail) -> str:
    method = str(detail.body.request.get("method", "POST")) if detail.body else "POST"
    has_body = detail.body is not None and method not in QUERY_METHODS
    body = bytes(detail.body.body).decode("utf-8", "replace") if detail.body and has_body else ""
    return curl_of(method=method, url=one.url, headers=one.request_headers, body=body)


def _shown(body: str) -> tuple[str, str]:
    """The answer with a line per member where it is JSON, else as it came."""
    text = body[:SHOWN_CHARACTERS]
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return text, "xml" if text.lstrip().startswith("<") else "text"
    return indented(text.encode(), "json"), "json"


def _phases(timings: dict[str, object]) -> list[Phase]:
    """Looking up, connecting, waiting, reading: what is known of them, in this order."""
    known = [timings.get(name) for name in ("dns_ms", "connect_ms", "first_byte_ms", "total_ms")]
    dns, connect, first_byte, total = (float(one) if isinstance(one, int | float) else 0.0 for one in known)
    if total <= 0:
        return []
    waiting, reading = max(first_byte - dns - connect, 0.0), max(total - first_byte, 0.0)
    parts = [
        (_("DNS"), dns, "ih-phase--dns"),
        (_("Connect and TLS"), connect, "ih-phase--connect"),
        (_("Waiting for the answer"), waiting, "ih-phase--waiting"),
        (_("Reading"), reading, "ih-phase--reading"),
    ]
    phases, start = list[Phase](), 0.0
    for label, took, css_class in parts:
        width = 100 * took / total
        wide = max(width, _LEAST_WIDTH)
        phases.append(
            Phase(label, duration_ms(round(took)), f"{min(start, 100 - wide):.2f}%", f"{wide:.2f}%", css_class)
        )
        start += width
    return phases
