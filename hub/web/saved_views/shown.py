"""views_shown: the saved views of a list as its page shows them."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.errors import NotFound
from hub.web.access import may
from hub.web.models import NAME_CHARACTERS, SavedView
from hub.web.requests import HubRequest
from hub.web.saved_views.operations import Viewer, visible_views

LISTS: Final = {"events": "inbound:events", "deliveries": "outbound:deliveries"}
"""Lists that have saved views → where they are."""


def viewer_of(request: HubRequest) -> Viewer:
    """Whoever asks; who may replay may share, too."""
    actor = actor_of(request.principal, request)
    return Viewer(request.organization, request.user, may(request, Capability.SEND), actor)


def views_shown(request: HubRequest, list_name: str, address: str) -> dict[str, Any]:
    """The inputs of components/saved_views.html; address is that of the list as it now is. One query. Any: inputs."""
    viewer = viewer_of(request)
    url, here = list_url(list_name), _sorted(address)
    views = visible_views(viewer, list_name)
    return {
        "list_name": list_name,
        "query": address,
        "may_share": viewer.may_share,
        "longest": NAME_CHARACTERS,
        "views": [
            {
                "view": view,
                "url": url_of(url, view),
                "is_current": _sorted(view.query) == here,
                "may_change": viewer.may_share or not view.is_shared,
            }
            for view in views
        ],
    }


def list_url(list_name: str) -> str:
    """Where a list is. Raises NotFound for one that has no views."""
    try:
        return reverse(LISTS[list_name])
    except (KeyError, NoReverseMatch) as error:
        raise NotFound("There is no such list.") from error


def url_of(url: str, view: SavedView) -> str:
    """The address that a view stands for."""
    return f"{url}?{view.query}" if view.query else url


def _sorted(query: str) -> list[tuple[str, list[str]]]:
    return sorted(QueryDict(query.lstrip("?")).lists())
