"""Which integrations keep an entity in step, read from spans (api.md A.1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.entities.models import Entity
from hub.ids import new_id, to_text
from tests.builders import make_integration, make_organization
from tests.hub.entities.conftest import Store
from tests.inbound.conftest import Erp, customer, drain
from tests.monitoring.api.conftest import Watched, ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity_id(watched: Watched) -> UUID:
    return UUID(str(Store(watched.integration.organization).upsert(customer_number="C-1").entity_id))


def states(watched: Watched, entity_id: object, **query: str) -> Any:
    answer = watched.client.get(f"/v1/integrations/entities/{entity_id}/sync-status", query)
    assert answer.status_code == 200
    return answer.json()["sync_states"]


def at(**duration: float) -> str:
    return ago(**duration).replace("Z", ".000Z")


def test_a_check_without_a_change_moves_only_the_sync(watched: Watched, entity_id: UUID) -> None:
    use_case, event = watched.use_case(), new_id()
    watched.record(
        watched.span(9, code="ENTITY_UPDATED", entity_id=entity_id),
        watched.span(4, code="ENTITY_NO_OP", entity_id=entity_id, event_id=event, use_case_id=use_case),
    )
    assert states(watched, entity_id) == [
        {
            "entity_id": str(entity_id),
            "integration_id": str(watched.integration.pk),
            "entity_slug": "contact",
            "use_case_id": str(use_case),
            "last_synced_at": at(minutes=4),
            "last_changed_at": at(minutes=9),
            "last_operation": "no-op",
            "last_event_id": to_text("evt_", event),
        }
    ]


def test_readings_have_a_sync_of_their_own(watched: Watched, entity_id: UUID) -> None:
    watched.record(watched.span(2, code="METER_READING_UPSERTED", sync_type="meter_reading", entity_id=entity_id))
    [state] = states(watched, entity_id)
    assert (state["readings_last_operation"], state["readings_last_synced_at"]) == ("upsert", at(minutes=2))
    assert "last_operation" not in state


def test_failures_are_no_sync(watched: Watched, entity_id: UUID) -> None:
    watched.record(watched.span(1, "error", code="ENTITY_UPDATED", entity_id=entity_id))
    assert states(watched, entity_id) == []


def test_integrations_have_states_of_their_own_the_last_first(watched: Watched, entity_id: UUID) -> None:
    other = Watched(make_integration(organization=watched.integration.organization), watched.client)
    watched.record(watched.span(5, code="ENTITY_CREATED", entity_id=entity_id))
    other.record(other.span(1, code="ENTITY_UPDATED", entity_id=entity_id))
    assert [state["last_operation"] for state in states(watched, entity_id)] == ["patch", "create"]
    only = states(watched, entity_id, integration_id=str(watched.integration.pk))
    assert [state["last_operation"] for state in only] == ["create"]


def test_nobody_knows_an_entity_of_another_organization(watched: Watched) -> None:
    theirs = Store(make_organization()).upsert(customer_number="C-1").entity_id
    assert (states(watched, theirs), states(watched, uuid4())) == ([], [])


def test_an_event_leaves_the_state_behind(erp: Erp, client_of: Any) -> None:
    [event] = erp.send(erp.event(customer("1")))
    drain()
    watched = Watched(erp.integration, client_of(erp.token))
    [state] = states(watched, Entity.objects.get().pk)
    assert (state["last_operation"], state["last_event_id"]) == ("create", event.event_id)


def test_the_older_address_answers_the_same(watched: Watched, entity_id: UUID) -> None:
    watched.record(watched.span(5, code="ENTITY_CREATED", entity_id=entity_id))
    answer = watched.client.get(f"/v1/entities/{entity_id}/sync-status").json()
    assert answer == {"entity_id": str(entity_id), "sync_states": states(watched, entity_id)}


def test_a_broken_integration_id_is_refused(watched: Watched, entity_id: UUID) -> None:
    answer = watched.client.get(f"/v1/entities/{entity_id}/sync-status", {"integration_id": "x"})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "integration_id")


@pytest.mark.parametrize("spans", [1, 30])
def test_many_spans_cost_no_more_queries(watched: Watched, entity_id: UUID, spans: int) -> None:
    watched.record(*[watched.span(number, code="ENTITY_NO_OP", entity_id=entity_id) for number in range(spans)])
    states(watched, entity_id)
    with CaptureQueriesContext(connection) as queries:
        states(watched, entity_id)
    assert len([one for one in queries if "monitoring_monitoringevent" in one["sql"]]) == 4
