"""sentences_of: what a change did to changesets, in words; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.entities.changesets import CHANGESETS, EditMode, changesets_in, is_same_value
from hub.entities.models import EntityChange
from hub.entities.past.differences import told_changes
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.attributes import short_text, words_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Kind = EntityChange.Operation
LONGEST_VALUE: Final = 80
"""Characters of a value in a sentence."""


def sentences_of(change: EntityChange) -> Iterator[str]:
    """What the change did to changesets, one sentence per attribute."""
    sides = told_changes(change).get(CHANGESETS)
    if not isinstance(sides, dict):
        return
    before, after = (changesets_in({CHANGESETS: sides.get(side)}) for side in ("old", "new"))
    for name, one in after.items():
        if name not in before or not is_same_value(before[name].get("value"), one.get("value")):
            yield _PARKED[str(one.get("edit_mode"))] % {"name": name, "value": proposal_text(one)}
    for name, one in before.items():
        if name not in after:
            yield _end_of(change, name) % {"name": name, "value": proposal_text(one)}


def _end_of(change: EntityChange, name: str) -> str:
    """Beside a new proposal, or another end, what got no value was given up."""
    if change.operation == Kind.APPLIED and name in change.changes:
        return _("%(value)s is applied to %(name)s.")
    if change.operation == Kind.CONFIRMED or name in change.changes:
        return _("%(value)s is confirmed for %(name)s.")
    return _("%(value)s is dismissed for %(name)s.")


_PARKED: Final[Mapping[str, _StrPromise]] = {
    EditMode.EXTERNAL: gettext_lazy("%(value)s waits for confirmation in %(name)s."),
    EditMode.APPROVAL: gettext_lazy("%(value)s waits for approval in %(name)s."),
}


def proposal_text(changeset: JSONObject) -> str:
    """The parked value in a sentence."""
    return shortened_value(changeset.get("value"))


def shortened_value(value: JSONValue) -> str:
    """A value in words, LONGEST_VALUE characters of it."""
    text = value_text(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def value_text(value: JSONValue) -> str:
    """A value in words, in one line."""
    if value is None:
        return _("no value")
    return (isinstance(value, dict) and words_of(value)) or short_text(value)
