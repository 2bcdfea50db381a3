"""Pruning: what a group did not name goes, unless it is unclear or too much; and the approval of what was held."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError

from hub.entities.prunes import Guard
from hub.entities.readings.writing import Matching, ReadingOutcome, delete_readings, prunes_of
from hub.ids import new_id
from tests.builders import NOW
from tests.cast import Stage
from tests.hub.entities.readings.conftest import EVENT, Readings

LATER = NOW + timedelta(hours=1)
OTHER = UUID(int=8)


@pytest.fixture
def five(readings: Readings) -> Readings:
    """Readings R-0 to R-4."""
    readings.write(*[readings.wish(f"R-{number}", timestamp=f"2026-01-0{number + 1}") for number in range(5)])
    return readings


def test_what_is_not_named_goes(five: Readings):
    group = [five.wish("R-1", position=3), five.wish("R-9")]
    written = five.write(*group, prunes=prunes_of(group))
    [pruned] = written.prunes
    assert (pruned.position, pruned.code, pruned.scope_size) == (3, "PRUNE_SCOPE_COMPLETED", 6)
    assert pruned.external_ids == ("R-0", "R-2", "R-3", "R-4")
    assert len(pruned.reading_ids) == 4
    assert five.ids() == ["R-1", "R-9"]


def test_nothing_to_delete_is_a_result_too(five: Readings):
    [pruned] = five.write(prunes=[five.prune(*[f"R-{number}" for number in range(5)])]).prunes
    assert (pruned.code, pruned.reading_ids, pruned.scope_size) == ("PRUNE_SCOPE_COMPLETED", (), 5)


def test_a_scope_without_readings_is_emptied(five: Readings):
    assert len(five.write(prunes=[five.prune()]).prunes[0].reading_ids) == 5
    assert five.stored() == []


def test_other_counters_and_meters_are_not_touched(five: Readings):
    other_counter, other_meter = five.made("meter_counter", "C-2"), five.made("meter", "M-2")
    five.write(five.wish("S-1", counter_id=other_counter), five.wish("S-2", meter_id=other_meter))
    five.write(five.wish("S-3", counter_id=None))
    five.write(prunes=[five.prune()])
    assert five.ids() == ["S-1", "S-2", "S-3"]


def test_without_a_counter_the_scope_is_the_meter(five: Readings):
    five.write(five.wish("S-1", counter_id=five.made("meter_counter", "C-2")), five.wish("S-2", counter_id=None))
    five.write(prunes=[five.prune("R-1", counter_id=None)])
    assert five.ids() == ["R-1"]


def test_readings_without_external_id_go_only_when_the_source_is_named(readings: Readings):
    readings.from_portal("2026-01-01T10:00:00Z", source="ERP")
    readings.from_portal("2026-01-02T10:00:00Z", source="ECP")
    readings.write(prunes=[readings.prune()])
    assert len(readings.stored()) == 2
    readings.write(prunes=[readings.prune(reading_source="ERP")])
    assert [row.source for row in readings.stored()] == ["ECP"]


def test_a_source_restricts_what_may_go(five: Readings):
    five.write(five.wish("R-9", source="360"))
    five.write(prunes=[five.prune("R-0", reading_source="ERP")])
    assert five.ids() == ["R-0", "R-9"]


def test_an_invalid_reading_with_an_external_id_is_kept(five: Readings):
    group = [five.wish("R-1", value="x"), five.wish(4711, value="x")]
    five.write(five.wish("4711"))
    five.write(*group, prunes=prunes_of(group))
    assert five.ids() == ["4711", "R-1"]


@pytest.mark.parametrize("external_id", [None, "", "  ", True, []])
def test_a_reading_without_external_id_keeps_its_group_from_being_pruned(five: Readings, external_id: object):
    other = five.made("meter_counter", "C-2")
    five.write(five.wish("S-1", counter_id=other))
    group = [five.wish("R-1"), five.wish(external_id), five.wish("S-2", counter_id=other)]
    unclear, clear = five.write(*group, prunes=prunes_of(group)).prunes
    assert (unclear.code, unclear.reading_ids) == ("PRUNE_SCOPE_UNRESOLVED", ())
    assert (clear.code, clear.external_ids) == ("PRUNE_SCOPE_COMPLETED", ("S-1",))
    assert len(five.stored()) == 6


def test_a_group_has_one_event_meter_and_counter(readings: Readings):
    wishes = [readings.wish("R-1", position=1), readings.wish("R-2"), readings.wish("R-3", event_id=OTHER, position=2)]
    prunes = prunes_of(wishes, reading_source="ERP", after=3)
    assert [(one.event_id, one.position, one.reading_source, one.after) for one in prunes] == [
        (EVENT, 1, "ERP", 3), (OTHER, 2, "ERP", 3)
    ]  # fmt: skip
    assert [sorted(one.keep) for one in prunes] == [["R-1", "R-2"], ["R-3"]]


def test_those_that_could_have_been_meant_are_kept(five: Readings):
    five.from_portal("2026-02-01T08:00:00Z", source="ERP")
    five.from_portal("2026-02-01T09:00:00Z", source="ERP")
    group = [five.wish("R-9", timestamp="2026-02-01", matching=Matching.STRICT_DATE)]
    written = five.write(*group, prunes=prunes_of(group, reading_source="ERP"))
    assert written.readings[0].code == "READING_MATCH_AMBIGUOUS"
    assert five.ids() == ["", ""]


def test_a_refused_create_deletes_nothing(five: Readings):
    group = [five.wish("R-1", must_create=True, event_id=OTHER), five.wish("R-9", must_create=True, event_id=OTHER)]
    written = five.write(*group, prunes=prunes_of(group))
    assert [result.code for result in written.readings] == ["ENTITY_ALREADY_EXISTS", "METER_READING_UPSERTED"]
    assert written.prunes[0].code == "PRUNE_SCOPE_UNRESOLVED"
    assert len(five.stored()) == 6


def test_a_prune_sees_what_the_same_call_did_before_it(five: Readings):
    five.from_portal("2026-02-01T08:00:00Z", source="ECP")
    echo = five.wish("R-9", timestamp="2026-02-01", matching=Matching.STRICT_DATE)
    wishes = [echo, five.delete("R-0"), five.wish("R-1", source="360")]
    [pruned] = five.write(*wishes, prunes=[five.prune("R-9", reading_source="ERP")]).prunes
    assert (pruned.external_ids, pruned.scope_size) == (("R-2", "R-3", "R-4"), 4)
    assert five.ids() == ["R-1", "R-9"]


def test_what_comes_after_a_prune_finds_nothing_of_what_it_deleted(five: Readings):
    later = five.wish("R-1", value=9, event_id=OTHER)
    written = five.write(five.wish("R-0"), later, prunes=[five.prune("R-0", after=1)])
    assert written.readings[1].outcome is ReadingOutcome.CREATED
    assert [(row.external_id, row.value) for row in five.stored()] == [("R-0", 1), ("R-1", 9)]


def test_prunes_of_several_events_follow_one_another(five: Readings):
    prunes = [five.prune("R-1", after=0), five.prune("R-9", event_id=OTHER)]
    first, second = five.write(five.wish("R-9", event_id=OTHER), prunes=prunes).prunes
    assert (first.scope_size, first.external_ids) == (5, ("R-0", "R-2", "R-3", "R-4"))
    assert (second.scope_size, second.external_ids) == (2, ("R-1",))
    assert five.ids() == ["R-9"]


class TestGuard:
    @pytest.mark.parametrize(
        ("limits", "is_held"),
        [
            (Guard(3, 0.5), True),
            (Guard(4, 0.5), False),
            (Guard(3, 0.8), False),
            (Guard(3, 0.79), True),
            (Guard(0, 0), True),
            (None, False),
        ],
    )
    def test_more_than_so_many_and_more_than_such_a_share_is_held(
        self, five: Readings, limits: Guard | None, is_held: bool
    ):
        [pruned] = five.write(prunes=[five.prune("R-0")], limits=limits).prunes
        assert pruned.code == ("PRUNE_HELD" if is_held else "PRUNE_SCOPE_COMPLETED")
        assert pruned.external_ids == ("R-1", "R-2", "R-3", "R-4")
        assert len(five.stored()) == (5 if is_held else 1)

    def test_the_upserts_of_a_held_prune_still_apply(self, five: Readings):
        group = [five.wish("R-9")]
        five.write(*group, prunes=prunes_of(group), limits=Guard(1, 0.1))
        assert len(five.stored()) == 6

    def test_each_prune_is_measured_for_itself(self, five: Readings):
        other = five.made("meter_counter", "C-2")
        five.write(five.wish("S-1", counter_id=other))
        prunes = [five.prune(), five.prune(counter_id=other)]
        held, done = five.write(prunes=prunes, limits=Guard(1, 0.1)).prunes
        assert (held.code, done.code) == ("PRUNE_HELD", "PRUNE_SCOPE_COMPLETED")


class TestApproval:
    def approve(self, readings: Readings, *ids: UUID) -> tuple[int, int]:
        answer = delete_readings(organization_id=readings.organization.pk, ids=ids, unchanged_since=LATER)
        return len(answer.deleted), len(answer.kept)

    def test_what_was_held_is_deleted_but_for_what_changed_since(self, five: Readings):
        [held] = five.write(prunes=[five.prune()], at=LATER, limits=Guard(0, 0)).prunes
        five.write(five.wish("R-1", value=5), at=LATER + timedelta(seconds=1))
        five.write(five.wish("R-2", value=5), at=LATER)
        five.write(five.delete("R-3"), at=LATER)
        assert self.approve(five, *held.reading_ids) == (2, 3)
        assert five.ids() == ["R-1", "R-2"]
        assert self.approve(five) == (0, 0)

    def test_readings_of_another_organization_are_kept(self, five: Readings, stage: Stage):
        neighbour = Readings(stage.next_door)
        assert self.approve(neighbour, *[row.pk for row in five.stored()], new_id()) == (0, 6)
        assert len(five.stored()) == 5

    @pytest.mark.django_db(transaction=True)
    def test_it_needs_a_transaction(self):
        assert not connection.in_atomic_block
        with pytest.raises(TransactionManagementError):
            delete_readings(organization_id=1, ids=[new_id()], unchanged_since=NOW)
