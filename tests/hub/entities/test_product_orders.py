"""Product orders make the moves that their status allows, each once, with what it stamps."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime

from hub.accounts.audit import Actor
from hub.entities.applying import InBin
from hub.entities.editor import Editor, Stale
from hub.entities.product_order_moves import MOVES, Incomplete, MoveNotAllowed, Status, moves_from
from hub.entities.product_orders import Step, advance
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from hub.errors import NotFound
from tests.builders import NOW, make_organization, make_token
from tests.hub.entities.conftest import delete, in_threads

pytestmark = pytest.mark.django_db

NOBODY = Actor("system")

ALLOWED = {
    "planned": {"release", "cancel"},
    "released": {"start", "complete", "cancel"},
    "in_progress": {"hold", "complete", "cancel"},
    "on_hold": {"start", "cancel"},
    "completed": {"reopen"},
    "cancelled": set(),
    "scrapped": set(),
}


@pytest.fixture
def order(store):
    """``order(status)``: a product order that can be released, and whatever else is said of it."""

    def make(status="planned", **more):
        attributes = {"order_number": "PO-1", "article_number": "A-1", "quantity": 25, "status": status} | more
        return store.upsert("product_order", **attributes).entity_id

    return make


@pytest.fixture
def move(store):
    """``move(order_id, "start")`` makes the move; the attributes afterwards."""

    def make(order_id, name, *, at=NOW, actor=NOBODY, **step):
        editor = Editor(store.organization, actor, at)
        return advance(editor=editor, step=Step(MOVES[name], order_id, **step)).attributes

    return make


@pytest.mark.parametrize(("status", "names"), ALLOWED.items())
def test_a_status_allows_its_moves_and_no_others(order, move, store, status, names):
    order_id = order(status)
    assert {one.name for one in moves_from({"status": status})} == names
    for name in MOVES.keys() - names:
        with pytest.raises(MoveNotAllowed, match=f"that is {status} cannot {name}: it must be "):
            move(order_id, name)
    assert store.only("product_order").version == 1


def test_an_order_without_a_status_is_planned(order, move):
    order_id = order(None)
    assert move(order_id, "release")["status"] == Status.RELEASED


def test_starting_stamps_when_it_was_started_first(order, move):
    order_id = order("released")
    assert move(order_id, "start")["started_at"] == "2026-01-15T08:00:00.000Z"
    move(order_id, "hold")
    resumed = move(order_id, "start", at=NOW + timedelta(hours=1))
    assert (resumed["status"], resumed["started_at"]) == ("in_progress", "2026-01-15T08:00:00.000Z")


def test_completing_stamps_when_and_by_whom_and_how_much_was_made(order, move):
    done = move(order("in_progress"), "complete", who="Ada", completed=24, rejected=1)
    assert parse_datetime(done["completed_at"]) == NOW
    assert {name: done[name] for name in ("status", "completed_by", "quantity_completed", "quantity_rejected")} == {
        "status": "completed",
        "completed_by": "Ada",
        "quantity_completed": 24,
        "quantity_rejected": 1,
    }


def test_an_order_completed_without_an_amount_is_complete_as_ordered(order, move):
    done = move(order("released"), "complete")
    assert (done["quantity_completed"], "quantity_rejected" in done) == (25, False)


def test_whoever_completes_is_named_as_people_know_them(order, move, store):
    token = make_token(organization=store.organization, name="Line 4")
    done = move(order("released"), "complete", actor=Actor("token", token.id))
    assert done["completed_by"] == "Line 4"


def test_reopening_clears_who_completed_and_when_and_allows_another_completion(order, move):
    order_id = order("released")
    move(order_id, "complete", who="Ada")
    opened = move(order_id, "reopen")
    assert (opened["status"], opened["completed_at"], opened["completed_by"]) == ("in_progress", None, None)
    assert move(order_id, "complete", who="Grace")["completed_by"] == "Grace"


@pytest.mark.parametrize(
    ("missing", "said"), [({"article_number": None}, "article or article_number"), ({"quantity": None}, "quantity")]
)
def test_what_lacks_article_or_quantity_is_not_released(order, move, missing, said):
    order_id = order(**missing)
    with pytest.raises(Incomplete, match=said):
        move(order_id, "release")


def test_a_move_from_another_version_than_the_stored_one_is_refused(order, move, store):
    order_id = order("released")
    store.upsert("product_order", order_number="PO-1", priority=3)
    with pytest.raises(Stale):
        move(order_id, "start", expected=1)
    assert move(order_id, "start", expected=2)["status"] == "in_progress"


def test_what_is_in_the_recycle_bin_makes_no_move(order, move, store):
    order_id = order("released")
    store.write(delete("product_order", order_number="PO-1"))
    with pytest.raises(InBin):
        move(order_id, "start")


def test_an_order_of_a_neighbour_is_unknown(order):
    order_id = order("released")
    editor = Editor(make_organization(), Actor("system"), NOW)
    with pytest.raises(NotFound):
        advance(editor=editor, step=Step(MOVES["start"], order_id))


def test_a_move_is_made_directly_whatever_waits_for_approval(order, move, store):
    document = {"attributes": [{"name": "status", "edit_mode": "approval"}]}
    editor = Editor(store.organization, Actor("system"), NOW)
    save_schema(editor=editor, slug="product_order", order=SchemaOrder.parse(document))
    store.organization.refresh_from_db()
    assert move(order("released"), "start")["status"] == "in_progress"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_complete_an_order_at_one_moment_one_does(file_store):
    order_id = file_store.upsert("product_order", order_number="PO-1", quantity=1, status="released").entity_id

    def complete():
        editor = Editor(file_store.organization, Actor("system"), NOW)
        try:
            advance(editor=editor, step=Step(MOVES["complete"], order_id))
        except MoveNotAllowed:
            return "refused"
        return "completed"

    assert Counter(in_threads(*[complete] * 8)) == {"completed": 1, "refused": 7}
    assert file_store.only("product_order").version == 2
