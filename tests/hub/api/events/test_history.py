"""Events looked back at, page by page, and how long they are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.events.models import CoreEvent
from hub.ids import first_id_at
from hub.retention import running
from tests.builders import NOW, make_token
from tests.cast import NEIGHBOUR, Stage
from tests.hub.api.events.conftest import Api
from tests.hub.events.builders import StoredEvent, make_core_event, make_own_event

Stored = list[StoredEvent]


@pytest.fixture
def stored(organization: Organization) -> Stored:
    """Three events, two of which happened at the same moment; oldest first."""
    make_own_event(organization=organization)
    moments = (NOW - timedelta(hours=1), NOW, NOW)
    return [make_core_event(organization=organization, at=at) for at in moments]


def ids(answer: Any) -> list[str]:
    return [one["_event_id"] for one in answer.json()["results"]]


@pytest.mark.parametrize("path", ["ContactSeen:history", "/v2/events/ContactSeen:history"])
def test_pages_join_without_gap_or_repeat(api: Api, stored: Stored, path: str):
    seen, cursor = [], None
    for _ in range(3):
        answer = api.send("post", path, {"limit": 1} | ({"cursor": cursor} if cursor else {}))
        seen += ids(answer)
        cursor = answer.json()["next_cursor"]
    assert seen == [one.public_id for one in reversed(stored)]
    assert cursor is None


def test_a_window_and_an_id_narrow_it(api: Api, stored: Stored):
    window = {"from": "2026-01-15T06:00:00Z", "to": "2026-01-15T07:30:00Z"}
    assert ids(api.send("post", "ContactSeen:history", {"timestamp": window})) == [stored[0].public_id]
    assert ids(api.send("post", "ContactSeen:history", {"event_id": stored[1].public_id})) == [stored[1].public_id]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 0},
        {"limit": 26},
        {"cursor": {"event_time": "2026-01-15T08:00:00Z"}},
        {"cursor": {"event_time": "2026-01-15T08:00:00Z", "event_id": "x"}},
        {"timestamp": {"from": "yesterday"}},
        {"timestamp": {"since": "2026-01-15T08:00:00Z"}},
        {"event_id": "x"},
        {"fields": ["contact"]},
        {"more": 1},
    ],
)
def test_a_bad_look_back_is_a_400(api: Api, stored: Stored, body: dict[str, Any]):
    assert api.send("post", "ContactSeen:history", body).status_code == 400


def test_the_light_form_tells_what_entities_are_called(api: Api, stored: Stored):
    [first, *_] = api.send("post", "/v2/events/ContactSeen:history", {}).json()["results"]
    assert set(first["contact"]) == {"_id", "_schema", "_title"}


def test_fields_choose_beside_the_metadata(api: Api, stored: Stored):
    body = {"fields": ["!contact"]}
    [first, *_] = api.send("post", "/v2/events/ContactSeen:history", body).json()["results"]
    assert "contact" not in first
    assert first["_event_name"] == "ContactSeen"


def test_one_event_is_shown_whole(api: Api, stored: Stored):
    answer = api.get(f"/v2/events/ContactSeen/history/{stored[0].public_id}")
    assert answer.json()["contact"]["last_name"] == "Jensen"
    assert api.get(f"/v2/events/ContactSeen/history/{stored[0].row.pk}").json() == answer.json()
    assert api.get(f"/v2/events/CustomerCreated/history/{stored[0].public_id}").status_code == 404
    assert api.get("/v2/events/ContactSeen/history/nobody").status_code == 404


def test_what_is_malformed_is_listed_on_demand_with_its_problem(api: Api, organization: Organization):
    make_own_event(organization=organization)
    make_core_event(organization=organization, state="malformed", problem="number: is required")
    make_core_event(organization=organization, state="raw")
    assert ids(api.send("post", "ContactSeen:history", {})) == []
    [shown] = api.send("post", "ContactSeen:history", {"include_malformed": True}).json()["results"]
    assert shown["_problem"] == "number: is required"


def test_what_is_malformed_is_found_by_its_id_with_its_problem(api: Api, organization: Organization):
    make_own_event(organization=organization)
    made = make_core_event(organization=organization, state="malformed", problem="number: is required")
    path, by_id = f"/v2/events/ContactSeen/history/{made.public_id}", {"event_id": made.public_id}
    assert api.get(path).json()["_problem"] == "number: is required"
    for history in ("ContactSeen:history", "/v2/events/ContactSeen:history"):
        [shown] = api.send("post", history, by_id).json()["results"]
        assert shown["_problem"] == "number: is required"
        assert ids(api.send("post", history, by_id | {"include_malformed": False})) == []
    assert api.get(path, include_malformed="false").status_code == 404


def test_internal_members_never_leave(api: Api, organization: Organization):
    make_own_event(organization=organization)
    payload = {"_event_id": "x", "_downgrades": [], "_automation_chain": ["a"]}
    make_core_event(organization=organization, payload=payload)
    assert api.send("post", "ContactSeen:history", {}).json()["results"] == [{"_event_id": "x"}]


def test_another_organization_sees_nothing(client_of: Callable[[Any], Client], stage: Stage, stored: Stored):
    make_own_event(organization=stage.next_door)
    neighbour = Api(client_of(NEIGHBOUR))
    assert ids(neighbour.send("post", "ContactSeen:history", {})) == []
    assert neighbour.get(f"/v2/events/ContactSeen/history/{stored[0].public_id}").status_code == 404


def test_whoever_may_not_see_entities_sees_no_payloads(
    client_of: Callable[[Any], Client], organization: Organization, stored: Stored
):
    api = Api(client_of(make_token(organization=organization, grants=("event_catalog:view",))))
    assert api.get("ContactSeen").status_code == 200
    assert api.send("post", "ContactSeen:history", {}).status_code == 403
    assert api.send("post", "ContactSeen:preview", {}).status_code == 403


def test_a_page_costs_as_many_queries_with_one_event_as_with_many(api: Api, stored: Stored, count_queries: Any):
    api.send("post", "ContactSeen:history", {})
    with count_queries() as one:
        api.send("post", "ContactSeen:history", {"limit": 1})
    with count_queries() as all_of_them:
        api.send("post", "ContactSeen:history", {"limit": 25})
    assert len(one) == len(all_of_them)
    assert sum("events_coreevent" in query["sql"] for query in all_of_them) == 1


def test_events_are_deleted_after_90_days(organization: Organization, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "ROWS_PER_TRANSACTION", 2)
    for days in (91, 92, 93, 89):
        at = NOW - timedelta(days=days)
        make_core_event(organization=organization, at=at, id=first_id_at(at))
    assert running.apply() == 3
    [left] = CoreEvent.objects.all()
    assert left.occurred_at == NOW - timedelta(days=89)
