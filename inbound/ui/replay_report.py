"""report: says what became of the events that somebody has replayed while they waited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.utils.translation import ngettext

from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from inbound.replays.running import RunAtOnce
from inbound.replays.verdicts import Reason, Verdict
from inbound.ui.replay_words import REASONS

MEANWHILE = frozenset({Reason.REPLAY_UNDER_WAY, Reason.ALREADY_REPLAYED, Reason.NEWER_RUN_FAILED})
"""Somebody else has come first."""


def report(request: HubRequest, ran: RunAtOnce) -> None:
    """How many run, and how many do not, by the reason."""
    queued = sum(1 for result in ran.results if result.replay_event_id)
    if queued:
        text = ngettext("Replay started, %(count)s event.", "Replay started, %(count)s events.", queued)
        messages.success(request, text % {"count": number(queued)})
    left_out = list(ran.left_out.values())
    stale = sum(1 for one in left_out if one.reason is Reason.STALE)
    if stale:
        say = messages.info if queued else messages.warning
        say(request, _stale(stale))
    meanwhile = sum(1 for one in left_out if one.reason in MEANWHILE)
    if meanwhile:
        messages.warning(request, _meanwhile(meanwhile))
    for text in _others(one for one in left_out if one.reason not in {Reason.STALE, *MEANWHILE}):
        messages.warning(request, text)
    not_kept = [result.message for result in ran.results if not result.replay_event_id]
    if not_kept:
        messages.warning(request, _not_replayed(len(not_kept), not_kept[0]))


def _stale(count: int) -> str:
    text = ngettext(
        "%(count)s stale event was skipped: a newer one concerns the same attributes.",
        "%(count)s stale events were skipped: newer ones concern the same attributes.",
        count,
    )
    return text % {"count": number(count)}


def _meanwhile(count: int) -> str:
    text = ngettext(
        "%(count)s event is left out: somebody has replayed it since you were asked, or its replay is on its way.",
        "%(count)s events are left out: somebody has replayed them since you were asked, or their replays are on "
        "their way.",
        count,
    )
    return text % {"count": number(count)}


def _others(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """One sentence for each reason."""
    by_reason: dict[Reason, list[Verdict]] = {}
    for one in verdicts:
        by_reason.setdefault(one.reason, []).append(one)
    for reason, group in by_reason.items():
        yield _not_replayed(len(group), group[0].message if len(group) == 1 else str(REASONS[reason]))


def _not_replayed(count: int, why: str) -> str:
    text = ngettext("%(count)s event was not replayed: %(why)s.", "%(count)s events were not replayed: %(why)s.", count)
    return text % {"count": number(count), "why": why}
