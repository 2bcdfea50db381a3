"""places_of: what of an organization refers to variables, asked of every app by the wiring list ENVIRONMENT_USES."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from hub.environments.references import KEY, names_in
from hub.json_types import JSONObject, JSONValue
from hub.plugins import load

ENV = "$env"
"""How expressions name the environment."""
KEY_CHARACTERS = 128
_READ_BY_PATH = re.compile(r"\$env\s*\.\s*(?:`([^`]+)`|([a-z][a-z0-9_]*))")
_READ_BY_NAME = re.compile(r"\$lookup\s*\(\s*\$env\s*,\s*(?:\"([^\"]+)\"|'([^']+)')")
_RUN = re.compile(r"[\w.\-]+")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """named: the keys that a configuration certainly refers to. words: what may be keys in its expressions on $env."""

    named: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def has(self, key: str) -> bool:
        """Whether the key is, or may be, referred to."""
        return key in self.named or key in self.words


@dataclass(frozen=True, slots=True)
class Place:
    """What refers to variables. kind and name read as one, such as ``use case customer of ERP``; url_name: its page."""

    kind: str
    name: str
    url_name: str
    url_args: tuple[object, ...]
    mentioned: Mentioned

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class PlaceFinder(Protocol):
    """What ENVIRONMENT_USES names."""

    def __call__(self, organization_id: int) -> list[Place]:
        """What refers to any variable, oldest first; as many queries however much there is."""


def places_of(organization_id: int) -> list[Place]:
    """Whatever refers to any variable, app by app."""
    finders: list[PlaceFinder] = [load(path) for path in settings.ENVIRONMENT_USES]
    return [place for find in finders for place in find(organization_id)]


def uses_of(organization_id: int, key: str) -> list[Place]:
    """The places that refer to the key."""
    return [place for place in places_of(organization_id) if place.mentioned.has(key)]


def mentioned_in(document: JSONValue, *, declared: Iterable[str] = ()) -> Mentioned:
    """The keys that a configuration refers to anywhere; declared: those that it says it needs.

    References, env_var_ref, and what an expression reads of $env; there, whatever could be a key counts as a word,
    because expressions may put a key together as they like.
    """
    named, words = set(declared), set[str]()
    for text in _texts_in(document, named):
        named |= {name.lower() for name in names_in([text])}
        if ENV in text:
            named |= set(_read_from_env(text))
            words |= set(_words_of(text))
    return Mentioned(frozenset(named), frozenset(words))


def _texts_in(document: JSONValue, named: set[str]) -> Iterator[str]:
    """Every text, however deep; the key of each env_var_ref on the way goes to named."""
    waiting = [document]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            named |= set(_referred_to_by(each))
            waiting += each.values()


def _referred_to_by(member: JSONObject) -> Iterator[str]:
    reference = member.get("env_var_ref")
    key = reference.get("key") if isinstance(reference, dict) else None
    if isinstance(key, str):
        yield key


def _read_from_env(expression: str) -> Iterator[str]:
    for pattern in (_READ_BY_PATH, _READ_BY_NAME):
        for found in pattern.finditer(expression):
            key = found[1] or found[2]
            if KEY.fullmatch(key):
                yield key


def _words_of(expression: str) -> Iterator[str]:
    """Everything that stands between two characters of which no key consists, whole and in parts between its dots."""
    for run in _RUN.findall(expression):
        parts = run.split(".")
        for first in range(len(parts)):
            word = ""
            for part in parts[first:]:
                word = f"{word}.{part}" if word else part
                if len(word) > KEY_CHARACTERS:
                    break
                yield word
