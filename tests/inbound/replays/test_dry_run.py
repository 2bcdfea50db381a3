"""A dry run says what would change, and changes nothing."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import DataError, IntegrityError

from hub.entities.models import Entity, EntityChange
from hub.events.models import CoreEvent
from hub.ids import find_id, to_text
from inbound.models import InboundEvent, InboundOutcome, QueuedEvent
from inbound.process.applying import apply_wishes
from inbound.process.lease import Lease
from inbound.process.results import Results
from inbound.process.wishes import Wishes
from inbound.replays.options import Version
from inbound.replays.tried import Tried
from integrations.models import UseCase
from monitoring.models import MonitoringEvent
from tests.hub.events.builders import switch
from tests.inbound.conftest import CONTACT, Erp, customer
from tests.inbound.replays.conftest import tried
from tests.inbound.test_process_language import ENTRIES, READINGS, field

pytestmark = pytest.mark.django_db
dry_run_module = import_module("inbound.replays.dry_run")
METERS = {
    "entities": [{"entity_schema": "meter", "unique_ids": ["meter_number"], "fields": [field("meter_number", "z")]}]
}
TABLES = (Entity, EntityChange, InboundEvent, InboundOutcome, QueuedEvent, MonitoringEvent, CoreEvent)


def entries(account: str, *ids: str) -> dict[str, Any]:
    return {"konto": account, "posten": [{"id": one} for one in ids]}


def readings(meter: str, value: int) -> dict[str, Any]:
    return {"staende": [{"z": meter, "id": "R-1", "am": "2026-01-01T00:00:00Z", "wert": value}]}


def sequence_of(event_id: str) -> int:
    return InboundEvent.objects.get(pk=find_id("evt_", event_id)).sequence


def told(one: Tried) -> list[tuple[str, dict[str, Any]]]:
    return [(difference.operation, difference.changes) for difference in one.differences]


def stored() -> list[int]:
    return [table._default_manager.count() for table in TABLES]


def set_last_name(erp: Erp, expression: str) -> None:
    entry = CONTACT["entities"][0]
    fields = [entry["fields"][0], {"attribute": "last_name", "jsonataExpression": expression}]
    configuration = {"entities": [{**entry, "fields": fields}]}
    UseCase.objects.filter(pk=erp.use_case.pk).update(configuration=configuration)
    erp.configuration_changed()


def test_it_tells_before_and_after_of_each_attribute_that_would_change(erp: Erp) -> None:
    event_id = erp.sync(customer("C-1", "Müller")).event_id
    set_last_name(erp, "$uppercase(NAME.NACHNAME)")
    [one] = tried(erp, event_id)
    assert (to_text("evt_", one.event_id), told(one)) == (
        event_id,
        [("updated", {"last_name": {"old": "Müller", "new": "MÜLLER"}})],
    )


def test_it_writes_nothing_and_nobody_hears_of_it(erp: Erp) -> None:
    switch(erp.organization, "CustomerDetailsUpdated", keeps_history=True)
    erp.organization.refresh_from_db()
    event_id = erp.sync(customer("C-1", "Müller")).event_id
    set_last_name(erp, "$uppercase(NAME.NACHNAME)")
    before = stored()
    assert tried(erp, event_id)[0].differences
    assert stored() == before
    assert erp.entity("C-1").attributes["last_name"] == "Müller"


def test_what_would_be_created_is_told_with_all_its_attributes(erp: Erp) -> None:
    event_id = erp.sync(customer("C-1", "Müller")).event_id
    Entity.objects.all().delete()
    [one] = tried(erp, event_id)
    [(operation, changes)] = told(one)
    assert (operation, changes["customer_number"]) == ("created", {"new": "C-1"})
    assert one.differences[0].is_new


def test_an_entity_that_would_stay_as_it_is_is_told_so(erp: Erp) -> None:
    [one] = tried(erp, erp.sync(customer("C-1")).event_id)
    assert (told(one), one.status, one.problems, one.is_nothing) == ([("unchanged", {})], "success", [], True)


def test_each_event_sees_what_those_before_it_would_have_changed(erp: Erp) -> None:
    ids = [erp.sync(customer("C-1", name)).event_id for name in ("A", "B")]
    told_changes = [told(one)[0][1]["last_name"] for one in tried(erp, *ids, skips_stale=False)]
    assert told_changes == [{"old": "B", "new": "A"}, {"old": "A", "new": "B"}]


def test_what_would_fail_is_told_with_its_code(erp: Erp) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    set_last_name(erp, '$error("no")')
    [one] = tried(erp, event_id)
    assert (one.status, [code for code, _ in one.problems]) == ("error", ["MAPPING_EXPRESSION_FAILED"])


def test_what_would_be_left_out_is_not_tried(erp: Erp) -> None:
    ids = [erp.sync(customer("C-1", name)).event_id for name in ("Old", "New")]
    assert [to_text("evt_", one.event_id) for one in tried(erp, *ids)] == ids[1:]


def test_an_event_that_no_use_case_took_is_tried_with_the_one_that_takes_it_now(erp: Erp) -> None:
    [sent] = erp.send(erp.event(customer("C-1"), event_name="contacts"))
    erp.add_use_case("contacts", CONTACT)
    [one] = tried(erp, sent.event_id)
    assert (one.status, one.differences[0].is_new) == ("success", True)


def test_an_event_that_is_routed_elsewhere_now_is_tried_there(erp: Erp) -> None:
    erp.add_use_case("contacts-sync", CONTACT)
    event_id = erp.sync(customer("C-1"), event_name="contacts").event_id
    fields = [*CONTACT["entities"][0]["fields"], {"attribute": "title", "constant": "Dr."}]
    erp.add_use_case("contacts", {"entities": [{**CONTACT["entities"][0], "fields": fields}]})
    [one] = tried(erp, event_id, version=Version.AS_BEFORE)
    assert told(one) == [("updated", {"title": {"new": "Dr."}})]


@pytest.mark.parametrize("kind", [DataError, IntegrityError])
def test_what_the_database_refuses_is_told_of_the_event_alone(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    ids = [erp.sync(customer("C-1", name)).event_id for name in ("A", "B", "C")]

    def refuse(lease: Lease, wishes: Wishes, results: dict[int, Results], at: datetime) -> None:
        apply_wishes(lease, wishes, results, at)
        if any(one.position == sequence_of(ids[1]) for one in wishes.operations):
            raise kind("value out of range\nmore of it")

    monkeypatch.setattr(dry_run_module, "apply_wishes", refuse)
    before = stored()
    first, second, third = tried(erp, *ids, skips_stale=False)
    assert second.problems == [("UNKNOWN_ERROR", "The database refused the data: value out of range")]
    assert (second.status, second.differences) == ("error", [])
    assert [told(one)[0][1]["last_name"] for one in (first, third)] == [
        {"old": "C", "new": "A"},
        {"old": "A", "new": "C"},
    ]
    assert stored() == before


# Prunes, readings, relations


def test_what_prunes_would_remove_is_told_and_stays(erp: Erp) -> None:
    erp.add_use_case("posten", ENTRIES)
    full = erp.sync(entries("K-1", "1", "2", "3"), event_name="posten").event_id
    short = erp.sync(entries("K-1", "1"), event_name="posten").event_id
    erp.sync(entries("K-1", "1", "2", "3"), event_name="posten")
    [one] = tried(erp, short, skips_stale=False)
    [prune] = one.prunes
    assert (prune.schema, prune.count, prune.scope, prune.is_held) == ("billing_event", 2, 3, False)
    assert Entity.objects.filter(pk__in=prune.entity_ids, deleted_at=None).count() == 2
    assert tried(erp, full, skips_stale=False, repeats=True)[0].prunes == []


def test_readings_are_told_by_what_would_become_of_them(erp: Erp) -> None:
    erp.add_use_case("meters", METERS)
    erp.add_use_case("readings", READINGS)
    erp.sync({"z": "Z-1"}, event_name="meters")
    event_id = erp.sync(readings("Z-1", 100), event_name="readings").event_id
    assert [one.outcomes for one in tried(erp, event_id)[0].readings] == [{"no_op": 1}]
    erp.sync(readings("Z-1", 200), event_name="readings")
    assert [one.outcomes for one in tried(erp, event_id, skips_stale=False)[0].readings] == [{"updated": 1}]


def test_a_reading_that_names_no_meter_is_a_problem(erp: Erp) -> None:
    erp.add_use_case("readings", READINGS)
    event_id = erp.sync({"staende": [{"id": "R-1", "wert": 1}]}, event_name="readings").event_id
    assert [code for code, _ in tried(erp, event_id)[0].problems] == ["MISSING_UNIQUE_IDENTIFIERS"]


def test_an_event_that_would_have_to_wait_says_for_what(erp: Erp) -> None:
    erp.add_use_case("meters", METERS)
    erp.add_use_case("readings", READINGS)
    erp.sync({"z": "Z-1"}, event_name="meters")
    event_id = erp.sync(readings("Z-1", 100), event_name="readings").event_id
    Entity.objects.all().delete()
    [one] = tried(erp, event_id)
    assert (one.status, [code for code, _ in one.problems]) == ("retrying", ["METER_NOT_FOUND"])


def test_what_a_relation_points_at_is_told_as_well(erp: Erp) -> None:
    erp.add_use_case("posten", ENTRIES)
    event_id = erp.sync(entries("K-1", "1"), event_name="posten").event_id
    Entity.objects.all().delete()
    [one] = tried(erp, event_id)
    assert {difference.schema for difference in one.differences} == {"billing_event", "billing_account"}


# What would go out


@pytest.mark.parametrize(("has_deliveries", "names"), [(True, ["CustomerDetailsUpdated"]), (False, [])])
def test_core_events_that_would_be_published_are_told_and_none_is(
    erp: Erp, has_deliveries: bool, names: list[str]
) -> None:
    switch(erp.organization, "CustomerDetailsUpdated", keeps_history=True)
    erp.organization.refresh_from_db()
    event_id = erp.sync(customer("C-1", "Müller")).event_id
    set_last_name(erp, "$uppercase(NAME.NACHNAME)")
    before = stored()
    [one] = tried(erp, event_id, has_deliveries=has_deliveries)
    assert [(each.name, each.count, each.deliveries) for each in one.published] == [(name, 1, 0) for name in names]
    assert stored() == before
