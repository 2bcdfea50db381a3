"""Collision: what somebody else wrote while a form was open, beside what the form says; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.entities.changesets import CHANGESETS
from hub.entities.schemas import Schema
from hub.entities.values import ABSENT, deep_equal
from hub.json_types import JSONObject
from hub.web.entities.changes import text_of
from hub.web.entities.forms.form import EntityForm


@dataclass(frozen=True, slots=True)
class Clash:
    """An attribute that somebody else changed. Texts are None where there is no value; is_both: the form does, too."""

    name: str
    seen: str | None
    now: str | None
    yours: str | None
    is_both: bool


@dataclass(frozen=True, slots=True)
class Collision:
    """seen_version is what the form was made from, version what is stored by now."""

    seen_version: int
    version: int
    clashes: list[Clash]


def collision_of(form: EntityForm, values: JSONObject, present: JSONObject, versions: tuple[int, int]) -> Collision:
    """What differs between what the form was made from and present; values is what the form wants to write."""
    names = sorted({*form.base, *present} - {CHANGESETS})
    names = [name for name in names if not _is_same(form.base, present, name)]
    clashes = [_clash(form.base, present, values, name) for name in names]
    return Collision(versions[0], versions[1], clashes)


def rebased(schema: Schema, form: EntityForm, present: JSONObject) -> EntityForm:
    """The form made anew from what is stored, with what the person changed; saving it writes just that."""
    fresh = EntityForm.of(schema, present)
    for name in _carried(form, fresh):
        fresh.raws[name] = form.raws[name]
    fresh.errors = dict(form.errors)
    return fresh


def _carried(form: EntityForm, fresh: EntityForm) -> Iterable[str]:
    return (name for name in form.changed_names() if type(form.looks[name]) is type(fresh.looks.get(name)))


def _is_same(before: JSONObject, after: JSONObject, name: str) -> bool:
    one, other = before.get(name, ABSENT), after.get(name, ABSENT)
    return one is other or (ABSENT not in (one, other) and deep_equal(one, other))


def _clash(before: JSONObject, after: JSONObject, values: JSONObject, name: str) -> Clash:
    seen, now, yours = (text_of(side[name]) if name in side else None for side in (before, after, values))
    return Clash(name, seen, now, yours, name in values)
