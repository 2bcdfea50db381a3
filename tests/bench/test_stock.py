"""The stock: what make bench-data stores is what the store itself would have written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import contracts, workload
from hub.entities.models import Entity, EntityChange, EntityKey, MeterReading
from inbound.models import InboundOutcome
from tests.bench.stock import store_households
from tests.inbound.conftest import Erp, drain
from tools import ROOT
from tools.running import Hub, own_database, rows

TABLES = ("entities_entity", "entities_entitykey", "entities_entitychange", "entities_meterreading")


@pytest.mark.django_db
def test_an_event_about_a_stored_contract_or_customer_finds_it_unchanged(erp: Erp) -> None:
    store_households(erp.organization, range(3))
    erp.add_use_case("contract", contracts.configuration())
    erp.add_use_case("person", workload.configuration())
    erp.send(erp.event(contracts.payload(1), use_case_slug="contract"))
    erp.send(erp.event(workload.payload(5), use_case_slug="person"))
    drain()
    assert [outcome.counts for outcome in InboundOutcome.objects.order_by("finished_at", "event_id")] == [
        {"no_op": 6},
        {"no_op": 1},
    ]


@pytest.mark.django_db
def test_every_entity_has_its_keys_and_one_change_with_what_it_is(erp: Erp) -> None:
    store_households(erp.organization, range(2))
    assert EntityChange.objects.filter(operation="created", version=1).count() == Entity.objects.count() == 20
    assert EntityChange.objects.get(schema="contract", snapshot__contract_number="V-00000001")
    assert EntityKey.objects.filter(attribute="$relation").count() == 2 * (2 + 3 + 3)


@pytest.mark.django_db
def test_every_meter_has_readings_under_its_counter(erp: Erp) -> None:
    store_households(erp.organization, range(1))
    readings = MeterReading.objects.order_by("external_id")
    assert [one.external_id for one in readings[:4]] == [f"Z-00000000-1-{month}" for month in range(4)]
    counter = Entity.objects.get(attributes__external_id="Z-00000000-1")
    assert {one.counter_id for one in readings[:4]} == {counter.pk}


@pytest.mark.services
def test_a_database_is_filled_with_as_many_rows_as_it_says(tmp_path: Path) -> None:
    with own_database() as url:
        hub = Hub(tmp_path, url)
        command = [sys.executable, "-m", "bench.stock", "--entities", "6000", "--organization", "mine"]
        done = subprocess.run(command, cwd=ROOT, env=hub.environment(), capture_output=True, text=True, check=True)
        told = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+(?= [ekcr])", done.stdout)[:4]]
        assert told == [rows(url, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]
        assert told[0] == 6000


def test_what_cannot_be_filled_is_told_in_one_sentence() -> None:
    command = [sys.executable, "-m", "bench.stock", "--entities", "5"]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr) == (
        1,
        "--entities takes a positive multiple of 10: a household has ten.\n",
    )
