"""Prunes: what a scope is, what is kept, what is held, and what happens when nobody can say."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from msgspec.structs import replace

from hub.entities.models import Entity, EntityKeyIndex
from hub.entities.store import (
    Applied,
    EntityOperation,
    Guard,
    Outcome,
    PruneOperation,
    apply,
    prepare,
)
from hub.ids import new_id
from tests.builders import NOW, make_organization
from tests.hub.entities.conftest import SOURCE, Store, delete, operation, upsert

EAGER = Guard(most=10**9)
"""Holds nothing."""


def item(number: str, *, account: str | None = "K1", event: Any = None, **more: Any) -> EntityOperation:
    """A billing event, related to an account."""
    target = {"$entity_unique_ids": {"external_id": account}, "_schema": "billing_account"}
    link = {"billing_account": {"$relation": {"_set": [target]}}} if account else {}
    return operation("billing_event", attributes={"external_id": number, **link, **more}, event_id=event or new_id())


def prune(*keep: str, after: int = 0, **fields: Any) -> PruneOperation:
    """Of the account K1 keep these."""
    usual = {
        "position": 0, "schema": "billing_event", "is_purge": False, "anchor_schema": "billing_account",
        "terms": {"external_id": "K1"}, "guard": EAGER, "event_id": new_id(),
    }  # fmt: skip
    return PruneOperation(after=after, keep=[{"external_id": one} for one in keep], **usual | fields)


def query(*keep: str, after: int = 0, **terms: str) -> PruneOperation:
    """Of everything with these values keep these."""
    return prune(*keep, after=after, anchor_schema="", terms=terms)


def run(store: Store, *operations: EntityOperation, prunes: list[PruneOperation]) -> Applied:
    with transaction.atomic():
        prepared = prepare(operations, prunes)
        return apply(organization_id=store.organization.pk, prepared=prepared, at=NOW, source=SOURCE)


def live(store: Store) -> set[str]:
    stored = Entity.objects.of(store.organization).filter(schema="billing_event", deleted_at__isnull=True)
    return {entity.attributes["external_id"] for entity in stored}


@pytest.fixture
def filled(store: Store) -> Store:
    """Three items of K1, one of K2, one of nobody."""
    store.write(*(item(number) for number in "ABC"), item("D", account="K2"), item("E", account=None))
    return store


def test_what_points_at_the_anchor_and_is_not_kept_goes(filled: Store):
    [result] = run(filled, prunes=[prune("A")]).pruned
    assert (result.outcome, result.code, result.scope) == (Outcome.DELETED, "PRUNE_SCOPE_COMPLETED", 3)
    assert (len(result.members), live(filled)) == (2, {"A", "D", "E"})


def test_what_the_anchor_points_at_is_in_the_scope_too(store: Store):
    store.write(*(item(number, account=None) for number in "AB"))
    targets = [{"$entity_unique_ids": {"external_id": one}, "_schema": "billing_event"} for one in "AB"]
    store.write(upsert("billing_account", external_id="K1", entries={"$relation": {"_set": targets}}))
    run(store, prunes=[prune("B")])
    assert live(store) == {"B"}


def test_nothing_kept_empties_the_scope(filled: Store):
    run(filled, prunes=[prune()])
    assert live(filled) == {"D", "E"}


def test_what_is_pruned_lies_in_the_recycle_bin_with_its_event(filled: Store):
    wish = prune("A", "B")
    [result] = run(filled, prunes=[wish]).pruned
    last = filled.changes(result.members[0].entity_id)[-1]
    assert (last.operation, last.event_id, result.members[0].version) == ("deleted", wish.event_id, 1)


def test_a_purging_prune_leaves_tombstones(filled: Store):
    [result] = run(filled, prunes=[prune("A", "B", is_purge=True)]).pruned
    [change] = filled.changes(result.members[0].entity_id)
    assert (change.operation, Entity.objects.filter(pk=change.entity_id).exists()) == ("purged", False)


def test_what_the_same_event_has_created_is_never_pruned(filled: Store):
    event = new_id()
    applied = run(filled, item("N", event=event), prunes=[prune("N", after=1, event_id=event)])
    assert live(filled) == {"N", "D", "E"}
    assert applied.pruned[0].scope == 4


def test_what_an_earlier_event_of_the_call_has_added_is_in_the_scope(filled: Store):
    run(filled, item("N"), prunes=[prune("A", after=1)])
    assert live(filled) == {"A", "D", "E"}


def test_what_a_later_event_of_the_call_adds_is_not(filled: Store):
    run(filled, item("N"), prunes=[prune("A", after=0)])
    assert live(filled) == {"A", "N", "D", "E"}


def test_what_has_left_the_recycle_bin_a_moment_ago_is_in_the_scope_of_its_anchor(filled: Store):
    filled.write(delete("billing_event", external_id="B"))
    [result] = run(filled, item("B"), prunes=[prune("A", after=1)]).pruned
    assert (result.scope, live(filled)) == (3, {"A", "D", "E"})


def test_what_has_left_the_recycle_bin_a_moment_ago_answers_a_query(store: Store):
    store.write(*(item(number, account=None, kind="x") for number in "AB"))
    store.write(delete("billing_event", external_id="B"))
    run(store, item("B", account=None, kind="x"), prunes=[query("A", after=1, kind="x")])
    assert live(store) == {"A"}


def test_what_has_left_the_scope_a_moment_ago_stays(filled: Store):
    run(filled, item("B", account="K2"), prunes=[prune("A", after=1)])
    assert live(filled) == {"A", "B", "D", "E"}


def test_an_anchor_made_by_the_same_event_has_the_scope_it_was_given(store: Store):
    event = new_id()
    run(store, item("A", event=event), item("B", event=event), prunes=[prune("A", after=2, event_id=event)])
    assert live(store) == {"A"}


def test_without_an_anchor_nothing_is_pruned(filled: Store):
    [result] = run(filled, prunes=[prune(terms={"external_id": "K9"})]).pruned
    assert (result.outcome, result.scope, result.members) == (Outcome.DELETED, 0, [])
    assert len(live(filled)) == 5


def test_an_anchor_in_the_recycle_bin_is_none(filled: Store):
    filled.write(delete("billing_account", external_id="K1"))
    assert run(filled, prunes=[prune()]).pruned[0].scope == 0


def test_an_ambiguous_anchor_prunes_nothing(filled: Store):
    filled.write(upsert("billing_account", external_id="K1", other="1", by=("other",)))
    [result] = run(filled, prunes=[prune()]).pruned
    assert (result.outcome, result.code) == (Outcome.FAILED, "UNIQUE_ID_MULTIPLE_MATCHES")
    assert len(live(filled)) == 5


def test_an_anchor_may_be_named_by_its_id(filled: Store):
    anchor = Entity.objects.get(schema="billing_account", attributes__external_id="K1")
    run(filled, prunes=[prune("A", terms={"_id": str(anchor.pk)})])
    assert live(filled) == {"A", "D", "E"}


def test_a_query_takes_what_has_all_the_values(store: Store):
    for number, kind, year in (("A", "x", 1), ("B", "x", 1), ("C", "x", 2), ("D", "y", 1)):
        store.write(item(number, account=None, kind=kind, year=year))
    run(store, prunes=[query("A", kind="x", year="1")])
    assert live(store) == {"A", "C", "D"}


def test_a_query_sees_what_the_call_has_changed(store: Store):
    store.write(*(item(number, account=None, kind="x") for number in "AB"))
    changed = [item("A", account=None, kind="y"), item("N", account=None, kind="x")]
    run(store, *changed, prunes=[query(after=2, kind="x")])
    assert live(store) == {"A"}


def test_other_schemas_of_the_anchor_stay(filled: Store):
    anchor = {"$entity_unique_ids": {"external_id": "K1"}, "_schema": "billing_account"}
    filled.write(upsert("contract", contract_number="V1", billing_account={"$relation": {"_set": [anchor]}}))
    run(filled, prunes=[prune()])
    assert [entity.deleted_at for entity in filled.entities("contract")] == [None]


def test_another_organizations_entities_stay(filled: Store):
    other = Store(make_organization())
    other.write(item("A"), item("Z"))
    run(filled, prunes=[prune()])
    assert live(other) == {"A", "Z"}


@pytest.mark.parametrize(("guard", "is_held"), [
    (Guard(most=1, share=0.5), True), (Guard(most=2, share=0.5), False), (Guard(most=1, share=0.7), False),
])  # fmt: skip
def test_a_prune_beyond_both_limits_is_held(filled: Store, guard: Guard, is_held: bool):
    [result] = run(filled, prunes=[prune("A", guard=guard)]).pruned
    assert (result.code == "PRUNE_HELD", len(live(filled)) == 5) == (is_held, is_held)
    assert (len(result.members), result.scope) == (2, 3)


def test_the_writes_of_an_event_whose_prune_is_held_apply(filled: Store):
    event = new_id()
    applied = run(filled, item("N", event=event), prunes=[prune("N", after=1, guard=Guard(1, 0.1), event_id=event)])
    assert (applied.results[0].outcome, applied.pruned[0].code) == (Outcome.CREATED, "PRUNE_HELD")
    assert len(live(filled)) == 6


def test_the_prune_of_a_waiting_event_waits_with_it(filled: Store):
    event = new_id()
    waits = operation("contact", attributes={"_id": str(new_id())}, event_id=event, may_wait=True)
    applied = run(filled, waits, prunes=[prune(after=1, event_id=event)])
    assert (applied.results[0].outcome, applied.pruned[0].outcome) == (Outcome.WAITING, Outcome.WAITING)
    assert len(live(filled)) == 5


def test_nothing_is_pruned_when_an_item_that_had_to_be_created_was_there(filled: Store):
    event = new_id()
    creating = item("A", event=event, account=None)
    again = replace(creating, must_create=True)
    applied = run(filled, again, prunes=[prune("A", after=1, event_id=event, needs=[0])])
    assert (applied.results[0].code, applied.pruned[0].code) == ("ENTITY_ALREADY_EXISTS", "PRUNE_SCOPE_UNRESOLVED")
    assert len(live(filled)) == 5


def test_a_query_waits_for_an_index_that_is_being_filled(filled: Store):
    filled.write(item("F", account=None, kind="x"))
    run(filled, prunes=[query(kind="none")])
    EntityKeyIndex.objects.filter(attribute="kind").update(state="building")
    [result] = run(filled, prunes=[query(kind="x")]).pruned
    assert (result.outcome, result.code) == (Outcome.FAILED, "IDENTIFIER_INDEX_BUILDING")
    assert "F" in live(filled)


def test_what_could_not_be_written_is_kept(filled: Store):
    event = new_id()
    refused = item("A", event=event, account=None, contract={"$relation": {"_nonsense": []}})
    applied = run(filled, refused, prunes=[prune("A", after=1, event_id=event)])
    assert applied.results[0].outcome is Outcome.FAILED
    assert "A" in live(filled)


def test_what_the_anchor_has_come_to_point_at_in_the_same_call_is_in_scope(filled: Store):
    """The anchor's own relations count, also to what was made a moment ago."""
    related = {"$relation": {"_set": [{"$entity_unique_ids": {"external_id": "N"}, "_schema": "billing_event"}]}}
    event = new_id()
    anchor = operation("billing_account", attributes={"external_id": "K1", "bookings": related}, event_id=event)
    applied = run(filled, anchor, prunes=[prune("A", "B", "C", after=1, event_id=event)])
    assert (applied.pruned[0].scope, "N" in live(filled)) == (4, False)


def test_two_prunes_of_one_call_follow_each_other(filled: Store):
    first, second = run(filled, prunes=[prune("A", "B"), prune("A")]).pruned
    assert ([len(one.members) for one in (first, second)], second.scope) == ([1, 1], 2)


def test_prunes_take_no_statement_each(filled: Store, count_queries: Any):
    def statements(count: int) -> int:
        filled.write(*(item(f"{n}", account=f"{count}-{n}") for n in range(count)))
        prunes = [prune(terms={"external_id": f"{count}-{n}"}) for n in range(count)]
        with count_queries() as counted:
            run(filled, prunes=prunes)
        return len(counted)

    assert statements(2) <= statements(250) == statements(300) <= 16
