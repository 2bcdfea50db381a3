"""Whoever has the identifier that was refused, as pages lead to them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html

from hub.entities.applying import AlreadyExists
from hub.entities.models import Entity
from hub.entities.read import find_entities, title
from hub.errors import HubError
from hub.web.access import may_view
from hub.web.requests import HubRequest


def holder_of(request: HubRequest, error: HubError) -> Entity | None:
    """The entity that stands in the way; None for other errors, and where the person may not see it."""
    if not isinstance(error, AlreadyExists) or error.entity_id is None:
        return None
    found = find_entities(organization=request.organization, ids=[error.entity_id])
    return next((one for one in found if may_view(request, one.schema)), None)


def existing_of(request: HubRequest, error: HubError) -> dict[str, object]:
    """The same for a template."""
    holder = holder_of(request, error)
    return {} if holder is None else {"existing": holder, "existing_title": title(holder, request.organization)}


def told(request: HubRequest, error: HubError) -> str:
    """The sentence of an error, with a link to the entity that stands in the way."""
    holder = holder_of(request, error)
    if holder is None:
        return error.message
    address = reverse("web:entity", args=[holder.schema, holder.pk])
    return format_html('{} <a href="{}">{}</a>', error.message, address, title(holder, request.organization))
