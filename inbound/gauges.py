"""queue_ages: a gauge for the backlog of every use case and integration; alerts read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hub.accounts.models import Organization
from inbound.backlog import read_backlog
from integrations.models import Integration, UseCase
from monitoring.gauges import QUEUE_AGE, Gauge, minutes_since


def queue_ages(*, organization: Organization, at: datetime) -> Iterator[Gauge]:
    """As many queries as read_backlog, and two. Lanes that use cases share count for their integration only."""
    backlog = read_backlog(organization=organization)
    names = dict(Integration.objects.of(organization).values_list("pk", "name"))
    use_cases = UseCase.objects.of(organization).filter(pk__in=list(backlog.use_cases))
    for pk, name, integration_id in use_cases.values_list("pk", "name", "integration_id"):
        if oldest_at := backlog.of_use_case(pk).oldest_at:
            label = f"{names.get(integration_id, '')}: {name}"
            yield Gauge(QUEUE_AGE, f"use-case:{pk}", label, minutes_since(oldest_at, at), integration_id, pk)
    for key, waiting in backlog.integrations.items():
        if waiting.oldest_at:
            yield Gauge(QUEUE_AGE, f"inbound:{key}", names.get(key, ""), minutes_since(waiting.oldest_at, at), key)
