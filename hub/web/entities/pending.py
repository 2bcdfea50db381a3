"""Pending: what waits for an attribute, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.accounts.models import Organization
from hub.entities.changesets import EditMode, changesets_in, whole_of
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.authors import Actor, actors_in_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WAITING_FOR: Final[Mapping[str, _StrPromise]] = {
    EditMode.EXTERNAL: gettext_lazy("Waits for confirmation"),
    EditMode.APPROVAL: gettext_lazy("Waits for approval"),
}


@dataclass(frozen=True, slots=True)
class Pending:
    """A parked value. whole: the amount it belongs to where that is parked, too, and decided about there; else ""."""

    value: JSONValue
    state: _StrPromise | str
    since: datetime | None
    who: str
    whole: str = ""


def pending_in(organization: Organization, attributes: JSONObject) -> dict[str, Pending]:
    """By attribute."""
    parked = changesets_in(attributes)
    names = actors_in_words(organization, map(actor_of_changeset, parked.values())) if parked else {}
    return {name: pending_of(name, one, parked, names) for name, one in parked.items()}


def pending_of(
    name: str, changeset: JSONObject, parked: Mapping[str, JSONObject], names: Mapping[Actor, str]
) -> Pending:
    """What waits for an attribute. parked: all that waits in the entity; names: who the actors are."""
    whole = whole_of(name, changeset)
    return Pending(
        value=changeset.get("value"),
        state=WAITING_FOR.get(str(changeset.get("edit_mode")), _("Waits")),
        since=parse_datetime(str(changeset.get("created_at"))),
        who=names[actor_of_changeset(changeset)],
        whole=whole if whole != name and whole in parked else "",
    )


def actor_of_changeset(changeset: JSONObject) -> Actor:
    """Who proposed it."""
    actor = changeset.get("actor")
    known: JSONObject = actor if isinstance(actor, dict) else {}
    return str(known.get("type", "")), str(known.get("id", ""))
