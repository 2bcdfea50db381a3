"""What became of each record of a held prune, by the names of when it was held; and the order of the records."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.entities.models import Entity, MeterReading
from hub.entities.operations import Mode
from inbound.models import HeldPrune, HeldPruneMember
from inbound.prunes.decide import approve, reject
from inbound.prunes.tell import Decision
from tests.builders import NOW
from tests.cast import OPERATOR, VIEWER
from tests.conftest import FixedClock
from tests.hub.entities.conftest import Store, operation
from tests.inbound.conftest import Erp
from tests.inbound.prunes.builders import held, upsert
from tests.inbound.test_pages_event_language import LIST
from tests.inbound.test_process_language import READINGS, meter, reading, send

pytestmark = pytest.mark.django_db

MIGRATION = import_module("inbound.migrations.0006_outcomes_of_held_records")
MONTHS = ("2025-03-01", "2025-01-01", "2025-04-01", "2025-02-01")


@pytest.fixture
def api(erp: Erp, client_of: Callable[..., Client]) -> Client:
    """A machine that may look."""
    return client_of(erp.token)


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def readings(erp: Erp, clock: FixedClock) -> HeldPrune:
    """A prune of four readings that were not written in the order of their moments."""
    Organization.objects.update(settings={"prune_guard": {"most": 1, "share": 0.2}})
    meter(erp)
    written = [reading(str(number), am=day) for number, day in enumerate(MONTHS)]
    send(erp, "readings", READINGS, {"staende": [*written, reading("9")]})
    clock.move(minutes=1)
    send(erp, "list", LIST, {"staende": [reading("9")]})
    return HeldPrune.objects.get()


def decide(erp: Erp, prune: HeldPrune, how: Any = approve) -> None:
    decision = Decision(SYSTEM, "", NOW)
    how(organization=erp.organization, integration_id=erp.integration.pk, prune_id=prune.pk, decision=decision)


def document(api: Client, erp: Erp, prune: HeldPrune, query: str = "") -> dict[str, Any]:
    return api.get(f"/v1/integrations/{erp.integration.pk}/held-prunes/{prune.pk}{query}").json()


def outcomes(api: Client, erp: Erp, prune: HeldPrune) -> list[tuple[str, bool]]:
    return [(one["outcome"], one["has_changed"]) for one in document(api, erp, prune)["records"]]


def two(erp: Erp, *, is_purge: bool = False) -> HeldPrune:
    """A prune of two contacts of which the second has changed since."""
    prune = held(erp, *(upsert(erp.organization, number, last_name="Name") for number in "AB"), is_purge=is_purge)
    upsert(erp.organization, "B", last_name="Other", customer_number="B")
    return prune


@pytest.mark.parametrize("is_purge", [True, False])
def test_each_record_of_an_approved_prune_has_its_outcome(erp: Erp, api: Client, is_purge: bool) -> None:
    prune = two(erp, is_purge=is_purge)
    decide(erp, prune)
    assert outcomes(api, erp, prune) == [("removed", False), ("spared", True)]


def test_a_rejection_spares_every_record(erp: Erp, api: Client) -> None:
    prune = two(erp)
    decide(erp, prune, reject)
    assert outcomes(api, erp, prune) == [("spared", False), ("spared", True)]


def test_records_of_a_prune_that_waits_wait(erp: Erp, api: Client) -> None:
    assert outcomes(api, erp, two(erp)) == [("waiting", False), ("waiting", True)]


def test_records_keep_the_names_that_they_had_when_they_were_held(erp: Erp, api: Client) -> None:
    prune = two(erp)
    before = document(api, erp, prune)["records"]
    decide(erp, prune)
    for records in (before, document(api, erp, prune)["records"]):
        shown = [(one["title"], one["identifiers"]) for one in records]
        assert shown == [("Name", {"customer_number": "A"}), ("Name", {"customer_number": "B"})]


def test_what_has_changed_twice_is_called_as_it_was_held_too(erp: Erp, api: Client) -> None:
    prune = held(erp, upsert(erp.organization, "A", last_name="Name"))
    for name in ("Other", "Third"):
        upsert(erp.organization, "A", last_name=name)
    assert document(api, erp, prune)["records"][0]["title"] == "Name"


def test_of_a_purged_record_the_id_and_its_outcome_are_left(erp: Erp, api: Client, viewer: Client) -> None:
    prune = held(erp, upsert(erp.organization, "A", last_name="Personal"), is_purge=True)
    decide(erp, prune)
    [record] = document(api, erp, prune)["records"]
    assert (record["title"], record["identifiers"], record["outcome"]) == ("", {}, "removed")
    page = viewer.get(f"/app/held-prunes/{prune.pk}").content.decode()
    assert "1 record was removed for good" in page
    assert "nothing of it is left" not in page
    assert Entity.objects.count() == 0


def test_removed_readings_are_told_from_spared_ones(
    erp: Erp, readings: HeldPrune, api: Client, viewer: Client, clock: FixedClock
) -> None:
    clock.move(minutes=1)
    send(erp, "readings", READINGS, {"staende": [reading("1", am=MONTHS[1])]})
    decide(erp, readings)
    expected = [("spared", True), *[("removed", False)] * 3]
    assert outcomes(api, erp, readings) == expected
    page = viewer.get(f"/app/held-prunes/{readings.pk}").content.decode()
    assert ("3 records were removed for good" in page, page.count("removed for good")) == (True, 1)


@pytest.mark.parametrize("how", [approve, reject])
@pytest.mark.parametrize("mode", [Mode.PURGE, Mode.DELETE])
def test_what_went_otherwise_is_gone_for_the_api_and_on_the_page(
    erp: Erp, api: Client, viewer: Client, mode: Mode, how: Any
) -> None:
    contact = upsert(erp.organization, "A", last_name="Name")
    prune = held(erp, contact, upsert(erp.organization, "B", last_name="Name"))
    Store(erp.organization).write(operation(identifiers={"_id": str(contact.pk)}, attributes={}, mode=mode))
    assert outcomes(api, erp, prune)[0] == ("gone", True)
    decide(erp, prune, how)
    assert outcomes(api, erp, prune)[0] == ("gone", True)
    assert "gone by now" in viewer.get(f"/app/held-prunes/{prune.pk}").content.decode()


def test_a_reading_that_a_later_list_has_removed_is_gone(erp: Erp, readings: HeldPrune, api: Client) -> None:
    HeldPrune.objects.update(state=HeldPrune.State.SUPERSEDED)
    MeterReading.objects.filter(external_id="1").delete()
    assert sorted(outcome for outcome, _ in outcomes(api, erp, readings)) == ["gone", "spared", "spared", "spared"]


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_refuses_what_it_does_not_know(erp: Erp, client_of: Callable[..., Client], decision: str) -> None:
    prune = two(erp)
    path = f"/v1/integrations/{erp.integration.pk}/held-prunes/{prune.pk}:{decision}"
    answer = client_of(OPERATOR).post(path, {"reasn": "checked"}, content_type="application/json")
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "reasn")


def test_readings_come_oldest_first(erp: Erp, readings: HeldPrune, api: Client) -> None:
    numbers = [one["identifiers"]["external_id"] for one in document(api, erp, readings)["records"]]
    assert numbers == ["1", "3", "0", "2"]


def test_readings_come_in_pages_oldest_first(
    erp: Erp, readings: HeldPrune, api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.api.held_prunes.RECORDS_SHOWN", 1)
    numbers, query = [], ""
    while query is not None:
        page = document(api, erp, readings, query)
        numbers += [one["identifiers"]["external_id"] for one in page["records"]]
        query = f"?cursor={page['next_cursor']}" if page["next_cursor"] else None
    assert numbers == ["1", "3", "0", "2"]


def test_readings_of_one_moment_are_paged_by_their_ids(
    erp: Erp, readings: HeldPrune, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.ui.held_prunes_one.RECORDS_SHOWN", 3)
    HeldPruneMember.objects.update(moment=None)
    first = viewer.get(f"/app/held-prunes/{readings.pk}").context
    second = viewer.get(f"/app/held-prunes/{readings.pk}?after={first['next']}").context
    assert len({one["record"].record_id for page in (first, second) for one in page["records"]}) == 4


@pytest.mark.parametrize("is_purge", [True, False])
def test_the_migration_tells_entities_by_their_history(erp: Erp, api: Client, is_purge: bool) -> None:
    prune = two(erp, is_purge=is_purge)
    decide(erp, prune)
    HeldPruneMember.objects.update(is_removed=False)
    MIGRATION.keep_outcomes(apps, None)
    assert outcomes(api, erp, prune) == [("removed", False), ("spared", True)]


def test_the_migration_tells_readings_by_whether_they_are_there(erp: Erp, readings: HeldPrune, api: Client) -> None:
    MeterReading.objects.filter(external_id="1").update(updated_at=readings.held_at)
    decide(erp, readings)
    HeldPruneMember.objects.update(is_removed=False)
    MIGRATION.keep_outcomes(apps, None)
    assert outcomes(api, erp, readings) == [("spared", True), *[("removed", False)] * 3]


def test_the_migration_keeps_the_moments_of_readings(erp: Erp, readings: HeldPrune) -> None:
    kept = set(HeldPruneMember.objects.values_list("record_id", "moment"))
    HeldPruneMember.objects.update(moment=None)
    MIGRATION.keep_moments(apps, None)
    assert set(HeldPruneMember.objects.values_list("record_id", "moment")) == kept
