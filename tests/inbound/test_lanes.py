"""Lanes: own and shared ones, a use case that goes to another, what waits meanwhile, closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from hub.entities.models import Entity
from hub.ids import find_id
from inbound import lane_changes
from inbound.lane_changes import LaneTooFull
from inbound.lanes import on_use_case_deleted, on_use_case_saved, sub_lane_of
from inbound.models import InboundOutcome, Lane, LaneLeft, ParkedKey, QueuedEvent
from inbound.process.fence import enter
from inbound.process.lease import LeaseLost, begin_slice, claim
from integrations.models import UseCase
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db

BY_ID = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["_id"],
            "fields": [{"attribute": "_id", "field": "ID"}, {"attribute": "last_name", "field": "NAME"}],
        }
    ]
}


def in_lane(configuration: dict[str, Any], name: str) -> dict[str, Any]:
    return configuration | {"settings": {"lane": name}}


def put_into(erp: Erp, use_case: UseCase, name: str | None) -> None:
    """Save the use case with another lane; None: one of its own."""
    configuration = {key: value for key, value in use_case.configuration.items() if key != "settings"}
    use_case.configuration = in_lane(configuration, name) if name else configuration
    use_case.save()
    on_use_case_saved(use_case=use_case)
    erp.configuration_changed()


def delete(erp: Erp, use_case: UseCase) -> None:
    on_use_case_deleted(use_case=use_case)
    use_case.delete()
    erp.configuration_changed()


def lanes_of_queue() -> list[str]:
    return [lane.name for lane in _queue()]


def sub_lanes_of_queue() -> list[int]:
    return [lane.sub_lane for lane in _queue()]


def _queue() -> list[Lane]:
    lanes = Lane.objects.in_bulk()
    return [lanes[pk] for pk in QueuedEvent.objects.order_by("sequence").values_list("lane_id", flat=True)]


def last_name(identifier: Any) -> Any:
    return Entity.objects.get(pk=identifier).attributes.get("last_name")


def make_contact(erp: Erp, identifier: Any) -> None:
    moment = erp.integration.created_at
    Entity.objects.create(
        pk=identifier, organization=erp.organization, schema="contact", created_at=moment, updated_at=moment
    )


def test_use_cases_that_name_one_lane_are_ordered_among_each_other(erp: Erp) -> None:
    for slug in ("one", "two"):
        erp.add_use_case(slug, in_lane(CONTACT, "customers"))
    erp.send(*(erp.event(customer("1", str(n)), use_case_slug=("one", "two")[n % 2]) for n in range(10)))
    assert set(lanes_of_queue()) == {"shared:customers"}
    drain()
    assert erp.entity("1").attributes["last_name"] == "9"
    assert erp.entity("1").version == 10


def test_lanes_of_one_name_in_two_integrations_are_two(erp: Erp, other_erp: Erp) -> None:
    for one in (erp, other_erp):
        one.add_use_case("shared", in_lane(CONTACT, "customers"))
        one.send(one.event(customer("1"), use_case_slug="shared", group_id="g"), one.event(customer("2")))
    lanes = Lane.objects.filter(name="shared:customers", sub_lane=0)
    assert set(lanes.values_list("integration_id", flat=True)) == {erp.integration.pk, other_erp.integration.pk}
    drain()
    assert InboundOutcome.objects.of(other_erp.organization).count() == 2


def test_a_lane_called_like_a_use_case_is_not_the_lane_of_that_use_case(erp: Erp) -> None:
    erp.add_use_case("other", in_lane(CONTACT, str(erp.use_case.pk)))
    assert Lane.objects.count() == 2


def test_a_group_goes_to_one_of_twenty_sub_lanes_and_always_to_the_same(erp: Erp) -> None:
    groups = [f"group {number}" for number in range(300)]
    assert {sub_lane_of(group) for group in groups} == set(range(1, 21))
    erp.send(erp.event(customer("1"), group_id="a"), group_id="b")
    erp.send(erp.event(customer("2")), group_id="a")
    [one, two] = QueuedEvent.objects.order_by("sequence").values_list("lane_id", flat=True)
    assert (one, Lane.objects.get(pk=one).sub_lane) == (two, sub_lane_of("a"))


def test_what_waits_goes_with_its_use_case_and_stays_before_what_comes_later(erp: Erp) -> None:
    erp.send(erp.event(customer("1", "before")), erp.event(customer("2"), group_id="g"))
    put_into(erp, erp.use_case, "customers")
    erp.send(erp.event(customer("1", "after")))
    assert lanes_of_queue() == ["shared:customers"] * 3
    assert set(sub_lanes_of_queue()) == {0, sub_lane_of("g")}
    drain()
    assert erp.entity("1").attributes["last_name"] == "after"


def test_others_stay_in_the_lane_that_a_use_case_leaves(erp: Erp) -> None:
    erp.add_use_case("stays", in_lane(CONTACT, "customers"))
    leaves = erp.add_use_case("leaves", in_lane(CONTACT, "customers"))
    erp.send(erp.event(customer("1"), use_case_slug="stays"), erp.event(customer("2"), use_case_slug="leaves"))
    put_into(erp, leaves, None)
    assert lanes_of_queue() == ["shared:customers", str(leaves.pk)]


def test_a_waiting_event_and_those_behind_it_go_on_in_the_new_lane_in_order(erp: Erp, clock: FixedClock) -> None:
    use_case = erp.add_use_case("by-id", BY_ID)
    wanted = uuid4()
    for name in ("first", "second"):
        erp.sync({"ID": str(wanted), "NAME": name}, use_case_slug="by-id")
    put_into(erp, use_case, "contacts")
    erp.sync({"ID": str(wanted), "NAME": "third"}, use_case_slug="by-id")
    assert QueuedEvent.objects.filter(parked=True).count() == 2
    assert ParkedKey.objects.exclude(lane_id=Lane.objects.get(name="shared:contacts").pk).count() == 0
    make_contact(erp, wanted)
    clock.move(seconds=10)
    drain()
    assert (last_name(wanted), Entity.objects.get(pk=wanted).version) == ("third", 4)
    assert not ParkedKey.objects.exists()


def test_what_was_parked_behind_a_use_case_that_left_goes_on(erp: Erp, clock: FixedClock) -> None:
    leaves = erp.add_use_case("leaves", in_lane(BY_ID, "contacts"))
    erp.add_use_case("stays", in_lane(BY_ID, "contacts"))
    wanted = uuid4()
    erp.sync({"ID": str(wanted), "NAME": "waits"}, use_case_slug="leaves")
    behind = erp.sync({"ID": str(wanted), "NAME": "behind"}, use_case_slug="stays")
    put_into(erp, leaves, None)
    make_contact(erp, wanted)
    drain()
    assert InboundOutcome.objects.get().event_id == find_id("evt_", behind.event_id)


def test_a_slice_that_was_read_before_the_change_is_not_committed(erp: Erp, clock: FixedClock) -> None:
    erp.add_use_case("other", in_lane(CONTACT, "customers"))
    erp.send(erp.event(customer("1")), erp.event(customer("2"), use_case_slug="other"))
    held = [claim(holder=name, at=clock.now()) for name in ("one", "two")]
    for lease in held:
        assert lease is not None
        begin_slice(lease, first=1, last=2)
    put_into(erp, erp.use_case, "customers")
    for lease in held:
        assert lease is not None
        with pytest.raises(LeaseLost):
            enter(lease)
    assert set(Lane.objects.values_list("slice_first", flat=True)) == {None}


def arrive_late(erp: Erp, lane: Lane) -> None:
    """An event that was routed before its use case left the lane is committed only now."""
    erp.send(erp.event(customer("1", "late")))
    QueuedEvent.objects.update(lane_id=lane.pk)
    erp.send(erp.event(customer("1", "after")))


@pytest.mark.parametrize("first_served", ["old", "new"])
def test_what_arrives_late_in_the_old_lane_is_applied_before_what_was_sent_after_its_answer(
    erp: Erp, clock: FixedClock, first_served: str
) -> None:
    old = Lane.objects.get()
    put_into(erp, erp.use_case, "customers")
    arrive_late(erp, old)
    Lane.objects.filter(pk=old.pk).update(served_at=None if first_served == "old" else clock.now())
    Lane.objects.exclude(pk=old.pk).update(served_at=clock.now() if first_served == "old" else None)
    drain()
    assert erp.entity("1").attributes["last_name"] == "after"
    assert erp.entity("1").version == 2


def test_what_arrives_late_amid_a_turn_in_the_new_lane_is_still_applied_first(
    erp: Erp, settings: LazySettings, once_a_slice_has_begun: Callable[[Callable[[], object]], None]
) -> None:
    settings.HUB_SLICE_EVENTS = 1
    old = Lane.objects.get()
    put_into(erp, erp.use_case, "customers")
    erp.send(erp.event(customer("2")), erp.event(customer("3")))

    def arrive() -> None:
        erp.send(erp.event(customer("1", "late")))
        QueuedEvent.objects.filter(pk=QueuedEvent.objects.latest("sequence").pk).update(lane_id=old.pk)
        erp.send(erp.event(customer("1", "after")))

    once_a_slice_has_begun(arrive)
    drain()
    assert (erp.entity("1").attributes["last_name"], erp.entity("1").version) == ("after", 2)


def test_a_group_met_for_the_first_time_that_arrives_late_is_found_in_its_new_lane(erp: Erp, clock: FixedClock) -> None:
    own = str(erp.use_case.pk)
    put_into(erp, erp.use_case, "customers")
    erp.send(erp.event(customer("1", "late"), group_id="g"))
    lane = Lane.objects.get(sub_lane=sub_lane_of("g"))
    late = Lane.objects.create(
        organization_id=lane.organization_id, integration_id=lane.integration_id, name=own, sub_lane=lane.sub_lane
    )
    QueuedEvent.objects.update(lane_id=late.pk)
    Lane.objects.filter(pk=late.pk).update(served_at=clock.now())
    erp.send(erp.event(customer("1", "after"), group_id="g"))
    drain()
    assert erp.entity("1").attributes["last_name"] == "after"


def test_a_use_case_that_comes_back_finds_everything_again(erp: Erp) -> None:
    erp.send(erp.event(customer("1", "one")))
    put_into(erp, erp.use_case, "customers")
    erp.send(erp.event(customer("1", "two")))
    put_into(erp, erp.use_case, None)
    erp.send(erp.event(customer("1", "three")))
    assert lanes_of_queue() == [str(erp.use_case.pk)] * 3
    drain()
    assert (erp.entity("1").attributes["last_name"], erp.entity("1").version) == ("three", 3)


def test_a_change_is_looked_after_for_a_minute(erp: Erp, clock: FixedClock) -> None:
    put_into(erp, erp.use_case, "customers")
    erp.send(erp.event(customer("1")))
    [during] = [claim(holder="one", at=clock.now())]
    LaneLeft.objects.update(left_at=clock.now())
    Lane.objects.update(leased_until=None)
    after = claim(holder="one", at=clock.now())
    assert during is not None
    assert after is not None
    assert (during.is_changing, after.is_changing) == (True, False)


def test_a_use_case_with_too_much_waiting_keeps_its_lane(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_changes, "MOST_MOVED", 1)
    erp.send(erp.event(customer("1")), erp.event(customer("2")))
    with pytest.raises(LaneTooFull):
        put_into(erp, erp.use_case, "customers")


def test_saving_without_another_lane_leaves_leases_alone(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    lease = claim(holder="one", at=clock.now())
    on_use_case_saved(use_case=erp.use_case)
    assert lease is not None
    begin_slice(lease, first=1, last=1)


def test_a_shared_lane_closes_with_its_last_use_case(erp: Erp) -> None:
    use_cases = [erp.add_use_case(slug, in_lane(CONTACT, "customers")) for slug in ("one", "two")]
    closed = []
    for use_case in use_cases:
        delete(erp, use_case)
        closed.append(Lane.objects.get(name="shared:customers").closed_at is not None)
    assert closed == [False, True]


def test_a_lane_that_its_use_case_left_is_closed_and_opens_when_it_comes_back(erp: Erp) -> None:
    closed = []
    for name in ("customers", None):
        put_into(erp, erp.use_case, name)
        closed.append(set(Lane.objects.filter(closed_at=None).values_list("name", flat=True)))
    assert closed == [{"shared:customers"}, {str(erp.use_case.pk)}]


def test_a_use_case_made_again_under_its_id_comes_after_what_still_waits_of_the_old_one(erp: Erp) -> None:
    erp.send(erp.event(customer("1", "before")))
    identifier = erp.use_case.pk
    delete(erp, erp.use_case)
    again = erp.add_use_case("customer", in_lane(CONTACT, "customers"), id=identifier)
    erp.send(erp.event(customer("1", "after")))
    assert lanes_of_queue() == ["shared:customers"] * 2
    drain()
    assert (again.pk, erp.entity("1").attributes["last_name"]) == (identifier, "after")
