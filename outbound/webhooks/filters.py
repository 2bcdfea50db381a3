"""Conditions and holds: whether a payload is to be delivered (outbound.md section 6.5); pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.findings import CONDITION_CHARACTERS, Findings
from outbound.webhooks.field_paths import LONGEST_PATH, Found, found_at, parts_of
from outbound.webhooks.operators import MANY_VALUES, MEASURING, OPERATIONS, ORDERING, WITHOUT_VALUES, satisfies
from outbound.webhooks.typed_values import FieldType, typed

MOST_CONDITIONS: Final = 10
MOST_VALUES: Final = 1000
AND, OR = "AND", "OR"
OF_FIELDS: Final = ("field", "operation", "values", "field_type", "is_array_field", "repeatable_item_op")


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """What is asked of one field; values are as its operation needs them."""

    parts: tuple[str, ...]
    operation: str
    values: tuple[JSONValue, ...] = ()
    type: FieldType = FieldType.STRING
    is_array: bool = False
    by_item: bool = False

    def holds(self, payload: JSONValue) -> bool:
        """Whether the payload satisfies it."""
        found = found_at(payload, self.parts)
        if self.is_array and not found.is_many:
            found = Found(tuple(value for value in found.values if value is not None), True)
        return satisfies(found, self.operation, self.values, self.type, by_item=self.by_item)


@dataclass(frozen=True, slots=True)
class Pending:
    """Neither yes nor no: somebody has to evaluate the expressions on the payload, and then ask settle."""

    expressions: tuple[str, ...]
    operator: str

    def settle(self, answers: Sequence[bool]) -> bool:
        """answers: for each expression, in their order, whether its result counts as true."""
        return all(answers) if self.operator == AND else any(answers)


@dataclass(frozen=True, slots=True)
class Conditions:
    """A group of conditions, and the older filter, which has to hold besides."""

    fields: tuple[FieldCondition, ...] = ()
    expressions: tuple[str, ...] = ()
    operator: str = AND
    older: FieldCondition | None = None

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath, findings: Findings) -> Self:
        """The members filterConditions and filter of a webhook; notes what is wrong."""
        place = at.key("filterConditions")
        group = findings.optional_object(raw.get("filterConditions"), place) or {}
        operator = findings.optional_word(
            group.get("logical_operator"), place.key("logical_operator"), (AND, OR), default=AND
        )
        fields: list[FieldCondition] = []
        expressions: list[str] = []
        listed = findings.objects(group.get("conditions"), place.key("conditions"), most=MOST_CONDITIONS)
        for one, inner in listed:
            if one.get("jsonata_expression") is None:
                fields.append(_field_condition(one, inner, findings))
            else:
                expressions.append(_expression(one, inner, findings))
        return cls(tuple(fields), tuple(expressions), operator, _older(raw.get("filter"), at.key("filter"), findings))


def holds(conditions: Conditions, payload: JSONValue) -> bool | Pending:
    """True or False, or what has to be evaluated before that can be said."""
    if conditions.older is not None and not conditions.older.holds(payload):
        return False
    if not conditions.fields and not conditions.expressions:
        return True
    answers = (condition.holds(payload) for condition in conditions.fields)
    if conditions.operator == AND:
        is_open = all(answers)
        return Pending(conditions.expressions, AND) if is_open and conditions.expressions else is_open
    if any(answers):
        return True
    return Pending(conditions.expressions, OR) if conditions.expressions else False


def _expression(raw: JSONObject, at: JSONPath, findings: Findings) -> str:
    findings.refuse(raw, at, OF_FIELDS, "is not allowed beside jsonata_expression")
    place = at.key("jsonata_expression")
    return findings.expression(raw.get("jsonata_expression"), place, most_characters=CONDITION_CHARACTERS)


def _field_condition(raw: JSONObject, at: JSONPath, findings: Findings) -> FieldCondition:
    operation = findings.word(raw.get("operation"), at.key("operation"), OPERATIONS)
    type = FieldType(
        findings.optional_word(raw.get("field_type"), at.key("field_type"), _TYPES, default=FieldType.STRING.value)
    )
    if operation in ORDERING and type is FieldType.BOOLEAN:
        findings.error(at.key("operation"), "cannot order what is true or false")
    return FieldCondition(
        parts=_parts(raw.get("field"), at.key("field"), findings),
        operation=operation,
        values=_values(raw.get("values"), at.key("values"), findings, operation, type),
        type=type,
        is_array=findings.optional_boolean(raw.get("is_array_field"), at.key("is_array_field")),
        by_item=findings.optional_boolean(raw.get("repeatable_item_op"), at.key("repeatable_item_op")),
    )


_TYPES: Final = tuple(one.value for one in FieldType)


def _parts(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[str, ...]:
    text = findings.text(raw, at, longest=LONGEST_PATH)
    parts = parts_of(text)
    if text and "" in parts:
        findings.error(at, "must be names and numbers with dots between them, such as customer.tags.0")
    return parts


def _values(raw: JSONValue, at: JSONPath, findings: Findings, operation: str, type: FieldType) -> tuple[JSONValue, ...]:
    if operation in WITHOUT_VALUES:
        return ()
    values = findings.items(raw, at, least=1, most=MOST_VALUES)
    if operation in MEASURING:
        return tuple(_length(value, at.index(position), findings) for position, value in enumerate(values[:1]))
    if operation not in MANY_VALUES and len(values) > 1:
        findings.warn(at.index(1), f"is not looked at: {operation} takes one value")
    for position, value in enumerate(values):
        if typed(value, type) is None:
            findings.error(at.index(position), f"must be a {type}")
    return tuple(values)


def _length(raw: JSONValue, at: JSONPath, findings: Findings) -> int:
    number = typed(raw, FieldType.NUMBER)
    text = str(number)
    if number is not None and text.isdecimal() and len(text) <= 9:
        return int(text)
    findings.error(at, "must be a whole number of 0 or more")
    return 0


def _older(raw: JSONValue, at: JSONPath, findings: Findings) -> FieldCondition | None:
    older = findings.optional_object(raw, at)
    if older is None or not isinstance(raw, dict):
        return None
    parts = _parts(older.get("keyToFilter"), at.key("keyToFilter"), findings)
    values = _values(older.get("supportedValues"), at.key("supportedValues"), findings, "any_of", FieldType.STRING)
    return FieldCondition(parts, "any_of", values, by_item=True)
