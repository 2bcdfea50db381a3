"""ask_for_old: publishes the on-demand event of each record whose data is old, once per threshold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from hub import clock, database
from hub.accounts.models import Organization
from hub.entities.models import Entity, EntityChange
from hub.events.catalogue.envelope import BY_OPERATION, TRIGGER_SOURCE, TRIGGER_SOURCE_TYPE
from hub.events.definitions import Event, events_of
from hub.events.hydration import Rooted, hydrate, read_entities
from hub.events.listening import heard_events
from hub.events.nodes import node_documents
from hub.events.publishing import NewEvent, publish
from integrations.auto_refresh.thresholds import thresholds
from integrations.models import AskedRefresh

EVENT_OF: Final = {"contact": "OnDemandSyncCustomerRequested", "contract": "OnDemandSyncContractRequested"}
"""Schema → the event that asks for one record of it; its root node has the name of the schema."""
SOURCE: Final = "auto_refresh"
EXTERNAL_ID: Final = "external_id"


def ask_for_old(organization: Organization, entity_ids: Collection[UUID]) -> int:
    """How many events were published. Only those that are switched on and that somebody listens to.

    A record is old when the last change by an inbound use case of an integration that refreshes lies further back than
    its threshold; one that none of them has ever written, or that has no external id, cannot be asked for.
    """
    wanted = _wanted(organization)
    entities = read_entities(organization, entity_ids) if wanted else {}
    askable = {key: one for key, one in entities.items() if one.schema in wanted and one.attributes.get(EXTERNAL_ID)}
    at = clock.now()
    unasked = askable.keys() - _within_window(organization, askable, at) if askable else set()
    old = _old(organization, unasked, at) if unasked else {}
    if not old:
        return 0
    return database.retrying(partial(_ask, organization, wanted, [askable[key] for key in old], old, at))


def _wanted(organization: Organization) -> Mapping[str, Event]:
    """By schema."""
    events, heard = events_of(organization), heard_events(organization.pk, organization.config_version)
    found = {schema: events[name] for schema, name in EVENT_OF.items()}
    return {
        schema: event
        for schema, event in found.items()
        if event.is_published and (event.name in heard or event.switch.keeps_history)
    }


def _within_window(organization: Organization, entity_ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Those that were asked for a short while ago: their history, which may be long, is not looked at."""
    windows = AskedRefresh.objects.of(organization).filter(entity_id__in=entity_ids, until__gt=at)
    return set(windows.values_list("entity_id", flat=True))


def _old(organization: Organization, entity_ids: Collection[UUID], at: datetime) -> Mapping[UUID, timedelta]:
    """Record → the threshold that it is beyond; one query. Of several integrations the one counts that wrote last."""
    known = thresholds(organization)
    changes = EntityChange.objects.of(organization).filter(entity_id__in=entity_ids, use_case_id__in=known)
    grouped = changes.order_by().values("entity_id", "use_case_id").annotate(last=Max("at"))
    last: dict[UUID, tuple[datetime, UUID]] = {}
    for one in grouped:
        found: tuple[datetime, UUID] = one["last"], one["use_case_id"]  # type: ignore[assignment]  # filtered by it
        last[one["entity_id"]] = max(last.get(one["entity_id"], found), found)
    return {key: known[by] for key, (changed_at, by) in last.items() if at - changed_at >= known[by]}


@transaction.atomic
def _ask(
    organization: Organization,
    wanted: Mapping[str, Event],
    entities: Sequence[Entity],
    old: Mapping[UUID, timedelta],
    at: datetime,
) -> int:
    """The windows and the events of those that nobody has asked for within theirs, in one transaction."""
    begun = _begun(organization, old, at)
    rooted = {
        one.pk: Rooted(wanted[one.schema].definition.graph, {one.schema: [one]}) for one in entities if one.pk in begun
    }
    hydrate(organization, list(rooted.values()))
    asked = [one for one in entities if one.pk in rooted and _is_whole(rooted[one.pk])]
    events = [
        NewEvent(
            definition=wanted[one.schema].definition,
            occurred_at=at,
            source=SOURCE,
            nodes=node_documents(organization, rooted[one.pk]),
            metadata={TRIGGER_SOURCE_TYPE: BY_OPERATION, TRIGGER_SOURCE: SOURCE},
            entity_id=one.pk,
        )
        for one in asked
    ]
    return len(publish(organization.pk, events, organization.config_version))


def _is_whole(rooted: Rooted) -> bool:
    """Whether the event can be made: a contract of nobody asks in no customer's name."""
    return all(rooted.found.get(node.id) for node in rooted.graph.nodes)


def _begun(organization: Organization, old: Mapping[UUID, timedelta], at: datetime) -> frozenset[UUID]:
    """The records for which a window begins now. Of two processes that ask at once, one gets it."""
    AskedRefresh.objects.bulk_create(
        [AskedRefresh(entity_id=key, organization_id=organization.pk, until=at) for key in sorted(old)],
        ignore_conflicts=True,
    )
    ended = AskedRefresh.objects.of(organization).filter(entity_id__in=old, until__lte=at)
    rows = list(ended.select_for_update(no_key=True).order_by("entity_id"))
    for row in rows:
        row.until = at + old[row.entity_id]
    AskedRefresh.objects.bulk_update(rows, ["until"])
    return frozenset(row.entity_id for row in rows)
