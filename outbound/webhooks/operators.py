"""The operations of a condition: what each asks of the values that were found, and what it needs; pure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from hub.json_types import JSONValue
from outbound.webhooks.field_paths import Found
from outbound.webhooks.typed_values import FieldType, text_of, typed

Judge = Callable[[JSONValue, Sequence[JSONValue], FieldType], bool]
"""Does a single value satisfy an operation with these values?"""

NEGATED: Final = {
    "not_equals": "equals",
    "none_of": "any_of",
    "not_contains": "contains",
    "is_empty": "is_not_empty",
    "length_not_equals": "length_equals",
}
"""An operation that holds exactly where the other one does not."""
_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {  # Any: two values of one type, whichever it is
    "greater_than": operator.gt,
    "less_than": operator.lt,
    "greater_than_or_equals": operator.ge,
    "less_than_or_equals": operator.le,
}
_LENGTHS: Final[dict[str, Callable[[int, int], bool]]] = {"length_equals": operator.eq} | {
    f"length_{name}": compare for name, compare in _ORDERS.items()
}
ORDERING: Final = frozenset(_ORDERS)
MEASURING: Final = frozenset(_LENGTHS) | {"length_not_equals"}
WITHOUT_VALUES: Final = frozenset({"is_empty", "is_not_empty"})
MANY_VALUES: Final = frozenset(
    {"equals", "not_equals", "any_of", "none_of", "contains", "not_contains", "starts_with", "ends_with"}
)
"""Operations that hold for any one of several values; the others look at the first."""


def _equals(value: JSONValue, values: Sequence[JSONValue], type: FieldType) -> bool:
    mine = typed(value, type)
    return mine is not None and any(mine == typed(other, type) for other in values)


def _contains(value: JSONValue, values: Sequence[JSONValue], type: FieldType) -> bool:
    text = text_of(value)
    return text is not None and any(part in text for part in _texts(values))


def _starts_with(value: JSONValue, values: Sequence[JSONValue], type: FieldType) -> bool:
    return (text_of(value) or "").startswith(tuple(_texts(values))) and text_of(value) is not None


def _ends_with(value: JSONValue, values: Sequence[JSONValue], type: FieldType) -> bool:
    return (text_of(value) or "").endswith(tuple(_texts(values))) and text_of(value) is not None


def _ordered(compare: Callable[[Any, Any], bool]) -> Judge:
    def judge(value: JSONValue, values: Sequence[JSONValue], type: FieldType) -> bool:
        mine, other = typed(value, type), typed(values[0], type)
        return mine is not None and other is not None and compare(mine, other)

    return judge


def _texts(values: Sequence[JSONValue]) -> list[str]:
    return [text for text in map(text_of, values) if text is not None]


def _is_not_empty(value: JSONValue, values: Sequence[JSONValue], type: FieldType) -> bool:
    return value is not None and value not in ("", [], {})


JUDGES: Final[dict[str, Judge]] = {
    "equals": _equals,
    "any_of": _equals,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "is_not_empty": _is_not_empty,
    **{name: _ordered(compare) for name, compare in _ORDERS.items()},
}
OPERATIONS: Final = (*JUDGES, *_LENGTHS, *NEGATED)


def satisfies(found: Found, operation: str, values: Sequence[JSONValue], type: FieldType, *, by_item: bool) -> bool:
    """Do the values that were found satisfy the operation?

    by_item looks at each of several: one that satisfies is enough, and of a negated operation none may be in the way.
    Otherwise several are one list: it equals values that are all of its members, contains a member and not a part of
    one, and is empty when it has none.
    """
    if operation in NEGATED:
        return not satisfies(found, NEGATED[operation], values, type, by_item=by_item)
    if operation in _LENGTHS:
        return any(_LENGTHS[operation](length, _whole(values[0])) for length in _lengths(found, by_item=by_item))
    if found.is_many and not by_item and operation in _LIST_JUDGES:
        return _LIST_JUDGES[operation](found.values, values, type)
    return any(JUDGES[operation](value, values, type) for value in found.values)


def _is_list_of(members: Sequence[JSONValue], values: Sequence[JSONValue], type: FieldType) -> bool:
    mine = {typed(value, type) for value in members}
    return None not in mine and mine == {typed(value, type) for value in values}


def _has_member(members: Sequence[JSONValue], values: Sequence[JSONValue], type: FieldType) -> bool:
    return any(_equals(member, values, type) for member in members)


def _has_any(members: Sequence[JSONValue], values: Sequence[JSONValue], type: FieldType) -> bool:
    return bool(members)


_LIST_JUDGES: Final[dict[str, Callable[[Sequence[JSONValue], Sequence[JSONValue], FieldType], bool]]] = {
    "equals": _is_list_of,
    "contains": _has_member,
    "is_not_empty": _has_any,
}


def _lengths(found: Found, *, by_item: bool) -> list[int]:
    if by_item:
        return [_length(value) for value in found.values]
    return [len(found.values)] if found.is_many else [_length(value) for value in found.values] or [0]


def _length(value: JSONValue) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, list) else 1


def _whole(value: JSONValue) -> int:
    return value if isinstance(value, int) else 0
