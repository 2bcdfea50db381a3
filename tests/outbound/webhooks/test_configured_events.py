"""What a webhook can listen to."""

from __future__ import annotations

import pytest

from outbound.webhooks.configured_events import configured_events, label_of
from tests.builders import make_integration, make_use_case, make_webhook
from tests.integrations.configurations import OUTBOUND


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


def test_events_of_webhooks_and_outbound_use_cases_are_listed_once(api, stage):
    for event_name in ("automation", "event_ContractCreated", "event_ContractCreated"):
        make_webhook(organization=stage.home, configuration={"eventName": event_name})
    make_webhook(organization=stage.next_door, configuration={"eventName": "event_Theirs"})
    integration = make_integration(organization=stage.home)
    for configuration in (OUTBOUND, OUTBOUND | {"event_catalog_event": "ContractCreated"}, None):
        make_use_case(integration=integration, type="outbound", configuration=configuration)
    assert api.get("/v1/webhooks/configured-events").json() == [
        {"eventName": "automation", "eventLabel": "Automation"},
        {"eventName": "event_ContractCreated", "eventLabel": "Contract created"},
        {"eventName": "event_contract.created", "eventLabel": "Contract created"},
    ]


def test_without_webhooks_there_are_none(organization):
    assert configured_events(organization) == []
