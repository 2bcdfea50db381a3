"""The result of a call becomes an event of the normal intake."""

from __future__ import annotations

import json
import re

import pytest

from hub.ids import find_id
from inbound.events import EVENT_PREFIX
from inbound.lanes import on_use_case_saved
from inbound.models import InboundBody, InboundEvent
from tests.builders import make_use_case
from tests.proxies.partner import answer

pytestmark = pytest.mark.django_db


def taking(partner, **fields):
    """An inbound use case with its lane."""
    use_case = make_use_case(integration=partner.integration, slug="customers", **fields)
    on_use_case_saved(use_case=use_case)
    return use_case


def body_of(event_id):
    return json.loads(bytes(InboundBody.objects.get(pk=find_id(EVENT_PREFIX, event_id)).body))


def test_the_mapped_result_is_queued_with_the_same_correlation_id(partner):
    use_case = taking(partner)
    partner.call(inbound_use_case_slug="customers")
    response = partner.execute(body={"correlation_id": "corr-1"})
    event_id = response["X-Inbound-Event-Id"]
    event = InboundEvent.objects.get(pk=find_id(EVENT_PREFIX, event_id))
    assert (event.use_case_id, event.correlation_id) == (use_case.pk, "corr-1")
    assert body_of(event_id) == response.json() == {"name": "John Doe", "email": "john@example.com"}


def test_the_envelope_names_the_event(partner):
    taking(partner)
    partner.call(inbound_use_case_slug="customers")
    response = partner.execute(query="?envelope=true")
    assert response.json()["inbound_queued"] is True
    assert response.json()["inbound_event_id"] == response["X-Inbound-Event-Id"]


def test_a_list_is_queued_as_it_is(partner):
    taking(partner)
    partner.call(inbound_use_case_slug="customers", response_mapping=None)
    partner.receiver.answer_in_turn(answer([{"a": 1}]))
    assert "X-Inbound-Event-Id" in partner.execute()


@pytest.mark.parametrize("fields", [{"enabled": False}, {"type": "outbound"}])
def test_a_target_that_takes_no_events_makes_the_call_no_failure(partner, fields):
    taking(partner, **fields)
    partner.call(inbound_use_case_slug="customers")
    response = partner.execute(query="?envelope=true")
    assert (response.status_code, response.json()["inbound_queued"]) == (200, False)
    assert "inbound_event_id" not in response.json()
    assert "X-Inbound-Event-Id" not in response


def test_a_target_that_is_not_there_is_told_in_monitoring(partner):
    partner.call(inbound_use_case_slug="nobody")
    assert partner.execute().status_code == 200
    assert len(InboundEvent.objects.of(partner.organization)) == 1


@pytest.mark.parametrize("document", [None, 5, "text", {}])
def test_a_result_that_is_no_payload_is_told_in_monitoring(partner, document):
    taking(partner)
    partner.call(inbound_use_case_slug="customers", response_mapping=None)
    partner.receiver.answer_in_turn(answer(document))
    response = partner.execute()
    assert (response.status_code, response.json(), "X-Inbound-Event-Id" in response) == (200, document, False)
    assert sorted(span.level for span in partner.spans()) == ["error", "success"]


def test_a_call_that_fails_hands_nothing_on(partner):
    taking(partner)
    partner.call(inbound_use_case_slug="customers")
    partner.receiver.answer_in_turn(answer({}, 500))
    assert partner.execute().status_code == 502
    assert not InboundEvent.objects.of(partner.organization).exists()


def test_the_header_of_the_event_is_the_hubs_own_id(partner):
    taking(partner)
    partner.call(inbound_use_case_slug="customers")
    partner.receiver.answer_in_turn(answer({"full_name": "J"}, x_inbound_event_id="evt_theirs\r\nX: y"[:10]))
    response = partner.execute(HTTP_X_INBOUND_EVENT_ID="evt_mine", HTTP_X_REQUEST_ID="a\r\nSet-Cookie: b=c")
    assert re.fullmatch(r"evt_[0-9A-HJKMNP-TV-Z]{26}", response["X-Inbound-Event-Id"])
    assert "Set-Cookie" not in str(response.headers)
