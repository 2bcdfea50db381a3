"""find_unbound: the first variable of an expression that nothing gives a value; pure."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Final, NamedTuple

from hub.jsonata.source import Token, place, tokens

FUNCTIONS: Final = frozenset({
    "$sum", "$count", "$max", "$min", "$average", "$string", "$substring", "$substringBefore", "$substringAfter",
    "$lowercase", "$uppercase", "$length", "$trim", "$pad", "$match", "$contains", "$replace", "$split", "$join",
    "$formatNumber", "$formatBase", "$formatInteger", "$parseInteger", "$number", "$floor", "$ceil", "$round", "$abs",
    "$sqrt", "$power", "$boolean", "$not", "$map", "$zip", "$filter", "$single", "$reduce", "$sift", "$keys",
    "$lookup", "$append", "$exists", "$spread", "$merge", "$reverse", "$each", "$error", "$assert", "$type", "$sort",
    "$shuffle", "$distinct", "$base64encode", "$base64decode", "$encodeUrlComponent", "$encodeUrl",
    "$decodeUrlComponent", "$decodeUrl", "$toMillis", "$fromMillis", "$default", "$mapValue", "$mapKey",
})  # fmt: skip
"""What every expression may call: functions of the language and of the hub. Clock and chance are no part of it, since
they are facts that not every place binds; nor is $eval, which the hub takes away."""
CONTEXT: Final = frozenset({"$", "$$"})
_FUNCTION_WORDS: Final = frozenset({"function", "λ"})
_BINDS_NEXT: Final = frozenset({"@", "#"})
"""Before a variable: it gets the item of a path, or its number."""


class Unbound(NamedTuple):
    """A variable without a value, and where it first stands; line and column count from 1."""

    name: str
    line: int
    column: int


def find_unbound(expression: str, known: Set[str]) -> Unbound | None:
    """The first variable that is neither in known, a function, nor bound by the expression itself; None without one.

    known are names with their ``$``. A name that is bound anywhere counts as bound everywhere: nothing is called
    unbound that has a value, while one that is used outside its block may be missed.
    """
    found = tokens(expression)
    has_value = known | FUNCTIONS | CONTEXT | set(_bound(found))
    for kind, text, offset in found:
        if kind == "variable" and text not in has_value:
            return Unbound(text, *place(expression, offset))
    return None


def _bound(found: list[Token]) -> Iterator[str]:
    texts = [text for _, text, _ in found]
    for position, (kind, text, _) in enumerate(found):
        if kind == "variable" and (
            texts[position + 1 : position + 3] == [":", "="] or _follows_binder(texts, position)
        ):
            yield text
        elif kind == "name" and text in _FUNCTION_WORDS:
            yield from _parameters(found[position + 1 :])


def _follows_binder(texts: list[str], position: int) -> bool:
    return position > 0 and texts[position - 1] in _BINDS_NEXT


def _parameters(rest: list[Token]) -> Iterator[str]:
    """Up to the bracket that ends the list."""
    for kind, text, _ in rest:
        if text == ")":
            return
        if kind == "variable":
            yield text
