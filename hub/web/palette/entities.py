"""Entities that have the text as an identifier, or as their id."""

from __future__ import annotations

from django.urls import reverse

from hub.accounts.grants import Capability, allows
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.entities.models import Entity
from hub.entities.read import find_by_identifier, find_entities, title
from hub.entities.schemas.book import book_of
from hub.web.palette.matches import MOST_FOUND, Match, find_uuid


def entities(*, organization: Organization, principal: Principal, text: str) -> list[Match]:
    """What is in the recycle bin is left out."""
    book = book_of(organization)
    return [
        Match(
            title(one, organization),
            reverse("web:entity", args=(one.schema, one.pk)),
            "database",
            note=book.schema_of(one.schema).title,
        )
        for one in _found(organization, text)
        if one.deleted_at is None and allows(principal, Capability.ENTITY_VIEW, None, one.schema)
    ]


def _found(organization: Organization, text: str) -> list[Entity]:
    entity_id = find_uuid(text)
    named = find_entities(organization=organization, ids=[entity_id]) if entity_id else []
    return named or find_by_identifier(organization=organization, value=text, limit=MOST_FOUND)
