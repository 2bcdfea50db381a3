"""What the page of an event says first about its held prunes: that they wait, or what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.ids import to_text
from hub.web.templatetags.numbers import number
from inbound.events import EVENT_PREFIX
from inbound.models import HeldPrune
from inbound.prunes.nouns import counted
from inbound.ui.problems import Problem

MOST_NOTICES = 3
TOLD_HERE = frozenset({"PRUNE_HELD", "PRUNE_APPROVED", "PRUNE_REJECTED"})
"""Codes whose notices would say the same, or what is true no more."""

Inputs = dict[str, Any]  # Any: named inputs of a component


def held_notices(held: Sequence[HeldPrune], organization: Organization) -> list[Inputs]:
    """One per held prune, those that wait first; beyond MOST_NOTICES one that leads to all."""
    ordered = sorted(held, key=lambda prune: prune.state != HeldPrune.State.WAITING)
    notices = [_notice(prune, organization) for prune in ordered[:MOST_NOTICES]]
    others = len(ordered) - len(notices)
    return [*notices, _others(ordered[0], others)] if others else notices


def without_held(problems: Sequence[Problem], held: Sequence[HeldPrune]) -> list[Problem]:
    """The notices of the spans, less what held_notices say."""
    return [problem for problem in problems if not held or problem.code not in TOLD_HERE]


def _notice(prune: HeldPrune, organization: Organization) -> Inputs:
    words = {"records": counted(prune, organization, prune.member_count)}
    titles = {
        HeldPrune.State.WAITING.value: _("A prune of %(records)s waits for a decision."),
        HeldPrune.State.APPROVED.value: _("A held prune of %(records)s was approved."),
        HeldPrune.State.REJECTED.value: _("A held prune of %(records)s was rejected."),
        HeldPrune.State.SUPERSEDED.value: _("A held prune of %(records)s was superseded by a newer event."),
    }
    is_waiting = prune.state == HeldPrune.State.WAITING
    return {
        "tone": "held" if is_waiting else "info",
        "title": titles[prune.state] % words,
        "text": _("Everything else of the event was applied.") if is_waiting else _removed(prune),
        "url": reverse("inbound:held-prune", args=[prune.pk]),
        "action": _("Review") if is_waiting else _("Open"),
    }


def _removed(prune: HeldPrune) -> str:
    if prune.state != HeldPrune.State.APPROVED:
        return _("It removed nothing.")
    removed = prune.removed_count or 0
    text = ngettext("%(count)s record was removed.", "%(count)s records were removed.", removed)
    return text % {"count": number(removed)}


def _others(prune: HeldPrune, count: int) -> Inputs:
    title = ngettext("%(count)s more held prune of this event.", "%(count)s more held prunes of this event.", count)
    event_id = to_text(EVENT_PREFIX, prune.event_id)
    url = f"{reverse('inbound:held-prunes')}?state=all&event={event_id}"
    return {"tone": "info", "title": title % {"count": number(count)}, "url": url, "action": _("Open all")}
