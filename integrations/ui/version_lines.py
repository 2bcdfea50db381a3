"""Versions as pages list them: who made each of them when and why, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from hub.accounts.models import ApiToken, Organization, User
from hub.json_types import JSONValue
from hub.web.templatetags.source_code import json_text
from integrations.differences import ABSENT, Absent, Difference

MOST_SHOWN = 200
"""Differences that a page lists; a rewritten configuration has more than anybody reads."""
LONGEST_VALUE = 2000


class Acted(Protocol):
    """Something that somebody did."""

    actor_type: str
    actor_id: str


class VersionFacts(Protocol):
    """What a line tells of a row of a history table, whatever it is the history of."""

    @property
    def version(self) -> int:
        """Its number, from 1."""

    @property
    def history_date(self) -> datetime:
        """When it was made."""

    @property
    def actor_type(self) -> str:
        """The kind of its author."""

    @property
    def actor_id(self) -> str:
        """Its author among those of the kind."""

    @property
    def change_description(self) -> str | None:
        """Why it was made."""


@dataclass(frozen=True, slots=True)
class Line:
    """A version in the list."""

    row: VersionFacts
    author: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; None where a version has nothing."""

    path: str
    before: str | None
    after: str | None


def lines_of(organization: Organization, rows: Sequence[VersionFacts], live: int) -> list[Line]:
    """A line per version, with two queries for the names of all authors; live: the number of the one that counts."""
    names = _names(organization, rows)
    return [Line(row, names.get((row.actor_type, row.actor_id), _("the hub")), row.version == live) for row in rows]


def actors_of(organization: Organization, rows: Sequence[Acted]) -> dict[tuple[str, str], str]:
    """Kind and id of everybody who did something → what people call them; two queries."""
    names = _names(organization, rows)
    keys = {(row.actor_type, row.actor_id) for row in rows}
    return {key: names.get(key, _("the hub")) for key in keys}


def changes_of(found: Sequence[Difference]) -> dict[str, object]:
    """For _version_differences.html: the first MOST_SHOWN differences as rows, and how many more there are."""
    shown = [Change(str(one.path), _text(one.old), _text(one.new)) for one in found[:MOST_SHOWN]]
    return {"changes": shown, "hidden_changes": max(len(found) - MOST_SHOWN, 0)}


def number_of(text: str | None) -> int | None:
    """A version number of an address; what is none counts as not said."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None


def _names(organization: Organization, rows: Iterable[VersionFacts | Acted]) -> dict[tuple[str, str], str]:
    """Who made the versions, by kind and id of the actor: two queries."""
    ids: dict[str, set[str]] = {"user": set(), "token": set()}
    for row in rows:
        ids.setdefault(row.actor_type, set()).add(row.actor_id)
    people = User.objects.filter(pk__in=[one for one in ids["user"] if one.isdigit()])
    tokens = ApiToken.objects.of(organization).filter(pk__in=ids["token"])
    named = {("user", str(person.pk)): str(person) for person in people}
    named |= {("token", token.pk): _("token %(name)s") % {"name": token.name} for token in tokens}
    return named | {("operator", ""): _("the server's operator")}


def _text(value: JSONValue | Absent) -> str | None:
    if value is ABSENT or isinstance(value, Absent):
        return None
    text = value if isinstance(value, str) else json_text(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
