"""fill_past: events that ended long ago, deliveries, requests, spans and numbers, made by the database itself."""

from __future__ import annotations

import time
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from bench.stock import past_deliveries, past_events, past_numbers
from hub import clock
from hub.accounts.models import Organization
from hub.json_types import JSONObject
from integrations.models import Integration, UseCase, UseCaseType
from monitoring.issues.folding import fold
from outbound.models import Webhook
from outbound.webhooks.changes import DEFAULTS

PAST: Final = "Past"
"""Name of the integration."""
DAYS: Final = 60
USE_CASES: Final = 20
WEBHOOKS: Final = 5
EVENTS_PER_DELIVERY: Final = 5
EVENT: Final = "CustomerDetailsUpdated"
PARTS: Final = (past_events, past_deliveries, past_numbers)
"""In the order in which they are run."""


def fill_past(*, organization: Organization, events: int) -> float:
    """Store that many events of a new integration, over the last DAYS days, and a fifth as many deliveries, core events
    and requests; how many seconds that took."""
    started = time.perf_counter()
    integration = _integration(organization)
    values = {
        "organization": organization.pk,
        "integration": integration.pk,
        "use_case": _outbound(integration),
        "events": events,
        "deliveries": max(events // EVENTS_PER_DELIVERY, 1),
        "event": EVENT,
        "use_cases": USE_CASES,
        "webhooks": WEBHOOKS,
        "days": DAYS,
        "until": clock.now(),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (one for part in PARTS for one in part.STATEMENTS):
            cursor.execute(statement, values)
    while fold():
        pass
    with connection.cursor() as cursor:
        for table in (one for part in PARTS for one in part.TABLES):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return time.perf_counter() - started


def _integration(organization: Organization) -> Integration:
    """With as many use cases as events come for, and receivers."""
    at = clock.now()
    made = Integration.objects.create(organization=organization, name=PAST, created_at=at, updated_at=at)
    UseCase.objects.bulk_create(
        _use_case(made, f"past-{number}", UseCaseType.INBOUND, {"entities": []}) for number in range(USE_CASES)
    )
    Webhook.objects.bulk_create(_webhook(organization, number) for number in range(WEBHOOKS))
    return made


def _outbound(integration: Integration) -> UUID:
    """The use case that deliveries belong to."""
    configuration = {"event_catalog_event": EVENT, "mappings": []}
    one = _use_case(integration, "past-customers", UseCaseType.OUTBOUND, configuration)
    one.save(force_insert=True)
    return one.pk


def _use_case(integration: Integration, slug: str, type_: UseCaseType, configuration: JSONObject) -> UseCase:
    at = integration.created_at
    return UseCase(
        integration=integration,
        organization=integration.organization,
        name=slug,
        slug=slug,
        type=type_,
        enabled=True,
        configuration=configuration,
        created_at=at,
        updated_at=at,
    )


def _webhook(organization: Organization, number: int) -> Webhook:
    named = {"name": f"Past {number}", "eventName": EVENT, "url": "https://erp.example.com/hook"}
    at = clock.now()
    return Webhook(
        id=f"wh_past_{number}",
        organization=organization,
        name=named["name"],
        event_name=EVENT,
        configuration=DEFAULTS | named,
        created_at=at,
        updated_at=at,
    )
