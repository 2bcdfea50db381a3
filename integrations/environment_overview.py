"""overview: every variable of an organization with what refers to it, and the keys that are needed without a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hub.accounts.models import Organization
from hub.environments.models import Variable
from hub.environments.queries import variables_of
from hub.environments.resolve import open_values, unreadable_in
from hub.environments.uses import Place, places_of
from hub.environments.values import stored_form
from hub.json_types import JSONValue
from integrations.declared_variables import Declaration, declarations_of


class Holding(StrEnum):
    """Whether there is a value."""

    SET = "set"
    EMPTY = "empty"
    """None is held."""
    UNREADABLE = "unreadable"
    """One is held, and no master key opens it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One variable. text: its value as people read it, "" for a secret and where there is none."""

    variable: Variable
    holding: Holding
    text: str
    uses: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """A key that something refers to or declares, and that has no value. variable: the one that lacks it, if any."""

    key: str
    variable: Variable | None
    uses: tuple[Place, ...]
    declarations: tuple[Declaration, ...]

    @property
    def is_required(self) -> bool:
        """Whether an integration says so, or something refers to it without anybody declaring it."""
        return not self.declarations or any(one.is_required for one in self.declarations)

    @property
    def declaration(self) -> Declaration | None:
        """What tells most about it."""
        return max(self.declarations, key=lambda one: one.is_required, default=None)


@dataclass(frozen=True, slots=True)
class Overview:
    """lines by group and key, those without a group last; missing: required ones first."""

    lines: Sequence[Line]
    missing: Sequence[Need]


def overview(organization: Organization, words: str = "") -> Overview:
    """Everything that has words in its key, description, group or label; as many queries however much there is."""
    variables, places = variables_of(organization), places_of(organization.pk)
    found = sorted((one for one in variables if _matches(words, _words_of(one))), key=_by_group)
    unreadable = unreadable_in(organization.pk, found)
    values = open_values(organization.pk, [one for one in found if one.key not in unreadable])
    missing = missing_of(variables, places, declarations_of(organization))
    return Overview(
        lines=[_line(one, unreadable, values, places) for one in found],
        missing=[need for need in missing if _matches(words, [need.key, *(one.label for one in need.declarations)])],
    )


def missing_of(
    variables: Iterable[Variable], places: Sequence[Place], declarations: Sequence[Declaration]
) -> list[Need]:
    """The keys without a value, with what needs them."""
    known = {one.key: one for one in variables}
    held = {key for key, one in known.items() if one.sealed is not None}
    wanted = {key for place in places for key in place.mentioned.named} - held
    needs = [
        Need(
            key=key,
            variable=known.get(key),
            uses=tuple(place for place in places if key in place.mentioned.named),
            declarations=tuple(one for one in declarations if one.key == key),
        )
        for key in sorted(wanted)
    ]
    return sorted(needs, key=lambda need: not need.is_required)


def holding_of(variable: Variable | None, unreadable: frozenset[str]) -> Holding:
    """What is held under a key; None: there is no such variable."""
    if variable is None or variable.sealed is None:
        return Holding.EMPTY
    return Holding.UNREADABLE if variable.key in unreadable else Holding.SET


def value_text(value: JSONValue) -> str:
    """A value as people read it in one line."""
    return value if isinstance(value, str) else stored_form(value).decode()


def _line(
    variable: Variable, unreadable: frozenset[str], values: Mapping[str, JSONValue], places: Sequence[Place]
) -> Line:
    return Line(
        variable=variable,
        holding=holding_of(variable, unreadable),
        text=value_text(values[variable.key]) if variable.key in values else "",
        uses=tuple(place for place in places if place.mentioned.has(variable.key)),
    )


def _by_group(variable: Variable) -> tuple[bool, str, str, str]:
    name = variable.group.name if variable.group else ""
    return not name, name.casefold(), name, variable.key


def _words_of(variable: Variable) -> list[str]:
    return [variable.key, variable.description, variable.group.name if variable.group else ""]


def _matches(words: str, texts: Iterable[str]) -> bool:
    return not words or any(words.casefold() in text.casefold() for text in texts)
