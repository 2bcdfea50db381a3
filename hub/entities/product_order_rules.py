"""ruled: a status that somebody writes by hand keeps to what the moves of product orders allow (core-catalog 2.5)."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from hub.entities.editor import Editor
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation
from hub.entities.product_order_moves import MOVES, MoveNotAllowed, Status, check
from hub.entities.product_orders import SCHEMA, stamps

STATUS: Final = "status"
COMPLETE: Final = MOVES["complete"]


def ruled(editor: Editor, operation: EntityOperation) -> EntityOperation:
    """The operation as it may be carried out; its expected_version is that on which this was decided.

    A product order that is written by its id becomes completed from the statuses that the move allows, with the move's
    stamps, unless it brings its own; and it is reopened by the move alone, which is for administrators. What an ERP
    says of its order, by an event or by an upsert with the order's number, is not asked: it tells what has happened.
    Raises MoveNotAllowed.
    """
    if operation.schema != SCHEMA or STATUS not in operation.attributes or "_id" not in operation.identifiers:
        return operation
    entity = Entity.objects.of(editor.organization).filter(schema=SCHEMA, pk=operation.identifiers["_id"]).first()
    if entity is None or entity.attributes.get(STATUS) == operation.attributes[STATUS]:
        return operation
    attributes = operation.attributes
    if attributes[STATUS] == Status.COMPLETED:
        check(COMPLETE, entity.attributes)
        attributes = {**stamps(COMPLETE, editor, entity.attributes), **attributes}
    elif entity.attributes.get(STATUS) == Status.COMPLETED:
        raise MoveNotAllowed(
            "A product order that is completed is reopened by the move reopen, which administrators may make."
        )
    expected = entity.version if operation.expected_version is None else operation.expected_version
    return replace(operation, attributes=attributes, expected_version=expected)
