"""counted: how many records of a scope a prune is about, in words, as the organization calls them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hub.accounts.models import Organization
from hub.entities.schemas.book import book_of
from hub.web.templatetags.numbers import number
from inbound.models import HeldPrune


def noun_of(prune: HeldPrune, organization: Organization, count: int) -> str:
    """What the records are: "billing events", "meter reading"."""
    if prune.kind == HeldPrune.Kind.READINGS:
        return _("meter reading") if count == 1 else _("meter readings")
    schema = book_of(organization).schema_of(prune.schema)
    words: str = schema.title if count == 1 else schema.plural
    return words.lower()


def counted(prune: HeldPrune, organization: Organization, count: int) -> str:
    """So many of the scope: "61 of 80 billing events"."""
    noun = noun_of(prune, organization, prune.scope_count)
    words = {"count": number(count), "scope": number(prune.scope_count), "noun": noun}
    return _("%(count)s of %(scope)s %(noun)s") % words
