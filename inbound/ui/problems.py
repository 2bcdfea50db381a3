"""What went wrong with an event, one notice per code: cause, meaning, what to do, where, and every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.web.templatetags.numbers import number
from inbound.query import EventRow
from monitoring.codes import Level, get_code
from monitoring.findings import Finding, Place, findings_of, place_of, warning_count
from monitoring.models import MonitoringEvent

MOST_LISTED = 20
"""Findings of one code that a notice lists."""
TONES = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "info"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One notice; place is field, path, line and column, as far as they are known."""

    tone: str
    title: str
    text: str
    place: str
    code: str
    findings: tuple[Finding, ...] = ()
    """What was found; empty where text says it already."""
    more: int = 0
    """How many are not listed."""
    given: str = ""
    """The beginning of what a failed expression was given."""


def problems_of(spans: Sequence[MonitoringEvent]) -> list[Problem]:
    """A notice per level and code of the spans that are not successes, worst first."""
    by_code: dict[tuple[str, str], list[MonitoringEvent]] = {}
    for level in TONES:
        for span in spans:
            if span.level == level and span.code:
                by_code.setdefault((level, span.code), []).append(span)
    return [_problem(same) for same in by_code.values()]


def waiting_problem(row: EventRow) -> Problem | None:
    """Why the last attempt of a waiting event failed; None before the first."""
    retry = (row.waiting.retry if row.waiting else None) or {}
    code = str(retry.get("code", ""))
    if not code:
        return None
    text = f"{retry.get('message', '')} {_('Nothing to do for now: it is tried again by itself.')}".strip()
    return Problem("warning", get_code(code).sentence, text, "", code)


def _problem(same: Sequence[MonitoringEvent]) -> Problem:
    first = same[0]
    known = get_code(first.code, first.level)
    place = place_of(first.detail)
    count = sum(warning_count(span.detail) or 1 for span in same)
    findings = _findings(same)
    listed = findings[:MOST_LISTED] if _are_worth_a_list(findings) else []
    told = [_times(count)] if listed else [_sentence(first.message, known.sentence), _more(count - 1)]
    return Problem(
        tone=TONES[Level(first.level)],
        title=known.sentence,
        text=" ".join(filter(None, [*told, known.advice])),
        place=" · ".join(_words(place)),
        code=first.code,
        findings=tuple(listed),
        more=count - sum(one.count for one in listed) if listed else 0,
        given=place.given,
    )


def _findings(same: Sequence[MonitoringEvent]) -> list[Finding]:
    """The warnings of the spans; of spans that keep none their messages, each once."""
    found = [finding for span in same for finding in findings_of(span.detail)]
    messages = Counter(span.message for span in same if span.message)
    return found or [Finding(message, count=count) for message, count in messages.items()]


def _are_worth_a_list(findings: Sequence[Finding]) -> bool:
    """Whether they say more than one sentence can."""
    return len(findings) > 1 or any(one.field for one in findings)


def _sentence(message: str, known: str) -> str:
    """The message of the event, where it says more than its code."""
    if not message or message == known:
        return ""
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _more(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)d more like it.", "%(count)d more like it.", count) % {"count": count}


def _times(count: int) -> str:
    if count == 1:
        return ""
    return ngettext("%(count)s time.", "%(count)s times.", count) % {"count": number(count)}


def _words(place: Place) -> list[str]:
    found = [one for one in (place.field, place.path) if one]
    if place.line:
        found.append(_("line %(line)s, column %(column)s") % {"line": place.line, "column": place.column})
    return found
