"""Held prunes: one decision each, for exactly the records that were listed and are unchanged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.accounts.models import AuditEntry, Organization
from hub.entities.guard import guard_of
from hub.entities.models import Entity
from hub.errors import Conflict, NotFound
from hub.ids import find_id
from inbound.models import HeldPrune, HeldPruneMember, InboundEvent, Lane
from inbound.prunes.decide import approve, reject
from inbound.prunes.hold import Done, Scope, hold
from inbound.prunes.records import named_members
from inbound.prunes.tell import Decision
from monitoring.models import MonitoringEvent
from tests.builders import NOW, make_organization
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer, drain
from tests.inbound.prunes.builders import ORDER, held, upsert
from tests.inbound.test_process_language import ENTRIES, entries

pytestmark = pytest.mark.django_db

DECISION = Decision(SYSTEM, "checked with the ERP", NOW)


def decide(erp: Erp, prune: HeldPrune, how: Any = approve) -> HeldPrune:
    place = {"organization": erp.organization, "integration_id": erp.integration.pk}
    return how(prune_id=prune.pk, decision=DECISION, **place)


def live(erp: Erp) -> set[str]:
    stored = Entity.objects.of(erp.organization).filter(deleted_at__isnull=True)
    return {entity.attributes["customer_number"] for entity in stored}


def test_an_approval_removes_what_was_listed_and_nothing_else(erp: Erp) -> None:
    first, second, _ = (upsert(erp.organization, number) for number in "ABC")
    prune = decide(erp, held(erp, first, second))
    assert (prune.state, prune.removed_count, live(erp)) == ("approved", 2, {"C"})


def test_what_has_changed_since_stays(erp: Erp) -> None:
    first, second = (upsert(erp.organization, number) for number in "AB")
    prune = held(erp, first, second)
    upsert(erp.organization, "A", last_name="Jensen")
    assert decide(erp, prune).removed_count == 1
    assert live(erp) == {"A"}


def test_what_a_later_event_has_listed_again_stays_even_if_it_changed_nothing(erp: Erp) -> None:
    erp.send(erp.event(customer("A")))
    drain()
    prune = held(erp, erp.entity("A"), lane_id=Lane.objects.get().pk, event_order=0)
    erp.send(erp.event(customer("A")))
    drain()
    assert decide(erp, prune).removed_count == 0
    assert live(erp) == {"A"}


@pytest.mark.parametrize(("minutes", "removed"), [(1, 0), (-1, 1)])
def test_what_another_lane_has_listed_since_stays(erp: Erp, clock: FixedClock, minutes: int, removed: int) -> None:
    erp.send(erp.event(customer("A")))
    drain()
    clock.move(minutes=minutes)
    erp.send(erp.event(customer("A")))
    drain()
    prune = held(erp, erp.entity("A"), lane_id=Lane.objects.get().pk + 1)
    assert decide(erp, prune).removed_count == removed


def test_an_approved_purge_leaves_nothing(erp: Erp) -> None:
    decide(erp, held(erp, upsert(erp.organization, "A"), is_purge=True))
    assert Entity.objects.count() == 0


def test_a_rejection_lets_everything_stay(erp: Erp) -> None:
    prune = decide(erp, held(erp, upsert(erp.organization, "A")), reject)
    assert (prune.state, prune.removed_count, live(erp)) == ("rejected", None, {"A"})


@pytest.mark.parametrize("how", [approve, reject])
def test_a_prune_is_decided_once(erp: Erp, how: Any) -> None:
    prune = held(erp, upsert(erp.organization, "A"))
    decide(erp, prune, reject)
    with pytest.raises(Conflict, match="rejected already"):
        decide(erp, prune, how)


def test_another_organizations_prune_is_not_there(erp: Erp) -> None:
    prune = held(erp, upsert(erp.organization, "A"))
    with pytest.raises(NotFound):
        approve(
            organization=make_organization(), integration_id=erp.integration.pk, prune_id=prune.pk, decision=DECISION
        )


@pytest.mark.parametrize(("how", "code", "told"), [
    (approve, "PRUNE_APPROVED", "1 of 2 records removed, 1 spared: checked with the ERP"),
    (reject, "PRUNE_REJECTED", "0 of 2 records removed, 2 spared: checked with the ERP"),
])  # fmt: skip
def test_a_decision_is_told_in_the_trace_and_in_the_audit_trail(erp: Erp, how: Any, code: str, told: str) -> None:
    prune = held(erp, *(upsert(erp.organization, number) for number in "AB"), use_case_version=3)
    upsert(erp.organization, "B", last_name="Jensen")
    decide(erp, prune, how)
    span = MonitoringEvent.objects.get(event_id=prune.event_id)
    assert (span.level, span.code, span.message, span.use_case_version) == ("success", code, told, 3)
    assert AuditEntry.objects.filter(object_id=str(prune.pk), changes__reason="checked with the ERP").count() == 1


@pytest.mark.parametrize("how", [approve, reject])
def test_a_decision_is_a_success_that_the_filters_of_its_event_find(
    erp: Erp, client_of: Callable[..., Client], how: Any
) -> None:
    event_id = erp.sync(customer("A")).event_id
    prune = decide(erp, held(erp, erp.entity("A"), event_id=find_id("evt_", event_id)), how)
    event = InboundEvent.objects.get(pk=prune.event_id)
    path = f"/v1/integrations/{erp.integration.pk}/monitoring/inbound-events"
    wanted = {
        "event_id": event_id, "status": "success", "object_type": event.event_name or event.use_case_slug,
        "correlation_id": event.correlation_id,
    }  # fmt: skip
    rows = client_of(erp.token).post(path, wanted, "application/json").json()["data"]
    assert len(rows) == 2
    assert {(row["status"], row["error_code"]) for row in rows} == {("success", None)}


def test_a_newer_prune_of_the_same_scope_takes_the_place_of_one_that_waits(erp: Erp) -> None:
    first, second = (upsert(erp.organization, number) for number in "AB")
    old, other = held(erp, first), held(erp, second, scope="K2")
    new = held(erp, second)
    states = dict(HeldPrune.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in (old, other, new)] == ["superseded", "waiting", "waiting"]


def test_a_prune_that_was_carried_out_supersedes_one_that_waits(erp: Erp) -> None:
    prune = held(erp, upsert(erp.organization, "A"))
    scope = Scope(erp.use_case.pk, HeldPrune.Kind.ENTITIES, "contact", prune.scope)
    hold([], [Done(scope, erp.organization.pk, ORDER + 1)], NOW + timedelta(hours=1))
    assert HeldPrune.objects.get().state == "superseded"


def test_the_prune_of_an_older_event_that_comes_late_supersedes_nothing(erp: Erp) -> None:
    prune = held(erp, upsert(erp.organization, "A"))
    scope = Scope(erp.use_case.pk, HeldPrune.Kind.ENTITIES, "contact", prune.scope)
    hold([], [Done(scope, erp.organization.pk, ORDER - 1)], NOW + timedelta(hours=1))
    assert HeldPrune.objects.get().state == "waiting"


def test_of_one_slice_only_the_last_word_on_a_scope_is_held(erp: Erp) -> None:
    Organization.objects.update(settings={"prune_guard": {"most": 1, "share": 0.2}})
    erp.add_use_case("entries", ENTRIES)
    lists = [entries(*numbers) for numbers in ("ABC", "D", "ABCD")]
    erp.send(*(erp.event(one, use_case_slug="entries") for one in lists))
    drain()
    assert not HeldPrune.objects.filter(state="waiting").exists()


def test_records_of_the_same_title_are_told_apart_by_what_the_use_case_finds_them_by(erp: Erp) -> None:
    prune = held(erp, *(upsert(erp.organization, number, last_name="H2") for number in "AB"))
    shown = named_members(organization=erp.organization, prune=prune, limit=10)
    assert [(one.title, one.identifiers) for one in shown] == [
        ("H2", {"customer_number": "A"}),
        ("H2", {"customer_number": "B"}),
    ]


def test_without_the_use_case_the_schemas_identifiers_tell_records_apart(erp: Erp) -> None:
    entity = upsert(erp.organization, "A", external_id="E-1")
    prune = held(erp, entity, use_case_version=99)
    [shown] = named_members(organization=erp.organization, prune=prune, limit=10)
    assert shown.identifiers == {"external_id": "E-1", "customer_number": "A"}


def test_records_are_listed_by_name_and_told_when_they_have_changed(erp: Erp) -> None:
    first, second = (upsert(erp.organization, number, last_name=f"Name {number}") for number in "AB")
    prune = held(erp, first, second)
    upsert(erp.organization, "B", last_name="Other")
    shown = named_members(organization=erp.organization, prune=prune, limit=10)
    assert [(one.title, one.has_changed) for one in shown] == [("Name A", False), ("Name B", True)]
    assert named_members(organization=erp.organization, prune=prune, limit=10, after=shown[0].record_id) == shown[1:]
    assert HeldPruneMember.objects.count() == 2


@pytest.mark.parametrize(("setting", "most", "share"), [
    (None, 50, 0.2), ({"most": 5}, 5, 0.2), ({"share": 0}, 50, 0.0), ({"most": -1, "share": "x"}, 50, 0.2),
    ("x", 50, 0.2),
])  # fmt: skip
def test_an_organization_sets_its_own_limits(organization: Organization, setting: Any, most: int, share: float) -> None:
    Organization.objects.filter(pk=organization.pk).update(settings={"prune_guard": setting})
    assert (guard_of(organization.pk).most, guard_of(organization.pk).share) == (most, share)
