"""The stream of what happened, for all types of use cases (api.md A.2), and all of one event."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from hub.ids import new_id, to_text
from tests.builders import make_integration, make_organization
from tests.inbound.conftest import Erp, customer, drain
from tests.monitoring.api.conftest import Watched, ago

pytestmark = pytest.mark.django_db


def messages(answer: Any) -> list[str]:
    return [row["message"] for row in answer.json()["data"]]


def test_the_newest_comes_first_with_every_member(watched: Watched) -> None:
    event_id = new_id()
    watched.record(
        watched.span(5, message="old"), watched.span(1, "error", code="TIMEOUT", event_id=event_id, message="new")
    )
    [new, old] = watched.post("events").json()["data"]
    assert (new["message"], old["message"]) == ("new", "old")
    assert {name: new[name] for name in ("event_id", "level", "code", "use_case_type", "use_case_id", "detail")} == {
        "event_id": to_text("evt_", event_id),
        "level": "error",
        "code": "TIMEOUT",
        "use_case_type": "inbound",
        "use_case_id": None,
        "detail": None,
    }


@pytest.mark.parametrize("size", [1, 2, 7])
def test_pages_of_any_size_lose_nothing_though_many_ended_at_once(watched: Watched, size: int) -> None:
    watched.record(*[watched.span(number // 3, message=str(number)) for number in range(9)])
    found, cursor = [], None
    while cursor is not None or not found:
        answer = watched.post("events", {"limit": size} | ({"cursor": cursor} if cursor else {})).json()
        found += [row["message"] for row in answer["data"]]
        cursor = answer["next_cursor"]
        assert answer["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert sorted(found) == sorted(map(str, range(9)))


def test_what_happens_meanwhile_moves_no_page(watched: Watched) -> None:
    watched.record(watched.span(3, message="a"), watched.span(2, message="b"))
    first = watched.post("events", {"limit": 1}).json()
    watched.record(watched.span(1, message="new"))
    assert messages(watched.post("events", {"limit": 1, "cursor": first["next_cursor"]})) == ["a"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"level": "error"}, ["call"]),
        ({"level": "skipped"}, []),
        ({"code": "TIMEOUT"}, ["call"]),
        ({"use_case_type": "managed_call"}, ["call"]),
        ({"use_case_type": "inbound"}, ["gone", "mapped"]),
        ({"correlation_id": "c-1"}, ["gone"]),
        ({"use_case_id": ""}, ["call"]),
        ({"use_case_id": "__unknown__"}, ["gone"]),
        ({"from_date": ago(minutes=2)}, ["call", "gone"]),
        ({"to_date": ago(minutes=2)}, ["gone", "mapped"]),
        ({"event_id": "evt_unknown"}, []),
    ],
)
def test_filters_narrow(watched: Watched, query: dict[str, Any], expected: list[str]) -> None:
    known = watched.use_case()
    watched.record(
        watched.span(3, use_case_id=known, message="mapped"),
        watched.span(2, use_case_id=uuid4(), correlation_id="c-1", message="gone"),
        watched.span(1, "error", code="TIMEOUT", sync_type="managed_call", message="call"),
    )
    assert messages(watched.post("events", query)) == expected


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"level": "loud"}, "level"),
        ({"use_case_type": "mail"}, "use_case_type"),
        ({"use_case_id": "x"}, "use_case_id"),
        ({"use_case_id": 7}, "use_case_id"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"from_date": "yesterday"}, "from_date"),
        ({"from_date": ago(minutes=1), "to_date": ago(minutes=2)}, "from_date"),
        ({"cursor": {"created_at": "x", "id": "y"}}, "cursor.created_at"),
        ({"cursor": {"created_at": ago(minutes=1), "id": "y"}}, "cursor.id"),
        ({"cursor": "opaque"}, "cursor"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(watched: Watched, query: dict[str, Any], path: str) -> None:
    answer = watched.post("events", query)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)


def test_other_integrations_have_streams_of_their_own(watched: Watched) -> None:
    other = Watched(make_integration(organization=watched.integration.organization), watched.client)
    stranger = Watched(make_integration(organization=make_organization()), watched.client)
    other.record(other.span(message="theirs"))
    assert messages(watched.post("events")) == []
    assert stranger.post("events").status_code == 404


def test_an_event_has_all_its_rows_and_itself(erp: Erp, client_of: Any) -> None:
    [event] = erp.send(erp.event(customer("1"), correlation_id="c-1"))
    drain()
    watched = Watched(erp.integration, client_of(erp.token))
    answer = watched.get(f"events/{event.event_id}/associated").json()
    assert [row["code"] for row in answer["monitoring_events"]] == ["ENTITY_CREATED"]
    assert (answer["inbound_event"]["event_id"], answer["inbound_event"]["status"]) == (event.event_id, "success")


def test_an_event_that_nobody_knows_has_no_rows(watched: Watched) -> None:
    answer = watched.get("events/evt_01ARZ3NDEKTSV4RRFFQ69G5FAV/associated")
    assert (answer.status_code, answer.json()) == (200, {"monitoring_events": [], "inbound_event": None})
