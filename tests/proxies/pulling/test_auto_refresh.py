"""settings.autoRefresh: who opens a record whose data is old has it read anew, once per threshold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.entities.models import Entity
from hub.entities.store import Source, write
from hub.events import projecting
from hub.events.models import CoreEvent
from hub.events.switches import switch_off, switch_on
from hub.retention import running as retention
from integrations.auto_refresh.asking import ask_for_old
from integrations.auto_refresh.opening import openings
from integrations.models import AskedRefresh, UseCase
from proxies.models import PullState
from proxies.pulling import running
from tests.cast import MACHINE, NEIGHBOUR, OWNER
from tests.hub.entities.conftest import Store, operation
from tests.proxies.pulling.conftest import Works

pytestmark = pytest.mark.django_db

CUSTOMER, CONTRACT = "OnDemandSyncCustomerRequested", "OnDemandSyncContractRequested"
ON_DEMAND = {"events": [CUSTOMER, CONTRACT], "payload": '{"number": external_id, "since": ""}'}
THRESHOLD = 30


class Records:
    """What an ERP with autoRefresh has written, and whoever opens it."""

    def __init__(self, works: Works) -> None:
        self.works = works
        self.use_case = UseCase.objects.get(slug="customers")
        self.refresh(enabled=True, freshnessThresholdMinutes=THRESHOLD)
        for name in (CUSTOMER, CONTRACT):
            switch_on(organization_id=works.organization.pk, name=name)
        works.schedule(every_minutes=None, on_demand=ON_DEMAND)
        self.configured()

    def configured(self) -> None:
        self.works.organization.bump_config_version()

    def refresh(self, **setting: Any) -> None:
        self.works.integration.settings = {"autoRefresh": setting}
        self.works.integration.save()
        self.configured()

    def sync(self, schema: str = "contact", *, use_case: UseCase | None = None, **attributes: Any) -> UUID:
        """An event of the ERP writes a record now."""
        source = Source("use_case", use_case_id=(use_case or self.use_case).pk, use_case_version=1)
        with transaction.atomic():
            [result] = write(
                organization_id=self.works.organization.pk,
                operations=[operation(schema, attributes=attributes)],
                at=self.works.clock.at,
                source=source,
            )
        assert result.entity_id is not None
        return result.entity_id

    def customer(self, number: str = "C-1") -> UUID:
        return self.sync(customer_number=number, external_id=number)

    def asked(self) -> list[tuple[str, UUID | None]]:
        """The events that were published, in order, once the thread behind the requests has had its turn."""
        openings.flush()
        events = CoreEvent.objects.of(self.works.organization).filter(name__in=(CUSTOMER, CONTRACT)).order_by("id")
        return list(events.values_list("name", "entity_id"))


@pytest.fixture
def records(works: Works) -> Records:
    """Of an ERP that refreshes after half an hour."""
    return Records(works)


@pytest.fixture
def machine(client_of: Callable[..., Client]) -> Client:
    """A client that may read entities."""
    return client_of(MACHINE)


def test_an_old_record_that_is_opened_is_read_anew(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer("C-7")
    works.source.add("C-7")
    works.clock.move(minutes=THRESHOLD)
    assert machine.get(f"/v1/entity/contact/{contact}").status_code == 200
    assert records.asked() == [(CUSTOMER, contact)]
    while projecting.work():
        pass
    works.clock.move(seconds=2)
    running.turn(lambda: False)
    [run] = works.runs
    assert (run.kind, run.state, run.subject_id, run.message) == ("on_demand", PullState.SUCCEEDED, contact, "")
    assert works.taken() == ["C-7"]


def test_so_is_one_whose_page_is_opened(records: Records, works: Works, client_of: Callable[..., Client]) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    assert client_of(OWNER).get(f"/app/entities/contact/{contact}").status_code == 200
    assert records.asked() == [(CUSTOMER, contact)]


def test_the_event_says_what_fired_it(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    records.asked()
    payload = CoreEvent.objects.of(works.organization).get().payload
    assert (payload["_trigger_source_type"], payload["_trigger_source"]) == ("operation", "auto_refresh")


def test_fresh_data_asks_for_nothing(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD, seconds=-1)
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == []


def test_within_the_threshold_it_is_asked_for_once(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    for _ in range(3):
        machine.get(f"/v1/entity/contact/{contact}")
        records.asked()
    works.clock.move(minutes=THRESHOLD, seconds=-1)
    machine.get(f"/v1/entity/contact/{contact}")
    assert len(records.asked()) == 1
    works.clock.move(seconds=1)
    machine.get(f"/v1/entity/contact/{contact}")
    assert len(records.asked()) == 2


def test_lists_searches_and_exports_open_nothing(records: Records, works: Works, machine: Client) -> None:
    records.customer()
    works.clock.move(minutes=THRESHOLD)
    machine.get("/v1/entity/contact")
    for path, body in (
        ("/v1/entity:search", {"q": "_schema:contact"}),
        ("/v1/entity:export", {"schema": "contact"}),
    ):
        assert machine.post(path, body, content_type="application/json").status_code == 200
    assert len(openings) == 0


def test_what_a_hub_reads_opens_nothing(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    assert machine.get(f"/v1/entity/contact/{contact}", headers={"x-hub-hop": "1"}).status_code == 200
    assert len(openings) == 0


def test_a_look_into_the_past_or_the_bin_opens_nothing(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    assert machine.get(f"/v1/entity/contact/{contact}?at=2026-01-15T08:10:00Z").status_code == 200
    Entity.objects.filter(pk=contact).update(deleted_at=works.clock.at)
    machine.get(f"/v1/entity/contact/{contact}")
    assert len(openings) == 0


def test_a_client_that_has_it_already_opens_it_too(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    tag = machine.get(f"/v1/entity/contact/{contact}")["ETag"]
    works.clock.move(minutes=THRESHOLD)
    assert machine.get(f"/v1/entity/contact/{contact}", headers={"if-none-match": tag}).status_code == 304
    assert records.asked() == [(CUSTOMER, contact)]


def test_a_contract_is_asked_for_with_its_customer(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    relation = {"$relation": [{"entity_id": str(contact)}]}
    contract = records.sync("contract", contract_number="K-1", external_id="K-1", customer=relation)
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contract/{contract}")
    assert records.asked() == [(CONTRACT, contract)]


def test_a_contract_of_nobody_cannot_be_asked_for(records: Records, works: Works, machine: Client) -> None:
    contract = records.sync("contract", contract_number="K-1", external_id="K-1")
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contract/{contract}")
    assert records.asked() == []


def test_what_no_erp_has_named_cannot_be_asked_for(records: Records, works: Works, machine: Client) -> None:
    contact = records.sync(customer_number="C-1")
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == []


def test_what_people_have_written_was_never_synced(records: Records, works: Works, machine: Client) -> None:
    contact = Store(works.organization).upsert(customer_number="C-1", external_id="C-1").entity_id
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == []


def test_a_change_by_somebody_else_makes_no_data_fresh(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    machine.patch(f"/v1/entity/contact/{contact}", {"last_name": "Kern"}, content_type="application/json")
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == [(CUSTOMER, contact)]


@pytest.mark.parametrize("setting", [{"enabled": False, "freshnessThresholdMinutes": THRESHOLD}, {}])
def test_where_it_is_not_enabled_nothing_is_even_noted(
    records: Records, works: Works, machine: Client, setting: dict[str, Any]
) -> None:
    contact = records.customer()
    records.refresh(**setting)
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    assert len(openings) == 0


def test_without_a_threshold_an_hour_counts(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    records.refresh(enabled=True)
    works.clock.move(minutes=59)
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == []
    works.clock.move(minutes=1)
    machine.get(f"/v1/entity/contact/{contact}")
    assert len(records.asked()) == 1


def test_a_threshold_beyond_the_calendar_breaks_nothing(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    records.refresh(enabled=True, freshnessThresholdMinutes=2**31 - 1)
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == []


def test_an_event_that_is_off_is_not_fired(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    switch_off(organization_id=works.organization.pk, name=CUSTOMER)
    records.configured()
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == []
    assert not AskedRefresh.objects.exists()


def test_an_event_that_nobody_hears_is_not_fired(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    UseCase.objects.filter(type="managed_call").update(enabled=False)
    records.configured()
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    assert records.asked() == []


def test_a_neighbour_opens_nothing_of_ours(records: Records, works: Works, client_of: Callable[..., Client]) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    assert client_of(NEIGHBOUR).get(f"/v1/entity/contact/{contact}").status_code == 404
    assert len(openings) == 0


def test_the_reader_waits_for_no_statement_more(
    records: Records, works: Works, machine: Client, count_queries: Callable
) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    records.refresh(enabled=False)
    machine.get(f"/v1/entity/contact/{contact}")
    with count_queries() as without:
        machine.get(f"/v1/entity/contact/{contact}")
    records.refresh(enabled=True, freshnessThresholdMinutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    with count_queries() as refreshing:
        machine.get(f"/v1/entity/contact/{contact}")
    assert len(refreshing) == len(without)


def test_many_records_cost_as_many_statements_as_one(records: Records, works: Works, count_queries: Callable) -> None:
    contacts = [records.customer(f"C-{number}") for number in range(5)]
    works.organization.refresh_from_db()
    works.clock.move(minutes=THRESHOLD)
    assert ask_for_old(works.organization, contacts[:1]) == 1
    with count_queries() as one:
        assert ask_for_old(works.organization, contacts[1:2]) == 1
    with count_queries() as many:
        assert ask_for_old(works.organization, contacts[2:]) == 3
    assert len(many) == len(one)


def test_a_record_that_was_just_asked_for_costs_no_look_at_its_history(records: Records, works: Works) -> None:
    contact = records.customer()
    works.organization.refresh_from_db()
    works.clock.move(minutes=THRESHOLD)
    assert ask_for_old(works.organization, [contact]) == 1
    with CaptureQueriesContext(connection) as asked:
        assert ask_for_old(works.organization, [contact]) == 0
    assert not [one["sql"] for one in asked if "entitychange" in one["sql"]]


def test_windows_that_have_ended_are_forgotten(records: Records, works: Works, machine: Client) -> None:
    contact = records.customer()
    works.clock.move(minutes=THRESHOLD)
    machine.get(f"/v1/entity/contact/{contact}")
    records.asked()
    retention.apply()
    assert AskedRefresh.objects.exists()
    works.clock.move(minutes=THRESHOLD, seconds=1)
    retention.apply()
    assert not AskedRefresh.objects.exists()
