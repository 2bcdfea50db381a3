"""shown: a managed call that was tried, as its page shows it: what was sent, what came back, without secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from hub.environments.redaction import MASK, redact
from hub.http.messages import Answer, Headers, Timings
from hub.json_types import JSONValue
from hub.web.templatetags.numbers import duration_ms
from proxies.managed_call.answers import is_secret_name, told_body
from proxies.managed_call.execution import Course
from proxies.managed_call.failures import CallFailed
from proxies.managed_call.running import Ran

LONGEST_RESULT: Final = 64 * 1024
"""Characters of a result that are shown; a longer one is cut."""


@dataclass(frozen=True, slots=True)
class Trial:
    """line is method and URL of what was sent, empty where nothing was; failure is None where it went well.

    Bodies are JSON values, texts where they are no JSON.
    """

    failure: CallFailed | None
    line: str
    request_headers: Headers
    request_body: JSONValue
    status: int | None
    response_headers: Headers
    response_body: JSONValue
    timings: list[dict[str, str]]
    result: JSONValue
    inbound_event_id: str


def shown(course: Course, *, ran: Ran | None, failure: CallFailed | None) -> Trial:
    """Everything that is known, masked by name and by value."""
    sent, answer, secrets = course.sent, course.answer, course.secrets
    return Trial(
        failure=failure,
        line=redact(f"{sent.method} {sent.url.text}", secrets) if sent else "",
        request_headers=_masked(sent.headers, secrets) if sent else (),
        request_body=told_body(sent.body, secrets) if sent and isinstance(sent.body, bytes) else None,
        status=answer.status if answer else None,
        response_headers=_masked(answer.headers, secrets) if answer else (),
        response_body=told_body(answer.body, secrets) if answer and answer.body else None,
        timings=_timings(answer),
        result=_result(ran, secrets),
        inbound_event_id=ran.inbound_event_id if ran else "",
    )


def _masked(headers: Headers, secrets: frozenset[str]) -> Headers:
    return tuple((name, MASK if is_secret_name(name) else redact(value, secrets)) for name, value in headers)


def _timings(answer: Answer | None) -> list[dict[str, str]]:
    if answer is None:
        return []
    timings: Timings = answer.timings
    parts = {
        _("DNS"): timings.dns_ms,
        _("Connection"): timings.connect_ms,
        _("First byte"): timings.first_byte_ms,
        _("Whole answer"): timings.total_ms,
    }
    return [{"label": label, "value": duration_ms(ms)} for label, ms in parts.items()]


def _result(ran: Ran | None, secrets: frozenset[str]) -> JSONValue:
    return None if ran is None else told_body(ran.result, secrets, longest=LONGEST_RESULT)
