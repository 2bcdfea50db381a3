"""The text of an expression: where its variables stand, told apart from strings, names and regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache

PAYLOAD = "__payload"
"""The private variable that carries the original payload where the context is an item of it."""

_TOKEN = re.compile(
    r"""
      (?P<comment>/\*.*?(?:\*/|\Z))
    | (?P<string>"[^"\\]*(?:\\.[^"\\]*)*"?|'[^'\\]*(?:\\.[^'\\]*)*'?)
    | (?P<quoted>`[^`]*`?)
    | (?P<space>\s+)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<variable>\$[^\s.\[\]{}(),@#;:?+\-*/%|=<>^&!~'"`]*)
    | (?P<name>[^\s.\[\]{}(),@#;:?+\-*/%|=<>^&!~'"`]+)
    | (?P<regex>/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n\[])+/[im]*)
    | (?P<other>\*\*|.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""Names end at blanks, operators and quotes only, as in the language: ``a$$b`` is one name. What is not finished
reaches to the end."""

_ENDS_VALUE = frozenset({"string", "quoted", "variable", "number", "name", "regex"})
_CLOSING = frozenset(")]}")
_WILDCARDS = frozenset({"*", "**", "%"})
_WORD_OPERATORS = frozenset({"and", "or", "in"})

Token = tuple[str, str, int]
"""(kind, text, offset)"""


def tokens(expression: str) -> list[Token]:
    """Every token but comments and blanks; a division is of kind other."""
    found: list[Token] = []
    offset = 0
    has_value = False
    while offset < len(expression):
        kind, text = _token_at(expression, offset, has_value)
        if kind not in {"comment", "space"}:
            has_value = _ends_value(kind, text, has_value)
            found.append((kind, text, offset))
        offset += len(text)
    return found


def last_before(expression: str, end: int) -> int:
    """Where the last token before an offset begins; a bracket that opens belongs to what is called with it."""
    starts = [offset for _, text, offset in tokens(expression) if offset < end and text != "("]
    return starts[-1] if starts else 0


def _token_at(expression: str, offset: int, has_value: bool) -> tuple[str, str]:
    """A slash after a value divides; anywhere else it begins a regular expression."""
    match = _TOKEN.match(expression, offset)
    if match is None:  # cannot be: the last alternative takes any character
        return "other", expression[offset]
    kind, text = str(match.lastgroup), match.group()
    return ("other", "/") if kind == "regex" and has_value else (kind, text)


def _ends_value(kind: str, text: str, has_value: bool) -> bool:
    """May the token be the last of an operand? A star or percent sign is one where no value stands before it."""
    if text in _WILDCARDS:
        return not has_value
    if kind == "name":
        return text not in _WORD_OPERATORS
    return kind in _ENDS_VALUE or text in _CLOSING


@lru_cache(maxsize=4096)
def variables(expression: str) -> frozenset[str]:
    """The names of all variables: ``$`` for the context, ``$$`` for the payload, ``$name`` for others."""
    return frozenset(text for kind, text, _ in tokens(expression) if kind == "variable")


def with_payload_variable(expression: str) -> str:
    """The expression with every ``$$`` replaced by the private variable."""
    pieces: list[str] = []
    end = 0
    for kind, text, offset in tokens(expression):
        if kind == "variable" and text == "$$":
            pieces.append(expression[end:offset] + "$" + PAYLOAD)
            end = offset + len(text)
    return "".join(pieces) + expression[end:]


def payload_members(expression: str) -> frozenset[str] | None:
    """The members of the payload that are read as ``$$.name``; None when it is read in any other way, too."""
    return members_of(expression, "$$")


def members_of(expression: str, variable: str) -> frozenset[str] | None:
    """The members of a variable that are read as ``$variable.name``; None when it is read in any other way, too."""
    found = tokens(expression)
    names: set[str] = set()
    for position, (kind, text, _) in enumerate(found):
        if text == "%" and kind == "other":
            return None
        if kind == "variable" and text == variable:
            name = _member_after(found, position)
            if name is None:
                return None
            names.add(name)
    return frozenset(names)


def _member_after(found: list[Token], position: int) -> str | None:
    if position + 2 >= len(found) or found[position + 1][1] != ".":
        return None
    kind, text, _ = found[position + 2]
    return {"name": text, "quoted": text[1:-1]}.get(kind)


def starts_path_with(expression: str, name: str) -> bool:
    """True when some path of the expression begins with that bare name."""
    previous = ""
    for kind, text, _ in tokens(expression):
        if kind == "name" and text == name and previous != ".":
            return True
        previous = text
    return False


_SIGNATURE = re.compile(r"\)\s*(<[\s<>()?:a-zA-Z+-]*)")


def signature_depth(expression: str) -> int:
    """How deep the ``<`` after a list of parameters nest, over-estimated at worst by a chain of comparisons."""
    return max((_nesting(match[1]) for match in _SIGNATURE.finditer(expression)), default=0)


def _nesting(signature: str) -> int:
    deepest = depth = 0
    for character in signature:
        depth += (character == "<") - (character == ">")
        deepest = max(deepest, depth)
    return deepest


def place(expression: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character offset."""
    before = expression[: max(0, min(offset, len(expression)))]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
