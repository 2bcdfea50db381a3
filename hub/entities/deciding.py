"""apply_changeset and dismiss_changeset: somebody decides about a parked value; the audit trail says who and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from hub import database
from hub.accounts.audit import Act, record
from hub.entities.applying import InBin, applied, applied_claiming, read_written, refuse_restoring
from hub.entities.changesets import ChangesetOrder, changesets_in
from hub.entities.editor import Editor
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation, OperationResult, Outcome
from hub.errors import NotFound
from hub.json_types import JSONObject

LONGEST_REASON: Final = 500
"""Characters of the reason of a decision."""


@dataclass(frozen=True, slots=True)
class Parked:
    """What is decided about: the parked value of an attribute. expected: the version of the entity the caller knows."""

    schema: str
    entity_id: UUID
    attribute: str
    expected: int | None = None


def apply_changeset(*, editor: Editor, parked: Parked, reason: str) -> Entity:
    """Write the parked value as it is when the entity is locked, and end the changeset.

    An amount and its decimal and currency are decided about together. Raises NotFound where nothing is parked,
    Stale, InBin, and AlreadyExists where it is an identifier of another entity.
    """
    order = ChangesetOrder(applying=(parked.attribute,))
    return database.retrying(lambda: _decided(editor, parked, order, "changeset.apply", reason))


def dismiss_changeset(*, editor: Editor, parked: Parked, reason: str) -> Entity:
    """End the changeset and leave the attribute as it is. Raises as apply_changeset does."""
    order = ChangesetOrder(dismissing=(parked.attribute,))
    return database.retrying(lambda: _decided(editor, parked, order, "changeset.dismiss", reason))


@transaction.atomic
def _decided(editor: Editor, parked: Parked, order: ChangesetOrder, action: str, reason: str) -> Entity:
    operation = EntityOperation(
        position=0,
        schema=parked.schema,
        identifiers={"_id": str(parked.entity_id)},
        attributes={},
        expected_version=parked.expected,
        changesets=order,
    )
    result = _applied(editor, operation, order) if order.applying else applied(editor, operation)
    refuse_restoring(operation, result, InBin)
    if result.outcome is Outcome.NO_OP:
        raise NotFound(f"No value of {parked.attribute} is parked.")
    entity = read_written(editor, result)
    record(
        organization=editor.organization, actor=editor.actor, act=_told(action, parked, entity, reason), at=editor.at
    )
    return entity


def _applied(editor: Editor, operation: EntityOperation, order: ChangesetOrder) -> OperationResult:
    """An attribute may have become an identifier after a value was parked for it."""

    def parked_values(entity: Entity) -> JSONObject:
        parked = changesets_in(entity.attributes)
        return {name: parked[name].get("value") for name in order.applying if name in parked}

    return applied_claiming(editor, operation, parked_values)


def _told(action: str, parked: Parked, entity: Entity, reason: str) -> Act:
    """The value itself is not told: it may be an account, and the history has it."""
    facts: JSONObject = {
        "schema": entity.schema,
        "attribute": parked.attribute,
        "version": entity.version,
        "reason": reason,
    }
    return Act(action, "entity", str(entity.pk), facts)
