"""choices_of: what the form offers: events, schemas, webhooks, and what the tester can try on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from hub.accounts.models import Organization
from hub.entities.documents import document_of
from hub.entities.models import Entity
from hub.entities.schemas.book import book_of
from hub.events.definitions import events_of
from hub.events.history import HistoryQuery, history_of
from hub.events.publishing import EVENT_PREFIX
from hub.ids import to_text
from outbound.automations.configuration import CORE_EVENT
from outbound.ui.automations.drafts import Draft
from outbound.webhooks.queries import webhooks_of

RECENT: Final = 10


class Choice(NamedTuple):
    """A value of a field with its words."""

    value: str
    label: str


class Recent(NamedTuple):
    """Something that the tester can try on."""

    value: str
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """Each sorted as people look for it; what the draft names and nobody has is among them, and says so."""

    events: Sequence[Choice]
    schemas: Sequence[Choice]
    webhooks: Sequence[Choice]


def choices_of(organization: Organization, draft: Draft) -> Choices:
    """One query, and those of what is remembered."""
    events = [Choice(one.name, one.name) for one in events_of(organization).values() if one.lifecycle == "active"]
    schemas = [Choice(slug, slug) for slug in book_of(organization).schemas]
    webhooks = [Choice(one.pk, one.name) for one in webhooks_of(organization)]
    return Choices(
        events=sorted(_with(events, [draft.event_name, *(step.event_name for step in draft.steps)])),
        schemas=sorted(_with(schemas, [draft.schema, *(step.schema for step in draft.steps)])),
        webhooks=_with(webhooks, [step.webhook_id for step in draft.steps]),
    )


def _with(choices: Sequence[Choice], named: Iterable[str]) -> list[Choice]:
    known = {one.value for one in choices}
    missing = [name for name in dict.fromkeys(named) if name and name not in known]
    return [*choices, *(Choice(name, _("%(name)s, which is not there") % {"name": name}) for name in missing)]


def recent_of(organization: Organization, draft: Draft) -> list[Recent]:
    """The last events of the trigger, or the entities that changed last; one query."""
    if draft.trigger_type == CORE_EVENT:
        found = history_of(organization=organization, name=draft.event_name, query=HistoryQuery(limit=RECENT))
        ids = ((to_text(EVENT_PREFIX, one.pk), one) for one in found.events)
        return [Recent(public_id, public_id[-8:], one.occurred_at) for public_id, one in ids]
    entities = Entity.objects.of(organization).filter(schema=draft.schema, deleted_at__isnull=True)
    newest = entities.order_by("-updated_at", "-id")[:RECENT]
    return [Recent(str(one.pk), str(document_of(one, organization)["_title"]), one.updated_at) for one in newest]
