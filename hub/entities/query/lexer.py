"""Tokens of a query string, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hub.errors import ErrorDetail, Invalid


class InvalidQuery(Invalid):
    """A query outside the subset. position counts characters from 0."""

    code = "INVALID_QUERY"

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"The query cannot be read at character {position + 1}: {reason}.")
        self.details = (ErrorDetail("q", f"character {position + 1}: {reason}"),)
        self.position = position


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    PHRASE = "phrase"
    RANGE = "range"
    COLON = ":"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    END = "end of the query"


@dataclass(frozen=True, slots=True)
class Token:
    """One token. text is free of quotes and escapes; a word may end in a star, a range has two ends."""

    kind: Kind
    position: int
    text: str = ""
    has_star: bool = False
    high: str = ""


SPACE: Final = " \t\r\n"
ENDS_A_WORD: Final = frozenset(SPACE + '():[]{}"')
REFUSED_INSIDE: Final = frozenset("?~^")
REFUSED_IN_FRONT: Final = frozenset("+-!/&|")
OPERATORS: Final = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
SINGLE: Final = {":": Kind.COLON, "(": Kind.OPEN, ")": Kind.CLOSE}


def tokens(query: str) -> Iterator[Token]:
    """The tokens of query, the last one END. Raises InvalidQuery."""
    position = 0
    after_colon = False
    while position < len(query):
        character = query[position]
        if character in SPACE:
            position += 1
            continue
        token, position = _token(query, position, after_colon=after_colon)
        after_colon = token.kind is Kind.COLON
        yield token
    yield Token(Kind.END, len(query))


def _token(query: str, start: int, *, after_colon: bool) -> tuple[Token, int]:
    """The token that begins at start, and where it ends."""
    character = query[start]
    if character in SINGLE:
        return Token(SINGLE[character], start), start + 1
    if character == '"':
        return _phrase(query, start)
    if character == "[":
        return _range(query, start)
    if character in "]{}":
        raise InvalidQuery(start, f"{character} has no meaning here; a range is written [a TO b]")
    if character in REFUSED_IN_FRONT and not (after_colon and _is_negative_number(query, start)):
        raise InvalidQuery(start, f"{character} has no meaning here; write AND, OR, NOT, or put the text in quotes")
    return _word(query, start)


def _is_negative_number(query: str, start: int) -> bool:
    return query[start] == "-" and query[start + 1 : start + 2].isdigit()


def _phrase(query: str, start: int) -> tuple[Token, int]:
    text: list[str] = []
    position = start + 1
    while position < len(query):
        character = query[position]
        if character == '"':
            return Token(Kind.PHRASE, start, "".join(text)), position + 1
        if character == "\\":
            position += 1
            character = query[position : position + 1]
        text.append(character)
        position += 1
    raise InvalidQuery(start, "the quotation mark is never closed")


def _word(query: str, start: int) -> tuple[Token, int]:
    text: list[str] = []
    position = start
    while position < len(query) and query[position] not in ENDS_A_WORD:
        character = query[position]
        if character == "*":
            return _star(query, start, position, "".join(text))
        if character in REFUSED_INSIDE:
            raise InvalidQuery(position, f"{character} is not supported; put the text in quotes to search for it")
        if character == "\\":
            position += 1
            character = query[position : position + 1]
            if not character:
                raise InvalidQuery(position, "nothing follows the backslash")
        text.append(character)
        position += 1
    word = query[start:position]
    if word in OPERATORS:
        return Token(OPERATORS[word], start), position
    return Token(Kind.WORD, start, "".join(text)), position


def _star(query: str, start: int, star: int, text: str) -> tuple[Token, int]:
    if star + 1 < len(query) and query[star + 1] not in ENDS_A_WORD:
        raise InvalidQuery(star, "a star may only end a word")
    return Token(Kind.WORD, start, text, has_star=True), star + 1


def _range(query: str, start: int) -> tuple[Token, int]:
    end = query.find("]", start)
    if end < 0:
        raise InvalidQuery(start, "the range is never closed; it is written [a TO b]")
    parts = query[start + 1 : end].split()
    if len(parts) != 3 or parts[1] != "TO":
        raise InvalidQuery(start, "a range is written [a TO b], with * for an open end")
    low, high = (part.strip('"') for part in (parts[0], parts[2]))
    return Token(Kind.RANGE, start, low, high=high), end + 1
