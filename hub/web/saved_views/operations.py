"""Saved views of a list: find, keep, rename and delete them; what is shared leaves an audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization, User
from hub.errors import Conflict, Invalid, NotFound
from hub.web.models import NAME_CHARACTERS, QUERY_CHARACTERS, SavedView

MOST_VIEWS: Final = 50
"""Of one list that one person sees; more would need a search of their own."""
PAGING: Final = ("cursor", "after", "before", "page", "selected")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and whether they may change what is shared."""

    organization: Organization
    user: User
    may_share: bool
    actor: Actor


def visible_views(viewer: Viewer, list_name: str) -> list[SavedView]:
    """Those of the person and the shared ones of a list, by name; one query."""
    return list(_visible(viewer).filter(list_name=list_name).order_by("name", "pk")[: 2 * MOST_VIEWS])


def keep(*, viewer: Viewer, list_name: str, name: str, query: str, is_shared: bool, at: datetime) -> SavedView:
    """Save the query under a name; one that exists already is replaced, so that a form may be sent twice.

    Raises Invalid for a name or a query that cannot be kept, and above MOST_VIEWS. Any: arguments of filter().
    """
    wanted: dict[str, Any] = {"organization": viewer.organization, "list_name": list_name, "is_shared": is_shared}
    if not is_shared:
        wanted["owner"] = viewer.user
    called = _name(name)
    if SavedView.objects.filter(**wanted).exclude(name=called).count() >= MOST_VIEWS:
        raise Invalid("There are too many views already.")
    wanted["name"] = called
    fresh = {"query": _query(query), "owner": viewer.user, "created_at": at}
    with transaction.atomic():
        view, is_new = SavedView.objects.update_or_create(**wanted, defaults=fresh)
        _audit(viewer, view, "saved_view_create" if is_new else "saved_view_replace", at)
    return view


def rename(*, viewer: Viewer, view_id: UUID, name: str, at: datetime) -> SavedView:
    """Give it another name. Raises NotFound, Invalid for a bad name and Conflict for one that is taken."""
    with transaction.atomic():
        view = _changeable(viewer, view_id)
        view.name = _name(name)
        try:
            with transaction.atomic():
                view.save(update_fields=["name"])
        except IntegrityError as error:
            raise Conflict("Another view has this name.") from error
        _audit(viewer, view, "saved_view_rename", at)
    return view


def delete(*, viewer: Viewer, view_id: UUID, at: datetime) -> SavedView:
    """Forget it. Raises NotFound."""
    with transaction.atomic():
        view = _changeable(viewer, view_id)
        _audit(viewer, view, "saved_view_delete", at)
        SavedView.objects.filter(pk=view.pk).delete()
    return view


def _visible(viewer: Viewer) -> QuerySet[SavedView]:
    return SavedView.objects.of(viewer.organization).filter(Q(is_shared=True) | Q(owner=viewer.user))


def _changeable(viewer: Viewer, view_id: UUID) -> SavedView:
    """Locked: two that rename at once come one after the other."""
    rows = _visible(viewer).select_for_update(of=("self",)).filter(pk=view_id)
    view = (rows if viewer.may_share else rows.filter(is_shared=False)).first()
    if view is None:
        raise NotFound("There is no such view, or it is not yours to change.")
    return view


def _name(text: str) -> str:
    name = " ".join(text.replace("\0", "").split())
    if not 0 < len(name) <= NAME_CHARACTERS:
        raise Invalid(f"A view needs a name of at most {NAME_CHARACTERS} characters.")
    return name


def _query(text: str) -> str:
    query = QueryDict(text.replace("\0", "").lstrip("?"), mutable=True)
    for name in PAGING:
        query.pop(name, None)
    kept: str = query.urlencode()
    if len(kept) > QUERY_CHARACTERS:
        raise Invalid("These filters are too long to be kept.")
    return kept


def _audit(viewer: Viewer, view: SavedView, action: str, at: datetime) -> None:
    if view.is_shared:
        act = Act(action, "saved_view", str(view.pk), {"name": view.name, "list": view.list_name, "query": view.query})
        record(organization=viewer.organization, actor=viewer.actor, act=act, at=at)
