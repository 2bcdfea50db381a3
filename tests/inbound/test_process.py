"""Processing: order, isolation, waiting, leases, what is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.entities.models import Entity, EntityChange
from hub.ids import find_id
from hub.jsonata.limits import ERROR_CHARACTERS
from inbound.models import InboundOutcome, Lane, ParkedKey, QueuedEvent
from inbound.process import lease
from inbound.process.fence import enter
from inbound.process.lease import LeaseLost, begin_slice, claim
from integrations.models import UseCase
from monitoring.models import BucketDelta, MonitoringEvent
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db


def outcome(event_id: str) -> InboundOutcome:
    return InboundOutcome.objects.get(pk=find_id("evt_", event_id))


def test_an_event_becomes_an_entity(erp: Erp) -> None:
    erp.sync(customer("4711", VORNAME="Jörg"))
    assert erp.entity("4711").attributes == {"customer_number": "4711", "last_name": "Müller", "first_name": "Jörg"}


def test_a_second_event_updates_the_same_entity(erp: Erp) -> None:
    erp.sync(customer("4711"))
    erp.sync(customer("4711", "Schmidt"))
    assert (erp.entity("4711").attributes["last_name"], Entity.objects.count()) == ("Schmidt", 1)


def test_an_unchanged_event_writes_no_entity_and_no_history(erp: Erp) -> None:
    erp.sync(customer("4711"))
    again = erp.sync(customer("4711"))
    assert (erp.entity("4711").version, EntityChange.objects.count()) == (1, 1)
    assert outcome(again.event_id).counts == {"no_op": 1}


def test_events_of_one_batch_are_applied_in_order(erp: Erp) -> None:
    erp.send(*[erp.event(customer("4711", f"Name {number}")) for number in range(20)])
    drain()
    history = EntityChange.objects.order_by("version")
    assert erp.entity("4711").attributes["last_name"] == "Name 19"
    assert [change.version for change in history] == list(range(1, 21))


def test_history_names_the_event_and_the_use_case_version(erp: Erp) -> None:
    sent = erp.sync(customer("4711"))
    change = EntityChange.objects.get()
    assert (change.event_id, change.use_case_id) == (find_id("evt_", sent.event_id), erp.use_case.pk)
    assert change.use_case_version == erp.use_case.version


def test_an_outcome_names_the_version_that_processed_it(erp: Erp) -> None:
    UseCase.objects.filter(pk=erp.use_case.pk).update(version=7)
    assert outcome(erp.sync(customer("1")).event_id).use_case_version == 7


def test_a_failing_event_spares_its_neighbours(erp: Erp) -> None:
    good, bad, last = erp.send(
        erp.event(customer("1")), erp.event({"NAME": {"NACHNAME": "nobody"}}), erp.event(customer("3"))
    )
    drain()
    assert [outcome(one.event_id).status for one in (good, bad, last)] == ["success", "error", "success"]
    assert outcome(bad.event_id).code == "MISSING_UNIQUE_IDENTIFIERS"


def test_an_expression_that_raises_fails_its_event_alone(erp: Erp) -> None:
    field = {"attribute": "short", "jsonataExpression": "$substring(KUNNR, 0, 2)"}
    entry = CONTACT["entities"][0]
    erp.add_use_case("short", {"entities": [entry | {"fields": [*entry["fields"], field]}]})
    bad, good = erp.send(*(erp.event(customer(number), use_case_slug="short") for number in (4711, "4712")))
    drain()
    assert outcome(bad.event_id).code == "MAPPING_EXPRESSION_FAILED"
    assert outcome(good.event_id).status == "success"


def test_an_expression_that_exhausts_its_child_ends_with_its_code_and_spares_its_neighbours(erp: Erp) -> None:
    field = {"attribute": "x", "jsonataExpression": '$length($pad("a", NAME.N, "b"))', "enabled": "$exists(NAME.N)"}
    entry = CONTACT["entities"][0]
    erp.add_use_case("bomb", {"entities": [entry | {"fields": [*entry["fields"], field]}]})
    payloads = [customer("1"), customer("2", N=2_000_000_000), customer("3")]
    results = erp.send(*(erp.event(payload, use_case_slug="bomb") for payload in payloads))
    drain()
    assert [outcome(one.event_id).status for one in results] == ["success", "error", "success"]
    assert "resource limit" in outcome(results[1].event_id).message


@pytest.mark.parametrize("expression", ["$error($string($$))", '$eval("1+1")', "$count($distinct([1..99999]))"])
def test_an_attack_ends_its_own_event_in_few_words_and_another_organizations_is_applied(
    erp: Erp, other_erp: Erp, expression: str
) -> None:
    field = {"attribute": "x", "jsonataExpression": expression}
    entry = CONTACT["entities"][0]
    erp.add_use_case("attack", {"entities": [entry | {"fields": [*entry["fields"], field]}]})
    many = [f"item {number} of many" for number in range(40_000)]
    [attack] = erp.send(erp.event(customer("1") | {"MANY": many}, use_case_slug="attack"))
    [other] = other_erp.send(other_erp.event(customer("1")))
    drain()
    ended = outcome(attack.event_id)
    assert (ended.status, ended.code) == ("error", "MAPPING_EXPRESSION_FAILED")
    assert len(ended.message.removeprefix("entities[0].fields[3].jsonataExpression: ")) <= ERROR_CHARACTERS
    assert outcome(other.event_id).status == "success"


def test_a_disabled_use_case_ends_what_still_waits(erp: Erp) -> None:
    [sent] = erp.send(erp.event(customer("1")))
    UseCase.objects.update(enabled=False)
    drain()
    assert outcome(sent.event_id).code == "USE_CASE_DISABLED"


def test_a_deleted_use_case_ends_what_still_waits(erp: Erp) -> None:
    [sent] = erp.send(erp.event(customer("1")))
    UseCase.objects.all().delete()
    drain()
    assert outcome(sent.event_id).code == "USE_CASE_NOT_FOUND"


def test_purge_leaves_nothing_of_the_entity(erp: Erp) -> None:
    erp.add_use_case("forget", {"entities": [CONTACT["entities"][0] | {"mode": "purge"}]})
    erp.sync(customer("1"))
    sent = erp.sync(customer("1"), use_case_slug="forget")
    assert (outcome(sent.event_id).counts, Entity.objects.count()) == ({"deleted": 1}, 0)


def test_create_of_an_existing_entity_is_an_error(erp: Erp) -> None:
    erp.sync(customer("1"))
    sent = erp.sync(customer("1", "Other"), event_type="CREATE")
    assert outcome(sent.event_id).code == "ENTITY_ALREADY_EXISTS"
    assert erp.entity("1").attributes["last_name"] == "Müller"


def test_delete_puts_the_entity_into_the_recycle_bin(erp: Erp) -> None:
    erp.sync(customer("1"))
    erp.sync(customer("1"), event_type="DELETE")
    assert Entity.objects.get().deleted_at is not None


def test_delete_of_an_unknown_entity_changes_nothing(erp: Erp) -> None:
    sent = erp.sync(customer("1"), event_type="DELETE")
    assert outcome(sent.event_id).counts == {"no_op": 1}


def test_xml_is_converted_by_the_published_convention(erp: Erp) -> None:
    xml = {"entities": [CONTACT["entities"][0] | {"jsonataExpression": "kunde"}]}
    erp.add_use_case("xml", xml)
    erp.sync(
        "<kunde><KUNNR>007</KUNNR><NAME><NACHNAME>Groß</NACHNAME></NAME></kunde>", format="xml", use_case_slug="xml"
    )
    assert erp.entity("007").attributes["last_name"] == "Groß"


def by_id(erp: Erp) -> None:
    fields = [{"attribute": "_id", "field": "ID"}, {"attribute": "last_name", "field": "NAME"}]
    entry = {"entity_schema": "contact", "unique_ids": ["_id"], "fields": fields}
    erp.add_use_case("by-id", {"entities": [entry]})


def test_an_event_for_a_missing_id_waits_and_is_applied_when_the_entity_is_there(erp: Erp, clock: FixedClock) -> None:
    by_id(erp)
    wanted = uuid4()
    sent = erp.sync({"ID": str(wanted), "NAME": "late"}, use_case_slug="by-id")
    assert QueuedEvent.objects.get().attempts == 1
    make_contact(erp, wanted)
    clock.move(seconds=10)
    drain()
    assert (outcome(sent.event_id).status, outcome(sent.event_id).attempts) == ("success", 2)


def make_contact(erp: Erp, identifier: Any) -> None:
    Entity.objects.create(
        pk=identifier,
        organization=erp.organization,
        schema="contact",
        created_at=erp.integration.created_at,
        updated_at=erp.integration.updated_at,
    )


def test_an_event_is_tried_again_with_the_version_it_began_with(erp: Erp, clock: FixedClock) -> None:
    by_id(erp)
    wanted = uuid4()
    waits = erp.sync({"ID": str(wanted), "NAME": "late"}, use_case_slug="by-id")
    use_case = UseCase.objects.get(slug="by-id")
    use_case.configuration = {"entities": []}
    use_case.version += 1
    use_case.save()
    make_contact(erp, wanted)
    clock.move(seconds=10)
    drain()
    assert outcome(waits.event_id).use_case_version == use_case.version - 1
    assert Entity.objects.get(pk=wanted).attributes["last_name"] == "late"
    assert outcome(erp.sync({"ID": str(wanted)}, use_case_slug="by-id").event_id).use_case_version == use_case.version


def test_a_waiting_event_ends_with_its_code_after_its_last_attempt(erp: Erp, clock: FixedClock) -> None:
    by_id(erp)
    sent = erp.sync({"ID": str(uuid4()), "NAME": "never"}, use_case_slug="by-id")
    for _ in range(5):
        clock.move(minutes=30)
        drain()
    assert (outcome(sent.event_id).code, outcome(sent.event_id).attempts) == ("ENTITY_REFERENCE_NOT_FOUND", 3)
    assert not ParkedKey.objects.exists()


def test_later_events_of_the_same_identifier_wait_behind_and_others_go_on(erp: Erp, clock: FixedClock) -> None:
    by_id(erp)
    missing, present = uuid4(), uuid4()
    make_contact(erp, present)
    erp.sync({"ID": str(missing), "NAME": "first"}, use_case_slug="by-id")
    behind = erp.sync({"ID": str(missing), "NAME": "second"}, use_case_slug="by-id")
    other = erp.sync({"ID": str(present), "NAME": "other"}, use_case_slug="by-id")
    assert outcome(other.event_id).status == "success"
    assert QueuedEvent.objects.filter(parked=True).count() == 1
    make_contact(erp, missing)
    clock.move(seconds=10)
    drain()
    assert outcome(behind.event_id).status == "success"
    assert Entity.objects.get(pk=missing).attributes["last_name"] == "second"


def test_spans_and_counters_tell_of_every_event(erp: Erp) -> None:
    erp.send(erp.event(customer("1")), erp.event({"NAME": {"NACHNAME": "nobody"}}))
    drain()
    assert sorted(MonitoringEvent.objects.values_list("level", "code")) == [
        ("error", "MISSING_UNIQUE_IDENTIFIERS"),
        ("success", "ENTITY_CREATED"),
    ]
    assert sorted(BucketDelta.objects.values_list("status", "events")) == [("error", 1), ("success", 1)]


def test_an_expression_that_finds_nothing_is_a_warning(erp: Erp) -> None:
    field = {"attribute": "mail", "jsonataExpression": "KONTAKT.MAIL"}
    entry = CONTACT["entities"][0]
    erp.add_use_case("mail", {"entities": [entry | {"fields": [*entry["fields"], field]}]})
    sent = erp.sync(customer("1"), use_case_slug="mail")
    assert (outcome(sent.event_id).status, outcome(sent.event_id).code) == ("warning", "MAPPED_FIELD_EMPTY")


def test_the_number_of_statements_does_not_grow_with_the_slice(erp: Erp, count_queries: Any) -> None:
    erp.sync(customer("warm"))
    erp.send(erp.event(customer("a")))
    with count_queries() as one:
        drain()
    erp.send(*[erp.event(customer(f"b{number}")) for number in range(100)])
    with count_queries() as hundred:
        drain()
    assert len(hundred) == len(one)


def test_a_lane_is_leased_by_one_worker_at_a_time(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    assert claim(holder="one", at=clock.now()) is not None
    assert claim(holder="two", at=clock.now()) is None


def test_a_worker_whose_lease_was_taken_over_commits_nothing(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    stalled = claim(holder="one", at=clock.now())
    Lane.objects.update(leased_until=None)
    assert claim(holder="two", at=clock.now()) is not None
    assert stalled is not None
    with pytest.raises(LeaseLost):
        enter(stalled)


def crash(erp: Erp, clock: FixedClock, last: int) -> None:
    """What is left of a worker that was killed while it applied a slice up to last."""
    first = QueuedEvent.objects.order_by("sequence").values_list("sequence", flat=True)[0]
    crash_at(clock, first, last)


def crash_at(clock: FixedClock, first: int, last: int | None = None) -> None:
    held = claim(holder="one", at=clock.now())
    assert held is not None
    begin_slice(held, first=first, last=last or first)
    lease.abandon(held)


def test_slices_shrink_to_one_event_after_unclean_ends(erp: Erp, clock: FixedClock) -> None:
    erp.send(*[erp.event(customer(str(number))) for number in range(10)])
    last = QueuedEvent.objects.order_by("-sequence")[0].sequence
    sizes = []
    for _ in range(3):
        held = claim(holder="one", at=clock.now())
        assert held is not None
        sizes.append(held.slice_size(largest=500, after=0))
        begin_slice(held, first=last - 9, last=last)
        lease.abandon(held)
    assert sizes == [500, 50, 1]


def test_an_event_that_kills_the_worker_three_times_alone_ends_and_the_rest_goes_on(
    erp: Erp, clock: FixedClock
) -> None:
    killer, *others = erp.send(*[erp.event(customer(str(number))) for number in range(3)])
    last = QueuedEvent.objects.order_by("-sequence")[0].sequence
    crash(erp, clock, last)
    crash(erp, clock, last)
    first = QueuedEvent.objects.order_by("sequence")[0].sequence
    for _ in range(3):
        crash(erp, clock, first)
    drain()
    assert outcome(killer.event_id).code == "WORKER_CRASHED"
    assert [outcome(one.event_id).status for one in others] == ["success", "success"]


def test_an_earlier_event_that_became_due_meanwhile_is_not_taken_for_the_one_that_killed_the_worker(
    erp: Erp, clock: FixedClock
) -> None:
    innocent, killer = erp.send(*[erp.event(customer(str(number))) for number in range(2)])
    first, last = QueuedEvent.objects.order_by("sequence")
    QueuedEvent.objects.filter(pk=first.pk).update(next_attempt_at=clock.now() + timedelta(seconds=5))
    for _ in range(5):
        crash_at(clock, last.pk)
    clock.move(seconds=5)
    drain()
    assert [outcome(one.event_id).code for one in (innocent, killer)] == ["", "WORKER_CRASHED"]


def test_a_replay_applies_the_event_again_with_a_new_id(erp: Erp) -> None:
    from inbound.receive.arrivals import Sender
    from inbound.replay import replay_events

    sent = erp.sync(customer("1"))
    Entity.objects.all().update(attributes={"customer_number": "1", "last_name": "Changed"})
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    [result] = replay_events(
        sender=sender, integration_id=erp.integration.pk, event_ids=[sent.event_id], at=erp.integration.created_at
    )
    drain()
    assert (result.status, result.replay_event_id != sent.event_id) == ("queued", True)
    assert erp.entity("1").attributes["last_name"] == "Müller"


def test_lanes_are_served_least_recently_served_first(erp: Erp, clock: FixedClock) -> None:
    erp.add_use_case("second", CONTACT)
    erp.send(erp.event(customer("1")), erp.event(customer("2"), use_case_slug="second"))
    served = claim(holder="one", at=clock.now())
    assert served is not None
    lease.release(served)
    following = claim(holder="one", at=clock.now())
    assert following is not None
    assert following.lane_id != served.lane_id


def test_an_event_waits_until_its_date(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    QueuedEvent.objects.update(next_attempt_at=clock.now() + timedelta(seconds=5))
    assert drain() == 0
    clock.move(seconds=5)
    assert drain() == 1
