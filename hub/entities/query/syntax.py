"""parse: a query string as a tree of conditions; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hub.entities.query.lexer import InvalidQuery, Kind, Token, tokens

LONGEST_QUERY: Final = 4_000
MOST_TERMS: Final = 100
DEEPEST: Final = 20
"""Bounds of a query; no everyday one comes near them, and each term costs the database time."""

_FIELD: Final = re.compile(r"[\w-]+(\.[\w-]+)*")


@dataclass(frozen=True, slots=True)
class Equals:
    """The value is this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """The value begins with this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Present:
    """There is a value that is not null."""


@dataclass(frozen=True, slots=True)
class Range:
    """The value lies between two ends, both included; None is open."""

    low: str | None
    high: str | None


Test = Equals | Prefix | Present | Range


@dataclass(frozen=True, slots=True)
class Term:
    """A test of one field; field None is a bare word."""

    field: str | None
    test: Test
    position: int


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


Node = Term | And | Or | Not


def parse(query: str) -> Node:
    """The tree of query; neighbours without an operator must both hold. Raises InvalidQuery with the position."""
    if len(query) > LONGEST_QUERY:
        raise InvalidQuery(LONGEST_QUERY, f"a query has at most {LONGEST_QUERY} characters")
    for position, character in enumerate(query):
        if character == "\x00" or "\ud800" <= character <= "\udfff":
            raise InvalidQuery(position, "this character cannot be part of any value")
    parser = _Parser(list(tokens(query)))
    node = parser.alternatives(0)
    parser.expect(Kind.END)
    return node


class _Parser:
    """Recursive descent: OR binds weakest, then AND, then NOT."""

    def __init__(self, all_tokens: list[Token]) -> None:
        self.tokens = all_tokens
        self.place = 0
        self.terms = 0

    @property
    def token(self) -> Token:
        """The token that is looked at."""
        return self.tokens[self.place]

    def expect(self, kind: Kind) -> Token:
        """Step over a token of that kind."""
        token = self.token
        if token.kind is not kind:
            raise InvalidQuery(token.position, f"expected {kind}, found {token.text or token.kind}")
        self.place += 1
        return token

    def alternatives(self, depth: int) -> Node:
        """a OR b OR …"""
        parts = [self.conjunction(depth)]
        while self.token.kind is Kind.OR:
            self.place += 1
            parts.append(self.conjunction(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def conjunction(self, depth: int) -> Node:
        """a AND b c …"""
        parts = [self.negation(depth)]
        while self.token.kind not in {Kind.OR, Kind.CLOSE, Kind.END}:
            if self.token.kind is Kind.AND:
                self.place += 1
            parts.append(self.negation(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negation(self, depth: int) -> Node:
        """NOT a"""
        if self.token.kind is not Kind.NOT:
            return self.group(depth)
        if depth >= DEEPEST:
            raise InvalidQuery(self.token.position, f"the query is nested deeper than {DEEPEST} levels")
        self.place += 1
        return Not(self.negation(depth + 1))

    def group(self, depth: int) -> Node:
        """A term, or alternatives in parentheses."""
        if self.token.kind is not Kind.OPEN:
            return self.term()
        if depth >= DEEPEST:
            raise InvalidQuery(self.token.position, f"the query is nested deeper than {DEEPEST} levels")
        self.place += 1
        node = self.alternatives(depth + 1)
        self.expect(Kind.CLOSE)
        return node

    def term(self) -> Term:
        """field:test, or a bare word."""
        token = self.token
        if token.kind not in {Kind.WORD, Kind.PHRASE}:
            raise InvalidQuery(token.position, f"expected a term, found {token.text or token.kind}")
        self._count(token)
        self.place += 1
        if self.token.kind is not Kind.COLON:
            return Term(None, _test(token), token.position)
        if token.kind is Kind.PHRASE or token.has_star or not _FIELD.fullmatch(token.text):
            raise InvalidQuery(token.position, "what stands before the colon is no attribute")
        self.place += 1
        return Term(token.text, self._field_test(), token.position)

    def _field_test(self) -> Test:
        token = self.token
        if token.kind not in {Kind.WORD, Kind.PHRASE, Kind.RANGE}:
            raise InvalidQuery(token.position, f"expected a value, found {token.text or token.kind}")
        self.place += 1
        if self.token.kind is Kind.COLON:
            raise InvalidQuery(self.token.position, "put a value that contains a colon in quotes")
        return _test(token)

    def _count(self, token: Token) -> None:
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise InvalidQuery(token.position, f"a query has at most {MOST_TERMS} terms")


def _test(token: Token) -> Test:
    if token.kind is Kind.RANGE:
        return Range(_end(token.text), _end(token.high))
    if token.has_star:
        return Prefix(token.text) if token.text else Present()
    return Equals(token.text)


def _end(text: str) -> str | None:
    return None if text == "*" else text
