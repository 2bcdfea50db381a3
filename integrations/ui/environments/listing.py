"""The list of variables: what is missing above, then every variable by group, with what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.environments.models import VariableType
from hub.web.access import page
from hub.web.requests import HubRequest
from integrations.environment_overview import Line, Need, overview
from integrations.ui.environments.expiry import expiry_of
from integrations.ui.environments.words import HOLDINGS, kind_label, linked

PAGE_SIZE: Final = 100
MOST_NEEDS: Final = 50
"""Missing keys that are listed; whoever has more sees the others once these are set."""
MOST_WORDS: Final = 200
"""Characters that are looked for."""
PLACES_SHOWN: Final = 2
"""Beside a variable; its own page names all of them."""


@page(Capability.ENVIRONMENTS_EDIT)
@require_safe
def variable_list(request: HubRequest) -> HttpResponse:
    """A hundred on a page; q finds them by key, description and group, never by value."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:MOST_WORDS]
    found = overview(request.organization, words)
    pages = Paginator(found.lines, PAGE_SIZE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "groups": list(_groups(shown.object_list, clock.now())),
        "needs": [_shown_need(need) for need in found.missing[:MOST_NEEDS]],
        "further_needs": max(len(found.missing) - MOST_NEEDS, 0),
        "required_count": sum(need.is_required for need in found.missing),
        "words": words,
        "shown": shown,
        "count": pages.count,
    }
    return render(request, "environments/list.html", context)


@dataclass(frozen=True, slots=True)
class _Group:
    """name: "" for variables without a group."""

    name: str
    description: str
    rows: Sequence[dict[str, object]]


def _groups(lines: Iterable[Line], at: datetime) -> Iterator[_Group]:
    for group, members in groupby(lines, key=lambda line: line.variable.group):
        name, description = (group.name, group.description) if group else ("", "")
        yield _Group(name, description, [_row(line, at) for line in members])


def _row(line: Line, at: datetime) -> dict[str, object]:
    status, word = HOLDINGS[line.holding]
    kind = kind_label(line.variable.type)
    of = f" ({kind_label(line.variable.item_type)})" if line.variable.item_type else ""
    return {
        "variable": line.variable,
        "url": variable_url(line.variable.key),
        "kind": kind + of,
        "status": status,
        "word": word,
        "text": line.text,
        "expiry": expiry_of(line.variable, at),
        "uses": linked(line.uses[:PLACES_SHOWN]),
        "more": max(len(line.uses) - PLACES_SHOWN, 0),
    }


def _shown_need(need: Need) -> dict[str, object]:
    told = need.declaration
    return {
        "key": need.key,
        "is_required": need.is_required,
        "is_declared": bool(need.declarations),
        "label": told.label if told else "",
        "description": told.description if told else "",
        "reason": _("has no value") if need.variable else _("does not exist"),
        "uses": linked(need.uses),
        "url": setting_url(need),
    }


def variable_url(key: str) -> str:
    """The page of a variable."""
    return reverse("integrations:variable", args=[key])


def setting_url(need: Need) -> str:
    """Where a missing key is set: its own page, or the form of a new one with what is known filled in."""
    if need.variable is not None:
        return variable_url(need.key)
    told = need.declaration
    known = {"key": need.key, "type": told.type if told else VariableType.STRING.value}
    if told:
        known["description"] = told.label
    return f"{reverse('integrations:new-variable')}?{urlencode(known)}"
