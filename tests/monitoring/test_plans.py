"""The hottest pages and queries of monitoring, as they are: on PostgreSQL none of them scans or sorts a big table."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import pytest
from django.test import Client

from hub import database
from hub.accounts.models import Role
from hub.entities.models import Entity
from hub.ids import new_id, to_text
from inbound.events import EVENT_PREFIX
from inbound.models import InboundBody, InboundEvent, InboundOutcome
from monitoring.issues.folding import fold
from monitoring.models import Issue
from tests.builders import NOW
from tests.cast import Person
from tests.hub.events.builders import make_core_event
from tests.monitoring.api.conftest import Watched, watched
from tests.plans import bad_nodes, explained

__all__ = ["watched"]
pytestmark = [pytest.mark.django_db, pytest.mark.services]
BIG: Final = (
    *("inbound_inboundevent", "inbound_inboundoutcome", "inbound_inboundbody", "monitoring_monitoringevent"),
    *("monitoring_accesslog", "outbound_delivery", "outbound_deliveryattempt", "events_coreevent", "entities_entity"),
)
V1, V2 = "/v1/integrations/{integration}/monitoring", "/v2/integrations/{integration}/monitoring"
SINCE: Final = {"from_date": (NOW - timedelta(days=60)).isoformat()}
PAGES: Final = (
    "/app/overview",
    "/app/events",
    "/app/events?status=error&window=90d",
    "/app/events?code=TIMEOUT&window=90d",
    "/app/events?type=DELETE&window=90d",
    "/app/events?use_case=00000000-0000-0000-0000-000000000001&window=90d",
    "/app/statistics?window=30d",
    "/app/issues",
    "/app/issues/{issue}",
    "/app/traces/corr-1",
    "/app/deliveries",
    "/app/deliveries?status=failed&window=90d",
    "/app/deliveries?event=CustomerDetailsUpdated&window=90d",
    "/app/access-logs",
    "/app/events/{event}",
    "/app/core-events",
    "/app/core-events/CustomerDetailsUpdated",
    "/app/entities/contact",
    "/app/entities/contact?q=Maier",
)
QUERIES: Final[Sequence[tuple[str, dict[str, str]]]] = (
    (f"{V1}/inbound-events", {}),
    (f"{V1}/inbound-events", {"event_type": "DELETE"}),
    (f"{V1}/stats", {}),
    (f"{V1}/timeseries", {"interval": "1d"}),
    (f"{V2}/events", {}),
    (f"{V2}/events", {"level": "error"}),
    (f"{V2}/events", {"correlation_id": "corr-1"}),
    (f"{V2}/stats", {"group_by": "date"}),
    (f"{V2}/time-series", {"interval": "1d"}),
)


@pytest.fixture
def known(watched: Watched) -> dict[str, str]:
    """What stands in braces."""
    event = received(watched)
    watched.record(watched.span(1, "error", code="TIMEOUT", correlation_id="corr-1", event_id=event.pk))
    fold()
    make_core_event(organization=watched.integration.organization)
    Entity.objects.create(
        id=new_id(),
        organization_id=watched.integration.organization_id,
        schema="contact",
        attributes={"last_name": "Maier"},
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return {
        "integration": str(watched.integration.pk),
        "issue": str(Issue.objects.get().pk),
        "event": to_text(EVENT_PREFIX, event.pk),
    }


def received(watched: Watched) -> InboundEvent:
    """An event that failed, with its payload."""
    place = {"organization_id": watched.integration.organization_id, "integration_id": watched.integration.pk}
    event_id = new_id()
    InboundBody.objects.create(event_id=event_id, body=b"{}")
    InboundOutcome.objects.create(event_id=event_id, status="error", finished_at=NOW, duration_ms=1, **place)
    return InboundEvent.objects.create(
        id=event_id,
        sequence=1,
        order=1,
        origin_id=event_id,
        received_at=NOW,
        format="json",
        correlation_id="corr-1",
        body_bytes=2,
        **place,
    )


@pytest.mark.parametrize("address", PAGES)
def test_a_page_reads_big_tables_by_their_indexes(
    client_of: Callable[..., Client], known: dict[str, str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    page = client_of(Person(Role.OWNER))
    with explained(monkeypatch, BIG) as plans:
        assert page.get(address.format(**known)).status_code == 200
    assert not [bad for plan in plans for bad in bad_nodes(plan, BIG)]


@pytest.mark.parametrize(("address", "body"), QUERIES)
def test_a_query_reads_big_tables_by_their_indexes(
    watched: Watched, known: dict[str, str], monkeypatch: pytest.MonkeyPatch, address: str, body: dict[str, str]
) -> None:
    with explained(monkeypatch, BIG) as plans:
        text = json.dumps(SINCE | body)
        answer = watched.client.post(address.format(**known), text, content_type="application/json")
    assert answer.status_code == 200
    assert plans
    assert not [bad for plan in plans for bad in bad_nodes(plan, BIG)]


def test_a_query_without_an_index_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with explained(monkeypatch, BIG) as plans:
        database.rows("SELECT id FROM monitoring_monitoringevent ORDER BY message", ())
    assert bad_nodes(plans[0], BIG) == ["Seq Scan of monitoring_monitoringevent", "Sort of monitoring_monitoringevent"]


def test_a_status_and_its_code_are_not_taken_for_independent() -> None:
    """Else PostgreSQL takes the two for rare, and reads every outcome that has both instead of the newest events."""
    kinds = database.rows("SELECT stxkind FROM pg_statistic_ext WHERE stxname = 'inbound_outcome_endings'", ())
    assert [set(kind) for (kind,) in kinds] == [{"f", "m"}]
