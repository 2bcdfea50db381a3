"""What went wrong with an event, one notice per code: cause, meaning, what to do, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.json_types import JSONValue
from inbound.query import EventRow
from monitoring.codes import Level, get_code
from monitoring.models import MonitoringEvent

TONES = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "info"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One notice; place is code, path, line and column, as far as they are known."""

    tone: str
    title: str
    text: str
    place: str
    code: str


def problems_of(spans: Sequence[MonitoringEvent]) -> list[Problem]:
    """A notice per code of the spans that are not successes, worst first."""
    by_code: dict[str, list[MonitoringEvent]] = {}
    for level in TONES:
        for span in spans:
            if span.level == level and span.code:
                by_code.setdefault(span.code, []).append(span)
    return [_problem(same) for same in by_code.values()]


def waiting_problem(row: EventRow) -> Problem | None:
    """Why the last attempt of a waiting event failed; None before the first."""
    retry = (row.waiting.retry if row.waiting else None) or {}
    code = str(retry.get("code", ""))
    if not code:
        return None
    known = get_code(code)
    return Problem("warning", known.sentence, f"{retry.get('message', '')} {known.advice}".strip(), code, code)


def _problem(same: Sequence[MonitoringEvent]) -> Problem:
    first = same[0]
    known = get_code(first.code)
    sentences = [_sentence(first.message, known.sentence), _more(len(same) - 1), known.advice]
    return Problem(
        tone=TONES[Level(first.level)],
        title=known.sentence,
        text=" ".join(filter(None, sentences)),
        place=" · ".join(filter(None, [first.code, *_place(first.detail)])),
        code=first.code,
    )


def _sentence(message: str, known: str) -> str:
    """The message of the event, where it says more than its code."""
    if not message or message == known:
        return ""
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _more(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)d more like it.", "%(count)d more like it.", count) % {"count": count}


def _place(detail: JSONValue) -> list[str]:
    if not isinstance(detail, dict):
        return []
    found = [str(detail["path"])] if detail.get("path") else []
    inner = detail.get("detail")
    if isinstance(inner, dict) and inner.get("line"):
        found.append(_("line %(line)s, column %(column)s") % {"line": inner["line"], "column": inner.get("column")})
    return found
