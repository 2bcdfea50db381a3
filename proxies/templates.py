"""The placeholders of author templates: ``{{path}}``, ``{{{path}}}``, ``{{json path}}``, ``{{env.key}}``; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.env_references import REFERENCE

TEMPLATE_CHARACTERS = 64 * 1024
PLACEHOLDERS = 200
PATH_DEPTH = 20

_OPENING = re.compile(r"\\?\{\{\{?")
_NAME = r"(?:[A-Za-z_$][\w$-]*|\d+)"
_BRACKETS = r"\[[^\[\]{}]{1,200}\]"
_PATH = re.compile(rf"{_NAME}(?:\.{_NAME}|\.?{_BRACKETS})*")
_SEGMENT = re.compile(rf"{_NAME}|{_BRACKETS}")
_NOT_A_VALUE = frozenset({"this", "else", "null", "undefined", "true", "false"})


class TemplateBroken(Exception):
    """A template that is outside the grammar; the text says why."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder: where it begins and ends, and its path; an escaped one stands for its own text.

    is_raw: written with three braces, its value is not encoded. has_backslash: a reference to the environment in the
    form that downloads take as well.
    """

    start: int
    end: int
    path: str
    is_env: bool = False
    is_escaped: bool = False
    is_json: bool = False
    is_raw: bool = False
    has_backslash: bool = False

    @property
    def is_value(self) -> bool:
        """True when the caller's or an upstream's data goes in here."""
        return not self.is_env and not self.is_escaped

    def segments(self) -> list[str]:
        """The names and numbers of the path; brackets are stripped."""
        return [name.strip("[]").strip("\"'") for name in _SEGMENT.findall(self.path)]


def placeholders(template: str, *, may_hold_braces: bool = False) -> list[Placeholder]:
    """Every placeholder, in order.

    may_hold_braces: closing braces outside of placeholders are text, as in JSON. Raises TemplateBroken for blocks,
    partials, comments, helpers other than json, parent paths, braces that do not match, and oversized templates.
    """
    if len(template) > TEMPLATE_CHARACTERS:
        raise TemplateBroken(f"has more than {TEMPLATE_CHARACTERS} characters")
    found = list(_scan(template))
    if len(found) > PLACEHOLDERS:
        raise TemplateBroken(f"has more than {PLACEHOLDERS} placeholders")
    if not may_hold_braces and "}}" in literal_text(template, found, stand_in=" "):
        raise TemplateBroken("has closing braces without opening ones")
    return found


def _scan(template: str) -> Iterator[Placeholder]:
    opening = _OPENING.search(template)
    while opening is not None:
        placeholder = _one(template, opening)
        yield placeholder
        opening = _OPENING.search(template, placeholder.end)


def _one(template: str, opening: re.Match[str]) -> Placeholder:
    reference = REFERENCE.match(template, opening.start())
    if reference is not None:
        escaped = reference.group().startswith("\\")
        return Placeholder(reference.start(), reference.end(), reference.group(1), is_env=True, has_backslash=escaped)
    closing = "}}}" if opening.group().endswith("{{{") else "}}"
    end = template.find(closing, opening.end())
    if end < 0:
        raise TemplateBroken(f"has opening braces without closing ones at character {opening.start() + 1}")
    inner = template[opening.end() : end].strip()
    if opening.group().startswith("\\"):
        return Placeholder(opening.start(), end + len(closing), inner, is_escaped=True)
    return _value(inner, opening.start(), end + len(closing), is_raw=len(closing) == 3)


def _value(inner: str, start: int, end: int, *, is_raw: bool) -> Placeholder:
    is_json = inner.startswith("json ")
    path = inner.removeprefix("json ").strip()
    placeholder = Placeholder(start, end, path, is_json=is_json, is_raw=is_raw)
    if not _PATH.fullmatch(path) or placeholder.segments()[0] in _NOT_A_VALUE:
        raise TemplateBroken(f"has {{{{{inner[:60]}}}}}, which is no path such as params.name")
    if len(placeholder.segments()) > PATH_DEPTH:
        raise TemplateBroken(f"has a path of more than {PATH_DEPTH} steps")
    if placeholder.segments()[0] == "env":
        raise TemplateBroken(f"has {{{{{inner[:60]}}}}}, which is no key of the environment")
    return placeholder


def literal_text(template: str, found: list[Placeholder], *, stand_in: str) -> str:
    """The template with stand_in in place of every placeholder: what its author wrote around them."""
    ends = [0, *(one.end for one in found)]
    starts = [*(one.start for one in found), len(template)]
    return stand_in.join(template[end:start] for end, start in zip(ends, starts, strict=True))
