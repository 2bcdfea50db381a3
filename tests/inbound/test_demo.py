"""The demo: what a newcomer finds installed, what becomes of incomplete payloads, what its ERP keeps sending."""

from __future__ import annotations

import json
import socket
from itertools import islice
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.accounts.grants import Capability, allows
from hub.accounts.tokens import authenticate
from hub.entities.models import Entity, MeterReading
from hub.events.models import EventSwitch
from hub.events.shaping.plan import Plan
from hub.events.shaping.pool import shape
from inbound.demo import payloads
from inbound.demo.blueprint import CUSTOMER, METER, READINGS
from inbound.demo.events import changes
from inbound.demo.install import install
from inbound.demo.town import Customer, residents
from integrations.models import Integration, UseCase
from tests.builders import NOW
from tests.inbound.conftest import Erp, drain

pytestmark = pytest.mark.django_db


def test_an_erp_whose_hub_does_not_answer_says_so_in_one_sentence(settings, tmp_path):
    settings.HUB_VAR_DIR = tmp_path
    (tmp_path / "demo.json").write_text('{"token": "api_demo"}')
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CommandError, match=f"{url} does not answer"):
            call_command("demo_erp", "--url", url, "--for", "1")


def test_a_token_that_a_new_secret_key_made_worthless_is_replaced(settings, tmp_path):
    settings.HUB_VAR_DIR = tmp_path
    before, _ = install()
    settings.SECRET_KEY = "a new secret key"
    after, _ = install()
    assert after != before
    assert authenticate(f"Bearer {after.token}", None, NOW).grants


@pytest.mark.parametrize(("sent", "kept"), [("Frau", "Ms. / Mrs."), ("Herr", "Mr."), ("Firma", None), (None, None)])
def test_a_customer_is_only_given_a_salutation_that_the_erp_knows(erp: Erp, sent: str | None, kept: str | None) -> None:
    erp.add_use_case("customer-sync", CUSTOMER)
    payload: Any = payloads.partner(Customer(1))
    del payload["BUT000"]["ANREDE"]
    payload["BUT000"] |= {"ANREDE": sent} if sent else {}
    erp.send(erp.event(payload, use_case_slug="customer-sync"))
    drain()
    assert erp.entity(Customer(1).partner).attributes.get("salutation") == kept


def test_the_readings_of_a_meter_belong_to_its_counter_and_rise(erp: Erp) -> None:
    erp.add_use_case("meter-sync", METER)
    erp.add_use_case("meter-readings", READINGS)
    customer = Customer(3)
    erp.send(erp.event(payloads.meter(customer), use_case_slug="meter-sync", format="xml"))
    erp.send(erp.event(payloads.readings(customer), use_case_slug="meter-readings"))
    drain()
    meter, counter = Entity.objects.get(schema="meter"), Entity.objects.get(schema="meter_counter")
    assert counter.attributes["meter"] == {"$relation": [{"entity_id": str(meter.pk), "_schema": "meter"}]}
    readings = list(MeterReading.objects.order_by("timestamp").values_list("meter_id", "counter_id", "value"))
    assert {one[:2] for one in readings} == {(meter.pk, counter.pk)}
    values = [value for *_, value in readings]
    assert (len(values), values) == (18, sorted(set(values)))


def test_most_of_what_the_erp_keeps_sending_changes_something() -> None:
    known = {
        json.dumps(make(customer))
        for customer in residents(60)
        for make in (payloads.partner, payloads.contract, payloads.meter)
    }
    sent = [json.dumps(payload) for _slug, payload in islice(changes(seed=1), 600)]
    assert 0.75 < sum(payload not in known for payload in sent) / len(sent) < 0.95


def test_the_demos_erp_may_poll_as_the_readme_says(settings, tmp_path):
    settings.HUB_VAR_DIR = tmp_path
    demo, _ = install()
    erp = authenticate(f"Bearer {demo.token}", None, NOW)
    assert allows(erp, Capability.CONSUME, Integration.objects.get().pk)


def test_the_demos_erp_hears_what_people_change_and_not_what_it_sent_itself(settings: Any, tmp_path: Any) -> None:
    settings.HUB_VAR_DIR = tmp_path
    _, integration = install()
    use_case = UseCase.objects.get(integration=integration, slug="customer-changes")
    assert use_case.enabled
    [mapping] = use_case.configuration["mappings"]
    assert mapping["delivery"]["type"] == "poll"
    assert EventSwitch.objects.get(name=use_case.configuration["event_catalog_event"]).enabled
    shaped = shape(
        Plan(filter=use_case.configuration["event_filter"]),
        [(b'{"_trigger_source_type":"operation"}', NOW), (b'{"_trigger_source_type":"inbound"}', NOW)],
    )
    assert [one.matches for one in shaped] == [True, False]
