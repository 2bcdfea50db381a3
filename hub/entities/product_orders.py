"""advance: a product order makes a move, checked, stamped and written; of two at one moment one counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import OperationalError, transaction

from hub import database
from hub.accounts.models import ApiToken, User
from hub.entities.applying import InBin, applied, read_written, refuse_restoring
from hub.entities.editor import Editor, Stale
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation
from hub.entities.product_order_moves import Fact, Move, check
from hub.errors import NotFound
from hub.json_encoding import timestamp
from hub.json_types import JSONObject, JSONValue

SCHEMA: Final = "product_order"
MOST_PIECES: Final = 1_000_000_000_000
"""More than anybody makes of anything, in whatever unit; what is larger is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Step:
    """One move of one product order. expected: the version the caller knows; who completed it: the editor if empty.

    completed: how much was made, the quantity of the order if None; rejected: left as it is if None.
    """

    move: Move
    entity_id: UUID
    expected: int | None = None
    who: str = ""
    completed: float | None = None
    rejected: float | None = None


def advance(*, editor: Editor, step: Step) -> Entity:
    """The product order after the move; status and stamps are written directly, whatever their edit modes.

    The move counts on the version that it was decided on: of two people who complete an order at one moment one does.
    Raises NotFound, InBin, Stale, MoveNotAllowed, Incomplete.
    """
    return database.retrying(lambda: _advanced(editor, step))


@transaction.atomic
def _advanced(editor: Editor, step: Step) -> Entity:
    entity = _found(editor, step)
    check(step.move, entity.attributes)
    operation = EntityOperation(
        position=0,
        schema=SCHEMA,
        identifiers={"_id": str(entity.pk)},
        attributes=_written(editor, step, entity.attributes),
        expected_version=entity.version,
    )
    try:
        result = applied(editor, operation)
    except Stale as error:
        if step.expected is None:
            raise OperationalError("The product order changed between being read and being locked.") from error
        raise
    refuse_restoring(operation, result, InBin)
    return read_written(editor, result)


def _found(editor: Editor, step: Step) -> Entity:
    entity = Entity.objects.of(editor.organization).filter(schema=SCHEMA, pk=step.entity_id).first()
    if entity is None:
        raise NotFound("There is no product_order with this id.")
    if entity.deleted_at is not None:
        raise InBin("The product order is in the recycle bin: restore it first.")
    if step.expected is not None and step.expected != entity.version:
        raise Stale(f"The product order is at version {entity.version} by now: read it again.")
    return entity


def _written(editor: Editor, step: Step, attributes: JSONObject) -> JSONObject:
    written: JSONObject = {"status": str(step.move.target), **stamps(step.move, editor, attributes, step.who)}
    if step.move.takes_amounts:
        written |= _amounts(step, attributes.get("quantity"))
    return written


def stamps(move: Move, editor: Editor, attributes: JSONObject, who: str = "") -> JSONObject:
    """What the move writes beside the status into an order with these attributes; the editor did it if who is empty."""
    return {
        name: _value_of(fact, editor, who)
        for name, fact in move.writes.items()
        if fact is not Fact.NOW_AT_FIRST or not attributes.get(name)
    }


def _value_of(fact: Fact, editor: Editor, who: str) -> str | None:
    if fact is Fact.NOTHING:
        return None
    return (who or _name_of(editor)) if fact is Fact.WHO else timestamp(editor.at)


def _amounts(step: Step, quantity: JSONValue) -> JSONObject:
    told: JSONObject = {"quantity_completed": step.completed, "quantity_rejected": step.rejected}
    if step.completed is None and isinstance(quantity, int | float) and not isinstance(quantity, bool):
        told["quantity_completed"] = quantity
    return {name: value for name, value in told.items() if value is not None}


def _name_of(editor: Editor) -> str:
    """What people know the editor by."""
    actor = editor.actor
    if actor.type == "user" and actor.id.isdigit():
        return str(User.objects.filter(pk=int(actor.id)).first() or "")
    if actor.type == "token":
        return ApiToken.objects.of(editor.organization).filter(pk=actor.id).values_list("name", flat=True).first() or ""
    return actor.type
