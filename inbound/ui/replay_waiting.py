"""sentences_of: what the events of a replay wait for, and what the job waits for itself."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.display_zone import display_zone
from hub.jobs.kinds import JUDGED_AFTER
from hub.web.templatetags.moments import absolute_time
from hub.web.templatetags.numbers import number
from inbound.replays.job import LOOKED_AT_FIRST, MOST_OUTSTANDING
from inbound.replays.waiting import WaitingEvents


def sentences_of(told: WaitingEvents) -> Iterator[str]:
    """The job itself comes first."""
    if told.is_still:
        yield _still(told)
    if told.retried:
        yield _retried(told)
    if told.parked:
        text = ngettext(
            "%(count)s new event waits behind an earlier one of the same records.",
            "%(count)s new events wait behind earlier ones of the same records.",
            told.parked,
        )
        yield text % {"count": number(told.parked)}


def _still(told: WaitingEvents) -> str:
    if told.is_judged:
        text = _("The job starts no more for now: %(count)s new events have not ended, and %(most)s is the limit.")
        return text % {"count": number(told.outstanding), "most": number(MOST_OUTSTANDING)}
    text = _(
        "The job stands still: of its first %(first)s events %(needed)s have to end before it goes on, so that it "
        "stops where most of them fail. %(ended)s have ended."
    )
    return text % {"first": number(LOOKED_AT_FIRST), "needed": number(JUDGED_AFTER), "ended": number(told.ended)}


def _retried(told: WaitingEvents) -> str:
    text = ngettext(
        "%(count)s new event waits for another try, at %(moment)s%(why)s.",
        "%(count)s new events wait for another try, the next at %(moment)s%(why)s.",
        told.retried,
    )
    codes = ", ".join(f"{code}: {number(count)}" for code, count in told.codes)
    moment = absolute_time(told.next_at, display_zone())
    return text % {"count": number(told.retried), "moment": moment, "why": f" ({codes})" if codes else ""}
