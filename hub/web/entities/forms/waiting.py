"""What a form says of attributes whose values wait: that a change will, and what does already; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from hub.entities.changesets import EditMode, changesets_in
from hub.entities.schemas import Schema
from hub.json_types import JSONObject
from hub.web.entities.sentences import proposal_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WILL_WAIT: Final[Mapping[str, _StrPromise]] = {
    EditMode.EXTERNAL: gettext_lazy("A change waits until the ERP confirms it."),
    EditMode.APPROVAL: gettext_lazy("A change waits until somebody approves it."),
}


def will_wait(schema: Schema, base: JSONObject, name: str) -> _StrPromise | str:
    """What a change of the attribute waits for; "" for none, and for a new entity, which is written as it is."""
    rule = schema.edit_rule_of(name) if base else None
    return "" if rule is None else WILL_WAIT[rule.edit_mode]


def proposed_for(base: JSONObject, name: str) -> str | None:
    """What waits for the attribute, or None."""
    parked = changesets_in(base)
    return proposal_text(parked[name]) if name in parked else None
