"""One held prune: its records by name, what a decision would do with each, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.ids import to_text
from hub.web.access import may, page
from hub.web.prune_limits import limits_of
from hub.web.requests import HubRequest
from inbound.events import EVENT_PREFIX
from inbound.models import HeldPrune, InboundEvent
from inbound.prunes.query import get_held
from inbound.prunes.records import Fate, Outcome, going_count, named_members
from inbound.ui.held_prunes_words import Words, decider_of, end_of, words_of
from inbound.ui.names import Names, names_of, with_gone

RECORDS_SHOWN = 100
State = HeldPrune.State

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.MONITOR)
@require_safe
def held_prune(request: HubRequest, prune_id: UUID) -> HttpResponse:
    """The page of a prune; after names the record behind which it goes on."""
    return shown(request, get_held(organization=request.organization, prune_id=prune_id))


def shown(request: HubRequest, prune: HeldPrune, *, is_beaten: bool = False) -> HttpResponse:
    """The page; 409 with a word about it where somebody else has decided while the reader was asked."""
    organization = request.organization
    names = with_gone(names_of(organization), organization, [prune.use_case_id, prune.integration_id])
    words = words_of(prune, organization)
    context = {
        "prune": prune,
        "words": words,
        "end": end_of(prune),
        "use_case": names.use_case(prune.use_case_id),
        "is_waiting": prune.state == State.WAITING,
        "is_approved": prune.state == State.APPROVED,
        "is_of_readings": prune.kind == HeldPrune.Kind.READINGS,
        "decider": decider_of(prune, organization),
        "is_beaten": is_beaten,
        "may_decide": may(request, Capability.DECIDE),
        "event_id": to_text(EVENT_PREFIX, prune.event_id),
        **_numbers(prune),
        **_records(request, organization, prune),
    }
    context["facts"] = facts_of(prune, words, names, context)
    return render(request, "inbound/held_prune.html", context, status=409 if is_beaten else 200)


def _numbers(prune: HeldPrune) -> Context:
    """How many go and how many stay: as they are now while it waits, as they were once it was approved."""
    if prune.state == State.APPROVED:
        going = prune.removed_count or 0
    else:
        going = going_count(prune) if prune.state == State.WAITING else 0
    return {"going": going, "staying": prune.member_count - going}


def _records(request: HubRequest, organization: Organization, prune: HeldPrune) -> Context:
    after = _uuid(request.GET.get("after", ""))
    found = named_members(organization=organization, prune=prune, limit=RECORDS_SHOWN + 1, after=after)
    page_of_them = found[:RECORDS_SHOWN]
    has_fates = prune.state in (State.WAITING, State.APPROVED)
    rows = [{"record": one, "mark": marks()[one.fate] if has_fates or one.is_gone else None} for one in page_of_them]
    return {
        "has_marks": any(row["mark"] for row in rows),
        "next": page_of_them[-1].record_id if len(found) > RECORDS_SHOWN else "",
        "is_later": after is not None,
        "on_page": len(rows),
        **_folded(rows),
    }


def _folded(rows: list[Context]) -> Context:
    """Of what was removed for good only the number is left to be told: one line in place of as many alike."""
    shown = [row for row in rows if row["record"].title or row["record"].outcome != Outcome.REMOVED]
    return {"records": shown, "folded": len(rows) - len(shown)}


def marks() -> dict[Fate, Context | None]:
    """What is said beside a record; nothing about one that would go, as all are meant to."""
    return {
        Fate.GOES: None,
        Fate.CHANGED: {"status": "skipped", "text": _("would stay: changed since")},
        Fate.LISTED_AGAIN: {"status": "skipped", "text": _("would stay: listed again since")},
        Fate.GONE: {"status": "ignored", "text": _("gone by now")},
        Fate.REMOVED: {"status": "deleted", "text": _("removed")},
        Fate.STAYED: {"status": "success", "text": _("left")},
    }


def facts_of(prune: HeldPrune, words: Words, names: Names, context: Context) -> list[Context]:
    """Keys and values of the rail; what the prune does not have is left out."""
    event_id = str(context["event_id"])
    all_of_integration = f"{reverse('inbound:held-prunes')}?integration={prune.integration_id}"
    facts: list[Context] = [
        {"label": _("Scope"), "value": words.members, "url": words.scope_url},
        {"label": _("Removal"), "value": str(context["end"])},
        {"label": _("Event"), "value": event_id, "url": _event_url(prune, event_id), "mono": True},
        {"label": _("Integration"), "value": names.integration(prune.integration_id), "url": all_of_integration},
        {"label": _("Held"), "at": prune.held_at},
        {"label": _("Decided"), "at": prune.decided_at},
        {"label": _("By"), "value": str(context["decider"])},
        {"label": _("Reason"), "value": prune.reason},
        {"label": _("Held beyond"), "value": limits_of(prune.organization_id)},
        {"label": _("Prune id"), "value": str(prune.pk), "mono": True, "copyable": True},
    ]
    return [fact for fact in facts if fact.get("value") or fact.get("at")]


def _event_url(prune: HeldPrune, event_id: str) -> str:
    """Empty once retention has removed the event."""
    is_kept = InboundEvent.objects.filter(organization_id=prune.organization_id, pk=prune.event_id).exists()
    return reverse("inbound:event", args=[event_id]) if is_kept else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
