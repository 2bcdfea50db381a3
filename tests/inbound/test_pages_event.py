"""The page of one event: what it says about every fate, and that nothing of a payload is ever markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings

from hub.entities.models import Entity
from hub.ids import find_id
from inbound.models import InboundBody, QueuedEvent
from monitoring.issues.folding import fold as fold_issues
from monitoring.models import Issue
from tests.cast import NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db

EVIL = "</script><script>alert(1)</script>"
BY_ID = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["_id"],
            "fields": [{"attribute": "_id", "field": "id"}, {"attribute": "last_name", "field": "name"}],
        }
    ]
}
NOBODY = "0d0d0d0d-0000-4000-8000-000000000001"


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


def page(client: Client, event_id: str, query: str = "") -> Any:
    answer = client.get(f"/app/events/{event_id}{query}")
    assert answer.status_code == 200
    return answer


def text_of(client: Client, event_id: str, query: str = "") -> str:
    return str(page(client, event_id, query).content.decode())


def failing(erp: Erp, expression: str) -> str:
    """The id of an event whose mapping fails."""
    [entry] = CONTACT["entities"]
    field = {"attribute": "title", "jsonataExpression": expression}
    erp.add_use_case("failing", {"entities": [entry | {"fields": [*entry["fields"], field]}]})
    return erp.sync(customer("C-1"), use_case_slug="failing").event_id


# --- head and facts ----------------------------------------------------------------------------------------


def test_the_page_is_named_after_the_first_entity(erp: Erp, viewer: Client) -> None:
    assert page(viewer, erp.sync(customer("C-7")).event_id).context["title"] == "Contact C-7"


def test_an_event_without_an_entity_is_named_after_its_use_case(erp: Erp, viewer: Client) -> None:
    assert page(viewer, erp.sync('{"a').event_id).context["title"] == "Customer event"


def test_the_version_that_handled_it_is_a_link(erp: Erp, viewer: Client) -> None:
    text = text_of(viewer, erp.sync(customer("C-1")).event_id)
    assert f"/use-cases/{erp.use_case.pk}/history?new=1" in text
    assert "customer@v1" in text


def test_the_neighbours_are_those_of_the_filter(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    ids = []
    for payload in (customer("C-1"), customer(" "), customer("C-2"), customer(" "), customer("C-3")):
        ids.append(erp.sync(payload).event_id)
        clock.move(seconds=1)
    plain = page(viewer, ids[2]).context
    narrowed = page(viewer, ids[2], "?status=success").context
    assert (plain["newer"], plain["older"]) == (ids[3], ids[1])
    assert (narrowed["newer"], narrowed["older"]) == (ids[4], ids[0])


def test_a_page_opened_by_its_address_alone_has_neighbours_of_any_age(
    erp: Erp, viewer: Client, clock: FixedClock
) -> None:
    first = erp.sync(customer("C-1")).event_id
    clock.move(days=5)
    second = erp.sync(customer("C-2")).event_id
    assert page(viewer, second).context["older"] == first


@pytest.mark.parametrize("event_id", ["evt_x", "new-thing", "evt_01JP5K8Q4T7WZ3N5K2VB6M9XHD", "evt_" + "Z" * 26])
def test_an_unknown_event_is_not_found(erp: Erp, viewer: Client, event_id: str) -> None:
    assert viewer.get(f"/app/events/{event_id}").status_code == 404


@pytest.mark.parametrize("path", ["", "/payload"])
def test_an_event_of_somebody_else_is_not_found(erp: Erp, client_of: Callable[..., Client], path: str) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert client_of(NEIGHBOUR_OWNER).get(f"/app/events/{event_id}{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/payload"])
def test_a_stranger_is_sent_to_sign_in(erp: Erp, path: str) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert Client().get(f"/app/events/{event_id}{path}").status_code == 302


def test_the_number_of_queries_does_not_depend_on_the_number_of_entities(
    erp: Erp, viewer: Client, count_queries: Callable[[], Any]
) -> None:
    [entry] = CONTACT["entities"]
    erp.add_use_case("many", {"entities": [entry | {"jsonataExpression": "all"}]})
    erp.sync({"all": []}, use_case_slug="many")
    viewer.get("/app/events")

    def cost(numbers: range) -> int:
        payload = {"all": [customer(f"C-{number}") for number in numbers]}
        event_id = erp.sync(payload, use_case_slug="many").event_id
        with count_queries() as counted:
            page(viewer, event_id)
        return len(counted)

    assert cost(range(2)) == cost(range(10, 40))


# --- what went wrong ---------------------------------------------------------------------------------------


def test_a_failed_expression_is_told_with_advice_and_place(erp: Erp, viewer: Client) -> None:
    [problem] = page(viewer, failing(erp, "$lookup(")).context["problems"]
    assert problem.title == "An expression of the mapping failed; nothing came of the event."
    assert "Correct the expression, in the simulation of an event for instance; then replay it" in problem.text
    _field, path, place = problem.place.split(" · ")
    assert path == "entities[0].fields[3].jsonataExpression"
    assert place.startswith("line 1, column ")


def test_a_failed_event_leads_to_its_issue(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync('{"a').event_id
    fold_issues()
    issue = Issue.objects.get()
    assert f'<a href="/app/issues/{issue.pk}">MALFORMED_PAYLOAD</a>' in text_of(viewer, event_id)


def test_a_partial_failure_says_so(erp: Erp, viewer: Client) -> None:
    [entry] = CONTACT["entities"]
    erp.add_use_case("many", {"entities": [entry | {"jsonataExpression": "all"}]})
    payload = {"all": [customer("C-1"), customer(" ")]}
    event_id = erp.sync(payload, use_case_slug="many").event_id
    assert page(viewer, event_id).context["status_words"] == "Partly applied"


def test_the_same_failure_is_told_once(erp: Erp, viewer: Client) -> None:
    [entry] = CONTACT["entities"]
    erp.add_use_case("many", {"entities": [entry | {"jsonataExpression": "all"}]})
    event_id = erp.sync({"all": [customer(" ")] * 3}, use_case_slug="many").event_id
    [problem] = page(viewer, event_id).context["problems"]
    assert "2 more like it." in problem.text


def test_a_duplicate_leads_to_the_event_that_won(erp: Erp, viewer: Client) -> None:
    first = erp.sync(customer("C-1"), deduplication_id="d-1").event_id
    second = erp.sync(customer("C-1"), deduplication_id="d-1").event_id
    text = text_of(viewer, second)
    assert "Open the applied event" in text
    assert f'href="/app/events/{first}"' in text


def test_an_event_that_nobody_takes_says_what_to_create(erp: Erp, viewer: Client) -> None:
    [result] = erp.send(erp.event(customer("C-1"), event_name="nobody"))
    assert "Create or enable a use case with this slug or name" in text_of(viewer, result.event_id)


# --- waiting -----------------------------------------------------------------------------------------------


def test_an_event_in_line_is_looked_at_again_by_itself(erp: Erp, viewer: Client) -> None:
    [result] = erp.send(erp.event(customer("C-1")))
    text = text_of(viewer, result.event_id)
    assert 'hx-trigger="every 2s"' in text
    assert "In line" in text
    drain()
    assert 'hx-trigger="every 2s"' not in text_of(viewer, result.event_id)


def test_a_retrying_event_shows_its_attempt_and_the_next_date(erp: Erp, viewer: Client) -> None:
    erp.add_use_case("note", BY_ID)
    event_id = erp.sync({"id": NOBODY, "name": "x"}, use_case_slug="note").event_id
    text = text_of(viewer, event_id)
    assert "Attempt 1 failed, the next one is due" in text
    assert "ENTITY_REFERENCE_NOT_FOUND" in text


def test_a_parked_event_leads_to_the_one_it_waits_behind(erp: Erp, viewer: Client) -> None:
    erp.add_use_case("note", BY_ID)
    first = erp.sync({"id": NOBODY, "name": "x"}, use_case_slug="note").event_id
    second = erp.sync({"id": NOBODY, "name": "y"}, use_case_slug="note").event_id
    assert QueuedEvent.objects.get(event_id=find_id("evt_", second)).parked
    text = text_of(viewer, second)
    assert "waits behind an earlier event" in text
    assert f'href="/app/events/{first}"' in text


# --- trace and result --------------------------------------------------------------------------------------


def test_the_trace_names_only_what_was_recorded(erp: Erp, viewer: Client) -> None:
    steps = page(viewer, erp.sync(customer("C-1")).event_id).context["trace"].steps
    assert [step.name for step in steps] == ["Received", "In line and mapped", "Written", "contact"]


def test_the_result_shows_attributes_before_and_after(erp: Erp, viewer: Client) -> None:
    erp.sync(customer("C-1", "Müller"))
    [entity] = page(viewer, erp.sync(customer("C-1", "Meier")).event_id).context["results"].entities
    [difference] = entity.differences
    assert (entity.operation, difference.before.text, difference.after.text) == ("updated", "Müller", "Meier")


def test_the_result_links_the_entity(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert f"/app/entities/contact/{Entity.objects.get().pk}" in text_of(viewer, event_id)


def test_an_unchanged_entity_is_named_as_such(erp: Erp, viewer: Client) -> None:
    erp.sync(customer("C-1"))
    [entity] = page(viewer, erp.sync(customer("C-1")).event_id).context["results"].entities
    assert (entity.operation, entity.differences) == ("unchanged", ())


# --- payload -----------------------------------------------------------------------------------------------


def test_a_payload_is_shown_indented_with_every_digit(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync('{"KUNNR":"C-1","x":1.10,"y":12345678901234567890}').event_id
    payload = page(viewer, event_id, "?tab=payload").context["payload"].text
    assert payload == '{\n  "KUNNR": "C-1",\n  "x": 1.10,\n  "y": 12345678901234567890\n}'


def test_a_payload_can_be_seen_as_it_came(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync('{"KUNNR":   "C-1"}').event_id
    assert page(viewer, event_id, "?tab=payload&raw=1").context["payload"].text == '{"KUNNR":   "C-1"}'


def test_an_xml_payload_is_indented(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync("<a><b>1</b></a>", format="xml").event_id
    assert page(viewer, event_id, "?tab=payload").context["payload"].text == "<a>\n  <b>1</b>\n</a>"


@pytest.mark.parametrize("query", ["", "?tab=payload", "?tab=payload&raw=1", "?tab=result", "?tab=json"])
def test_nothing_of_a_payload_is_markup(erp: Erp, viewer: Client, query: str) -> None:
    payload = {"KUNNR": EVIL, "NAME": {"NACHNAME": EVIL}, EVIL: EVIL}
    event_id = erp.sync(payload, correlation_id=EVIL).event_id
    text = text_of(viewer, event_id, query)
    assert "<script>alert" not in text
    assert "&lt;/script&gt;" in text


@override_settings(HUB_EVENT_MAX_BYTES=2000)
def test_an_oversized_payload_is_no_second_failure(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync({"a": "\ud83d" + "x" * 3000}).event_id
    text = text_of(viewer, event_id, "?tab=payload")
    assert "The payload is larger than the limit for one event." in text
    assert text.count("ih-alert--error") == 1


def test_a_malformed_payload_is_shown_with_the_place_of_its_mistake(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync('{"a": <b>').event_id
    text = text_of(viewer, event_id, "?tab=payload")
    assert "Not valid JSON" in text
    assert "&lt;b&gt;" in text


def test_bytes_that_are_no_text_are_shown_harmlessly(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    InboundBody.objects.update(body=b'{"a":"\x00\xff\xe2\x80\xae"}')
    payload = page(viewer, event_id, "?tab=payload").context["payload"]
    assert (payload.text, payload.is_exact) == ('{"a":"␀\ufffd⟨U+202E⟩"}', False)


def test_a_very_long_payload_is_cut_and_says_so(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1", NOTIZ="x" * 200_000)).event_id
    assert page(viewer, event_id, "?tab=payload").context["payload"].is_cut


def test_the_download_has_every_byte_and_is_never_rendered(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    InboundBody.objects.update(body=b"<script>\x00\xff")
    answer = viewer.get(f"/app/events/{event_id}/payload")
    assert answer.content == b"<script>\x00\xff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_removed_payload_says_what_is_still_possible(erp: Erp, client_of: Callable[..., Client]) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    InboundBody.objects.all().delete()
    text = text_of(client_of(OPERATOR), event_id, "?tab=payload")
    assert "The payload is no longer kept" in text
    assert "ask" not in text.split("Facts")[0].split('id="main"')[1].split("</header>")[0]
    assert client_of(OPERATOR).get(f"/app/events/{event_id}/payload").status_code == 404


# --- the other tabs ----------------------------------------------------------------------------------------


def test_the_json_tab_shows_what_the_api_answers(erp: Erp, viewer: Client, client_of: Callable[..., Client]) -> None:
    event_id = erp.sync(customer("C-1"), event_type="UPDATE").event_id
    shown = page(viewer, event_id, "?tab=json").context["document"]
    path = f"/v1/integrations/{erp.integration.pk}/events"
    body = json.dumps({"event_id": event_id})
    answered = client_of(erp.token).post(path, body, content_type="application/json").json()["data"][0]
    assert shown == answered


def test_replays_and_originals_know_each_other(erp: Erp, client_of: Callable[..., Client]) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    operator = client_of(OPERATOR)
    replay_id = operator.post("/app/events/replay", {"event": event_id})["Location"].split("/")[-1]
    assert replay_id in text_of(operator, event_id, "?tab=replays")
    assert event_id in text_of(operator, replay_id, "?tab=replays")


def test_an_event_that_was_never_replayed_says_so(erp: Erp, viewer: Client) -> None:
    assert "Never replayed" in text_of(viewer, erp.sync(customer("C-1")).event_id, "?tab=replays")


def test_a_viewer_is_told_what_a_replay_takes(erp: Erp, viewer: Client, client_of: Callable[..., Client]) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert "Operators, admins and owners can replay it." in text_of(viewer, event_id)
    assert "it takes the role operator" not in text_of(client_of(OPERATOR), event_id)
