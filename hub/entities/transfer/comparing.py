"""compared_with: the wish of a row beside the entity it means: what to write, and which values do not fit; pure.

A cell that still says what the export wrote for the stored value asks for nothing, whatever the types say: 42 that
was stored as a number in an attribute of texts, or a date that never was one. Such an attribute is left out, and the
operation then holds only for the version that was compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.entities.changesets import ChangesetOrder
from hub.entities.claims import claims_of
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation
from hub.entities.schemas import misfits
from hub.entities.transfer.cells import cell_of, with_comma
from hub.entities.transfer.reading import exact_number
from hub.entities.transfer.wishes import Plan, Problem, Wish, misread
from hub.entities.values import ABSENT, deep_equal, settled
from hub.json_types import JSONObject, JSONValue


@dataclass(frozen=True, slots=True)
class Compared:
    """What to write for a row; nothing of it where there are problems."""

    operation: EntityOperation
    problems: Sequence[Problem]


def compared_with(entity: Entity | None, wish: Wish, plan: Plan, order: ChangesetOrder | None = None) -> Compared:
    """The operation of a wish whose identifiers find entity, or nothing that was there when it was looked for.

    order: what the import parks. A present value of such an attribute asks for nothing: it leaves a parked one alone.
    """
    stored: JSONObject = {} if entity is None else entity.attributes
    same = {name for name, text in wish.cells.items() if _is_same_cell(stored, name, text, plan)}
    same |= {name for name in order.parking if _is_present(stored, name, wish)} if order else set()
    problems = {name: problem for name, problem in wish.problems.items() if name not in same}
    attributes = {name: _respelled(value, stored.get(name, ABSENT)) for name, value in wish.attributes.items()}
    is_bound = False
    for name in same:
        if (
            name not in attributes
            or (order and name in order.parking)
            or not _is_settled(stored, name, attributes[name])
        ):
            attributes.pop(name, None)
            is_bound = True
    changed = {name: value for name, value in attributes.items() if not _is_settled(stored, name, value)}
    for misfit in misfits(plan.schema, changed):
        column = plan.column_of(misfit.attribute)
        subject = column if plan.columns.get(column) == misfit.attribute else f"{misfit.attribute} in {column}"
        problem = misread(column, f"{subject} is {misfit.shown}, but must be {misfit.expected}.")
        problems.setdefault(misfit.attribute, problem)
    operation = EntityOperation(
        position=wish.row,
        schema=plan.schema.slug,
        identifiers=wish.identifiers,
        attributes=attributes,
        expected_version=entity.version if entity is not None and is_bound else None,
        changesets=order,
        claims=claims_of(plan.schema, attributes, but=wish.identifiers),
    )
    return Compared(operation, list(problems.values()))


def _is_same_cell(stored: JSONObject, name: str, text: str, plan: Plan) -> bool:
    if name not in stored:
        return False
    kind = plan.kind_of(name)
    cell = cell_of(stored[name], kind)
    return text == cell or (plan.is_german and text == with_comma(cell, kind))


def _is_present(stored: JSONObject, name: str, wish: Wish) -> bool:
    return name in wish.attributes and _is_settled(stored, name, wish.attributes[name])


def _is_settled(stored: JSONObject, name: str, value: JSONValue) -> bool:
    """Whether writing the value would change nothing."""
    before = stored.get(name, ABSENT)
    return before is not ABSENT and deep_equal(settled(before, value), before)


def _respelled(value: JSONValue, before: object) -> JSONValue:
    """The value with the stored numbers in the place of the texts that spell them.

    A file has the digits of a number that is too long for JSON as a text; the hub may have stored the number.
    """
    if isinstance(value, dict) and isinstance(before, dict):
        return {name: _respelled(one, before.get(name, ABSENT)) for name, one in value.items()}
    if isinstance(value, list) and isinstance(before, list) and len(value) == len(before):
        return [_respelled(one, other) for one, other in zip(value, before, strict=True)]
    if isinstance(value, str) and isinstance(before, (int, float)) and not isinstance(before, bool):
        return before if value == cell_of(before) and value == exact_number(value) else value
    return value
