"""What a webhook can listen to."""

from __future__ import annotations

import pytest

from hub.events.catalogue import built_ins
from outbound.webhooks.configured_events import configured_events, label_of
from tests.builders import make_webhook
from tests.hub.events.builders import make_own_event


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("event_ContractCreated", "Contract created"),
        ("event_contract.created", "Contract created"),
        ("event_PDFReady", "PDF ready"),
        ("meter_reading2", "Meter reading 2"),
        ("automation", "Automation"),
        ("event_", "Event_"),
        ("…", "…"),
    ],
)
def test_a_label_is_the_name_as_people_write_it(name, label):
    assert label_of(name) == label


def listed(api):
    """Name → label, as the API tells them."""
    return {one["eventName"]: one["eventLabel"] for one in api.get("/v1/webhooks/configured-events").json()}


def test_every_event_of_the_catalogue_can_be_listened_to(api):
    told = listed(api)
    assert {f"event_{name}" for name in built_ins()} <= set(told)
    assert told["event_CustomerDetailsUpdated"] == built_ins()["CustomerDetailsUpdated"].title


def test_published_events_of_the_organization_are_among_them(api, stage):
    make_own_event(organization=stage.home, name="ContactSeen", event_title="Somebody was seen")
    make_own_event(organization=stage.home, name="ContactHeard", status="draft")
    make_own_event(organization=stage.next_door, name="ContactTheirs")
    told = listed(api)
    assert told["event_ContactSeen"] == "Somebody was seen"
    assert told.keys().isdisjoint({"event_ContactHeard", "event_ContactTheirs"})


def test_other_names_that_webhooks_have_are_listed_once(api, stage):
    for event_name in ("automation", "event_contract.created", "event_contract.created"):
        make_webhook(organization=stage.home, configuration={"eventName": event_name})
    make_webhook(organization=stage.next_door, configuration={"eventName": "event_Theirs"})
    told = listed(api)
    assert (told["automation"], told["event_contract.created"]) == ("Automation", "Contract created")
    assert "event_Theirs" not in told


def test_they_are_in_the_order_of_their_labels(organization):
    labels = [event.label for event in configured_events(organization)]
    assert labels == sorted(labels)
