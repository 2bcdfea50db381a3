"""The list of waiting values: value now and value proposed, since when and by whom; and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.entities.changesets import changesets_in
from hub.entities.models import Entity
from hub.entities.read import title
from hub.entities.schemas.book import book_of
from hub.entities.waiting.listing import (
    TooSlow,
    WaitingPage,
    WaitingValue,
    Wanted,
    count_at_least,
    count_waiting,
    list_waiting,
)
from hub.web.access import may, page
from hub.web.entities.authors import actors_in_words
from hub.web.entities.pending import Pending, actor_of_changeset, pending_of
from hub.web.entities.sentences import shortened_value
from hub.web.entities.waiting.asked import Asked, asked_of, chips_of, choices_of, emptiness_of, rules_of
from hub.web.entities.waiting.deciding import APPLY, DISMISS, Chosen, question_url
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number

PAGE_SIZE = 50
MOST_COUNTED = 1000
"""Waiting values are counted no further."""


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting value. token: what a form sends to decide about it, with the version that was seen.

    apply_url, dismiss_url: where it alone is decided about.
    """

    entity: Entity
    title: str
    attribute: str
    present: str
    proposed: str
    pending: Pending
    token: str
    apply_url: str
    dismiss_url: str
    is_selected: bool


@page(Capability.ENTITY_VIEW)
@require_safe
def waiting_list(request: HubRequest) -> HttpResponse:
    """What waits in any entity, the longest waiting first."""
    asked, book = asked_of(request.GET), book_of(request.organization)
    context: dict[str, object] = {
        "asked": asked,
        "chips": chips_of(asked, book),
        "choices": choices_of(asked, book),
        "may_decide": may(request, Capability.ENTITY_EDIT),
    }
    try:
        found = list_waiting(organization=request.organization, wanted=asked.wanted(clock.now()), limit=PAGE_SIZE)
        count = count_waiting(organization=request.organization, wanted=_whole(asked), most=MOST_COUNTED)
    except TooSlow as error:
        return render(request, "entities/waiting/list.html", context | {"failure": error}, status=error.status)
    is_selected = request.GET.get("selected") == "page"
    empty_title, empty_text = emptiness_of(asked, rules_of(book))
    context |= {
        "rows": rows_of(request.organization, found.values, asked, is_selected=is_selected),
        "is_all_selected": is_selected,
        "here": asked.address(after=asked.after),
        "filter_query": "" if asked.address(after=asked.after) == "?" else asked.address(after=asked.after),
        "first": asked.address() if asked.after else "",
        "next": asked.address(after=found.after) if found.after else "",
        "summary": _summary(found, count),
        "empty_title": empty_title,
        "empty_text": empty_text,
    }
    return render(request, "entities/waiting/list.html", context)


def rows_of(
    organization: Organization, values: Sequence[WaitingValue], asked: Asked, *, is_selected: bool
) -> list[Row]:
    """Lines of the list; at most a query for people and one for tokens."""
    names = actors_in_words(organization, (actor_of_changeset(one.changeset) for one in values))
    return [
        Row(
            entity=one.entity,
            title=title(one.entity, organization),
            attribute=one.attribute,
            present=shortened_value(one.entity.attributes.get(one.attribute)),
            proposed=shortened_value(one.changeset.get("value")),
            pending=pending_of(one.attribute, one.changeset, changesets_in(one.entity.attributes), names),
            token=Chosen.of(one).token,
            apply_url=question_url(asked, APPLY, Chosen.of(one)),
            dismiss_url=question_url(asked, DISMISS, Chosen.of(one)),
            is_selected=is_selected,
        )
        for one in values
    ]


def waiting_count(organization: Organization) -> str:
    """How many values wait, in words that other pages link; empty for none."""
    count = count_at_least(organization=organization, wanted=Wanted(), most=MOST_COUNTED)
    words = ngettext("%(count)s value waits", "%(count)s values wait", count) % {"count": _counted(count)}
    return words if count else ""


def _whole(asked: Asked) -> Wanted:
    """All pages of what is asked for."""
    return Asked(asked.values, None).wanted(clock.now())


def _counted(count: int) -> str:
    return f"{number(count)}{'+' if count >= MOST_COUNTED else ''}"


def _summary(found: WaitingPage, count: int) -> str:
    words = {"shown": number(len(found.values)), "count": _counted(count)}
    return _("%(shown)s of %(count)s that wait") % words
