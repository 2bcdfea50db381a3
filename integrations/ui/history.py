"""The versions of a use case, two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import ApiToken, Organization, User
from hub.errors import NotFound
from hub.json_types import JSONValue
from hub.web.access import may, page
from hub.web.requests import HubRequest
from hub.web.templatetags.source_code import json_text
from integrations.differences import ABSENT, Absent, Difference
from integrations.models import UseCase
from integrations.queries import get_use_case
from integrations.versions import VersionRow, compare_versions, get_version, list_past_versions

MOST_SHOWN = 200
"""Differences that the page lists; a rewritten configuration has more than anybody reads."""
LONGEST_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """A version in the list."""

    row: VersionRow
    author: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; None where a version has nothing."""

    path: str
    before: str | None
    after: str | None


@page(Capability.READ)
@require_safe
def use_case_history(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Versions, newest first, and what differs between the two that the address names: else the last two."""
    use_case = get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)
    listed = list_past_versions(use_case, below=_number(request.GET.get("below")))
    new = _version(request, use_case, request.GET.get("new")) or _live(request, use_case)
    old = _version(request, use_case, request.GET.get("old")) or _before(request, use_case, new)
    changes = [_change(one) for one in compare_versions(old, new)] if old else []
    first = [] if request.GET.get("below") else [_live(request, use_case)]
    context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "lines": _lines(request.organization, use_case, [*first, *(past.row for past in listed.versions)]),
        "older": listed.next_version,
        "old": old,
        "new": new,
        "changes": changes[:MOST_SHOWN],
        "hidden_changes": max(len(changes) - MOST_SHOWN, 0),
        "may_edit": may(request, Capability.WRITE),
    }
    return render(request, "integrations/history.html", context)


def _live(request: HubRequest, use_case: UseCase) -> VersionRow:
    return get_version(organization=request.organization, use_case_id=use_case.pk, version=use_case.version)


def _version(request: HubRequest, use_case: UseCase, text: str | None) -> VersionRow | None:
    number = _number(text)
    if number is None:
        return None
    return get_version(organization=request.organization, use_case_id=use_case.pk, version=number)


def _before(request: HubRequest, use_case: UseCase, new: VersionRow) -> VersionRow | None:
    try:
        return get_version(organization=request.organization, use_case_id=use_case.pk, version=new.version - 1)
    except NotFound:
        return None


def _number(text: str | None) -> int | None:
    """A version number of an address; what is none counts as not said."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None


def _lines(organization: Organization, use_case: UseCase, rows: Iterable[VersionRow]) -> list[Line]:
    shown = list(rows)
    names = _names(organization, shown)
    return [
        Line(row, names.get((row.actor_type, row.actor_id), _("the hub")), row.version == use_case.version)
        for row in shown
    ]


def _names(organization: Organization, rows: Iterable[VersionRow]) -> dict[tuple[str, str], str]:
    """Who made the versions, by kind and id of the actor: two queries."""
    ids: dict[str, set[str]] = {"user": set(), "token": set()}
    for row in rows:
        ids.setdefault(row.actor_type, set()).add(row.actor_id)
    people = User.objects.filter(pk__in=[one for one in ids["user"] if one.isdigit()])
    tokens = ApiToken.objects.of(organization).filter(pk__in=ids["token"])
    named = {("user", str(person.pk)): str(person) for person in people}
    named |= {("token", token.pk): _("token %(name)s") % {"name": token.name} for token in tokens}
    return named | {("operator", ""): _("the server's operator")}


def _change(difference: Difference) -> Change:
    return Change(str(difference.path), _text(difference.old), _text(difference.new))


def _text(value: JSONValue | Absent) -> str | None:
    if value is ABSENT or isinstance(value, Absent):
        return None
    text = value if isinstance(value, str) else json_text(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
