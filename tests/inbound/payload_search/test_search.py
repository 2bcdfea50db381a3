"""Events by what stands in their payloads, with and without an identifier that is mapped from there."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub import clock as system_clock
from hub.entities.models import EntityKey
from hub.ids import find_id, to_text
from inbound.events import EVENT_PREFIX
from inbound.models import InboundBody
from inbound.payload_search import identifiers, scanning
from inbound.payload_search import search as search_module
from inbound.payload_search.search import Found, search_payloads
from inbound.query import EventFilter, Position, TooSlow, list_events
from inbound.replays.scopes import Matching, parse_scope
from integrations.models import UseCase
from monitoring.models import MonitoringEvent
from tests.cast import VIEWER
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db


def search(erp: Erp, text: str, *, limit: int = 10, before: Position | None = None, **fields: Any) -> Found:
    """One page."""
    wanted = EventFilter(before=before, payload=text, **fields)
    return search_payloads(organization_id=erp.organization.pk, wanted=wanted, limit=limit)


def ids(found: Found) -> list[str]:
    """Public ids of the rows."""
    return [to_text(EVENT_PREFIX, row.event.pk) for row in found.rows]


def test_an_identifier_is_looked_up(erp: Erp) -> None:
    [wanted, _] = [erp.sync(customer(number)).event_id for number in ("C-1", "C-2")]
    found = search(erp, "KUNNR = C-1")
    assert (ids(found), found.by_index) == ([wanted], True)


def partners(erp: Erp) -> UseCase:
    """A use case that takes the identifier of customers from another place, and one of accounts from this one."""
    [entry] = CONTACT["entities"]
    contact = entry | {"fields": [{"attribute": "customer_number", "field": "PARTNER"}]}
    account = {"entity_schema": "billing_account", "unique_ids": ["billing_account_number"]}
    account["fields"] = [{"attribute": "billing_account_number", "field": "KUNNR"}]
    return erp.add_use_case("partners", {"entities": [contact, account]})


def test_an_event_that_has_the_value_elsewhere_is_not_found_and_a_replay_agrees(erp: Erp) -> None:
    partners(erp)
    sent = [erp.sync(customer("C-1", last_name=name)).event_id for name in "abc"]
    for number in range(3):
        erp.sync({"PARTNER": "C-1", "KUNNR": f"other {number}"}, use_case_slug="partners")
    first = search(erp, "KUNNR = C-1", limit=2)
    second = search(erp, "KUNNR = C-1", limit=2, before=first.next)
    scope = Matching.until(EventFilter(payload="KUNNR = C-1"), system_clock.now())
    replayed = [to_text(EVENT_PREFIX, event.pk) for event in scope.page(erp.organization.pk, None, 10).events]
    assert (first.by_index, [*ids(first), *ids(second)], second.next) == (True, sent[::-1], None)
    assert replayed == sent


def test_a_look_up_whose_time_is_up_says_how_far_it_got_and_goes_on_from_there(
    erp: Erp, monkeypatch: pytest.MonkeyPatch
) -> None:
    partners(erp)
    wanted = erp.sync(customer("C-1")).event_id
    erp.sync({"PARTNER": "C-1", "KUNNR": "other"}, use_case_slug="partners")
    monkeypatch.setattr(scanning, "PATIENCE_S", -1)
    first = search(erp, "KUNNR = C-1")
    assert (ids(first), first.is_cut) == ([], True)
    assert ids(search(erp, "KUNNR = C-1", before=first.next)) == [wanted]


def test_an_event_whose_payload_is_gone_is_found_by_its_identifier(erp: Erp) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    InboundBody.objects.all().delete()
    assert ids(search(erp, "KUNNR = C-1")) == [event_id]


def test_an_event_that_failed_is_found_by_its_identifier_too(erp: Erp) -> None:
    erp.sync(customer("C-1", last_name="Before"), correlation_id="before")
    [entry] = CONTACT["entities"]
    fields = [*entry["fields"], {"attribute": "title", "jsonataExpression": "$number('x')"}]
    erp.add_use_case("failing", {"entities": [entry | {"fields": fields}]})
    failed = erp.sync(customer("C-1"), use_case_slug="failing").event_id
    found = search(erp, "KUNNR = C-1")
    assert (ids(found)[0], found.by_index) == (failed, True)


def test_an_event_that_waits_is_found_by_its_identifier_too(erp: Erp) -> None:
    [result] = erp.send(erp.event(customer("C-1")))
    assert ids(search(erp, "KUNNR = C-1")) == [result.event_id]


def test_an_entity_that_is_gone_takes_none_of_its_events_along(erp: Erp) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    EntityKey.objects.all().delete()
    found = search(erp, "KUNNR = C-1")
    assert (ids(found), found.by_index) == ([event_id], False)


def test_an_event_whose_steps_are_kept_no_more_is_found_all_the_same(erp: Erp, clock: FixedClock) -> None:
    old = erp.sync(customer("C-1", last_name="Old")).event_id
    clock.move(days=10)
    MonitoringEvent.objects.all().delete()
    new = erp.sync(customer("C-1", last_name="New")).event_id
    found = search(erp, "KUNNR = C-1")
    assert (ids(found), found.by_index) == ([new, old], True)
    assert ids(search(erp, "KUNNR = C-1", since=clock.now())) == [new]


def test_what_the_index_tells_and_the_rest_are_read_within_one_patience(
    erp: Erp, monkeypatch: pytest.MonkeyPatch
) -> None:
    partners(erp)
    elsewhere = ({"PARTNER": "C-1", "KUNNR": f"other {number}"} for number in range(12))
    erp.send(*(erp.event(one, use_case_slug="partners") for one in elsewhere))
    drain()
    erp.send(*(erp.event(customer(f"D-{number}")) for number in range(12)))
    tenths = itertools.count()
    monkeypatch.setattr(system_clock, "monotonic", lambda: next(tenths) / 10)
    found = search(erp, "KUNNR = C-1")
    assert (found.is_cut, next(tenths) <= 10 * scanning.PATIENCE_S + 4) == (True, True)


def test_a_look_up_that_takes_too_long_gives_way_to_reading(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_asked: object) -> None:
        raise TooSlow

    event_id = erp.sync(customer("C-1")).event_id
    monkeypatch.setattr(search_module, "events_with_identifier", slow)
    found = search(erp, "KUNNR = C-1")
    assert (ids(found), found.by_index) == ([event_id], False)


def test_more_steps_than_the_index_tells_of_are_read(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [erp.sync(customer("C-1", last_name=name)).event_id for name in "abc"]
    monkeypatch.setattr(identifiers, "MOST_SPANS", 2)
    found = search(erp, "KUNNR = C-1")
    assert (ids(found), found.by_index) == (sent[::-1], False)


def test_any_other_place_is_read(erp: Erp) -> None:
    [_, wanted] = [erp.sync(customer("C-1", last_name=name)).event_id for name in ("Meyer", "Ölçer")]
    found = search(erp, "NAME.NACHNAME = Ölçer")
    assert (ids(found), found.by_index) == ([wanted], False)


def test_a_place_that_is_an_identifier_of_one_use_case_only_is_read(erp: Erp) -> None:
    erp.add_use_case("other", {"entities": []})
    event_id = erp.sync(customer("C-1")).event_id
    found = search(erp, "KUNNR = C-1")
    assert (ids(found), found.by_index) == ([event_id], False)


def test_xml_is_read_as_the_mapping_sees_it(erp: Erp) -> None:
    xml = "<CUST><KUNNR>C-9</KUNNR><TEXT>a</TEXT></CUST>"
    [result] = erp.send(erp.event(xml, format="xml"))
    assert ids(search(erp, "CUST.TEXT = a")) == [result.event_id]


def test_other_filters_narrow_the_search(erp: Erp) -> None:
    erp.sync(customer("C-1"), correlation_id="one")
    wanted = erp.sync(customer("C-1"), correlation_id="two").event_id
    assert ids(search(erp, "KUNNR = C-1", correlation_id="two")) == [wanted]
    assert ids(search(erp, "NAME.NACHNAME = Müller", correlation_id="two")) == [wanted]


def test_pages_follow_each_other_without_loss_or_repetition(erp: Erp) -> None:
    sent = [erp.sync(customer("C-1", last_name=name)).event_id for name in "abaaba"]
    wanted = [one for one, name in zip(sent, "abaaba", strict=True) if name == "a"]
    for text, expected in (("KUNNR = C-1", sent), ("NAME.NACHNAME = a", wanted)):
        seen, before = list[str](), None
        while True:
            found = search(erp, text, limit=1, before=before)
            seen += ids(found)
            before = found.next
            if before is None:
                break
        assert seen == expected[::-1]


def test_a_search_whose_time_is_up_says_how_far_it_got_and_goes_on_from_there(
    erp: Erp, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [erp.sync(customer("C-1", last_name=name)).event_id for name in ("old", "new")]
    monkeypatch.setattr(scanning, "PATIENCE_S", -1)
    first = search(erp, "NAME.NACHNAME = old")
    assert (ids(first), first.is_cut) == ([], True)
    second = search(erp, "NAME.NACHNAME = old", before=first.next)
    assert ids(second) == [sent[0]]


def test_nobody_finds_events_of_another_organization(erp: Erp, other_erp: Erp) -> None:
    other_erp.sync(customer("C-1"))
    assert ids(search(erp, "KUNNR = C-1")) == []
    assert ids(search(erp, "NAME.NACHNAME = Müller")) == []


def test_a_payload_that_is_gone_or_cannot_be_read_has_no_value(erp: Erp) -> None:
    erp.send(erp.event("{broken"))
    gone = erp.sync(customer("C-1")).event_id
    InboundBody.objects.filter(pk=find_id(EVENT_PREFIX, gone)).delete()
    assert ids(search(erp, "NAME.NACHNAME = Müller")) == []


def test_the_number_of_queries_does_not_depend_on_that_of_events(
    erp: Erp, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    erp.sync(customer("C-1"))
    with count_queries() as few:
        search(erp, "NAME.NACHNAME = Müller")
    for number in range(5):
        erp.sync(customer(f"C-{number}"))
    with count_queries() as many:
        search(erp, "NAME.NACHNAME = Müller")
    assert len(many) == len(few)


# --- the doors -----------------------------------------------------------------------------------------------


def query(machine: Client, erp: Erp, body: dict[str, Any]) -> Any:
    path = f"/v1/integrations/{erp.integration.pk}/events"
    return machine.post(path, json.dumps(body), content_type="application/json")


def test_a_client_searches_by_place_and_value(erp: Erp, machine: Client) -> None:
    event_id = erp.sync(customer(4711)).event_id
    erp.sync(customer(4712))
    answer = query(machine, erp, {"payload": {"path": "KUNNR", "value": 4711}}).json()
    assert [one["event_id"] for one in answer["data"]] == [event_id]
    assert (answer["has_more"], "searched_back_to" in answer) == (False, False)


def test_a_client_is_told_how_far_a_search_got(erp: Erp, machine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [erp.sync(customer("C-1", last_name=name)).event_id for name in ("old", "new")]
    monkeypatch.setattr(scanning, "PATIENCE_S", -1)
    wanted = {"payload": {"path": "NAME.NACHNAME", "value": "old"}}
    first = query(machine, erp, wanted).json()
    assert (first["data"], first["has_more"]) == ([], True)
    assert first["searched_back_to"] == first["next_cursor"]["event_time"]
    second = query(machine, erp, wanted | {"cursor": first["next_cursor"]}).json()
    assert [one["event_id"] for one in second["data"]] == [sent[0]]


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ("KUNNR=1", "payload"),
        ({"path": "KUNNR"}, "payload.value"),
        ({"path": "KUNNR", "value": None}, "payload.value"),
        ({"path": "KUNNR", "value": ["a"]}, "payload.value"),
        ({"path": "KUNNR", "value": " "}, "payload.value"),
        ({"path": 7, "value": "x"}, "payload.path"),
        ({"path": "$.[", "value": "x"}, "payload"),
        ({"value": "x"}, "payload"),
        ({"path": "KUNNR", "value": "x" * 256}, "payload"),
    ],
)
def test_a_search_that_is_none_is_refused_by_its_place(erp: Erp, machine: Client, payload: Any, path: str) -> None:
    answer = query(machine, erp, {"payload": payload})
    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["details"]] == [path]


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


def test_the_list_shows_what_was_found(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    other = erp.sync(customer("C-2")).event_id
    shown = viewer.get("/app/events", {"payload": "KUNNR = C-1"}).content.decode()
    assert event_id in shown
    assert other not in shown
    assert "Found by identifier" in shown


def test_the_list_offers_to_search_further_back(erp: Erp, viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [erp.sync(customer("C-1", last_name=name)).event_id for name in ("old", "new")]
    monkeypatch.setattr(scanning, "PATIENCE_S", -1)
    answer = viewer.get("/app/events", {"payload": "NAME.NACHNAME = old"})
    assert "Search further back" in answer.content.decode()
    further = viewer.get(f"/app/events{answer.context['searched'].url}")
    assert sent[0] in further.content.decode()


def test_the_chip_is_blamed_where_no_payload_matches(erp: Erp, viewer: Client) -> None:
    erp.sync(customer("C-1"))
    answer = viewer.get("/app/events", {"payload": "NAME.NACHNAME = nobody"})
    assert answer.context["emptiness"].blamed == "payload"


def test_the_page_of_an_event_that_was_found_so_is_shown(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert viewer.get(f"/app/events/{event_id}", {"payload": "KUNNR = C-1"}).status_code == 200


def test_new_events_are_counted_without_reading_them(erp: Erp, viewer: Client) -> None:
    erp.sync(customer("C-1"))
    assert viewer.get("/app/events/new", {"payload": "KUNNR = C-2"}).json() == {"count": 1}


def test_a_replay_of_what_was_found_leaves_the_others_be(erp: Erp) -> None:
    erp.sync(customer("C-1"))
    wanted = erp.sync(customer("C-2")).event_id
    scope = Matching.until(EventFilter(payload="KUNNR = C-2"), system_clock.now())
    page = scope.page(erp.organization.pk, None, 10)
    assert [to_text(EVENT_PREFIX, event.pk) for event in page.events] == [wanted]
    assert parse_scope(scope.as_json()) == scope


def test_nobody_asks_the_database_what_it_cannot_answer(erp: Erp) -> None:
    with pytest.raises(ValueError, match="Payloads have to be read"):
        list_events(organization_id=erp.organization.pk, wanted=EventFilter(payload="KUNNR = C-2"), limit=1)
