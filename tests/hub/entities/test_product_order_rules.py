"""A status that is written by hand keeps to the rules of the moves; what an ERP says of its order is not asked."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.accounts.audit import Actor
from hub.entities.editing import change_entity, upsert_entity
from hub.entities.editor import Editor, Stale
from hub.entities.models import Entity
from hub.entities.product_order_moves import MoveNotAllowed
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from tests.builders import NOW
from tests.hub.entities.conftest import Store

pytestmark = pytest.mark.django_db


def _order(store: Store, status: str) -> UUID:
    made = store.upsert("product_order", order_number="PO-1", article_number="A-1", quantity=25, status=status)
    assert made.entity_id is not None
    return made.entity_id


def _patch(store: Store, order_id: UUID, attributes: JSONObject, *, expected: int | None = None) -> Entity:
    editor = Editor(store.organization, Actor("system"), NOW)
    return change_entity(
        editor=editor,
        schema="product_order",
        entity_id=order_id,
        attributes=attributes,
        expected=expected,
        is_whole=False,
    ).entity


@pytest.mark.parametrize("status", ["planned", "on_hold", "cancelled"])
def test_an_order_that_cannot_be_completed_is_not_by_its_status_either(store: Store, status: str) -> None:
    order_id = _order(store, status)
    with pytest.raises(MoveNotAllowed, match=f"that is {status} cannot complete: it must be released or in_progress"):
        _patch(store, order_id, {"status": "completed"})
    assert store.only("product_order").version == 1


@pytest.mark.parametrize("status", ["released", "in_progress"])
def test_one_that_can_gets_the_stamps_of_the_move(store: Store, status: str) -> None:
    written = _patch(store, _order(store, status), {"status": "completed"}).attributes
    assert (written["completed_at"], written["completed_by"]) == (timestamp(NOW), "system")


def test_stamps_that_come_along_stay_as_they_are(store: Store) -> None:
    written = _patch(store, _order(store, "released"), {"status": "completed", "completed_by": "Line 4"}).attributes
    assert written["completed_by"] == "Line 4"


def test_a_completed_order_is_reopened_by_the_move_alone(store: Store) -> None:
    order_id = _order(store, "completed")
    with pytest.raises(MoveNotAllowed, match="reopen"):
        _patch(store, order_id, {"status": "in_progress"})
    assert (
        _patch(store, order_id, {"status": "completed", "quantity_completed": 25}).attributes["quantity_completed"]
        == 25
    )


def test_a_version_that_the_caller_knows_counts_as_ever(store: Store) -> None:
    order_id = _order(store, "released")
    with pytest.raises(Stale):
        _patch(store, order_id, {"status": "completed"}, expected=7)


def test_an_upsert_by_its_number_tells_what_the_erp_says(store: Store) -> None:
    _order(store, "planned")
    editor = Editor(store.organization, Actor("system"), NOW)
    attributes: JSONObject = {"order_number": "PO-1", "status": "completed"}
    upsert_entity(editor=editor, schema="product_order", unique_key=["order_number"], attributes=attributes)
    assert store.only("product_order").attributes["status"] == "completed"
