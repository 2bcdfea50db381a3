"""What pages say about a core event: its state, what fires it, and what kind of thing a tag is; in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.entities.schemas.book import SchemaBook
from hub.events.catalogue import EntityTrigger
from hub.events.definitions import Event

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

HIDDEN_TAGS: Final = frozenset({"builtin", "erp"})
"""Tags that nearly every event has, and that tell nobody anything."""

STATES: Final[dict[str, _StrPromise]] = {
    "enabled": gettext_lazy("Enabled"),
    "by_hand": gettext_lazy("Enabled, not by changes"),
    "disabled": gettext_lazy("Disabled"),
    "draft": gettext_lazy("Draft"),
    "deprecated": gettext_lazy("Deprecated"),
}
"""What an event can be, as lists call it and filter by."""

OPERATIONS: Final[dict[str, _StrPromise]] = {
    "createEntity": gettext_lazy("created"),
    "updateEntity": gettext_lazy("changed"),
    "deleteEntity": gettext_lazy("deleted"),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which changes fire an event. schemas are labels; attributes: one of them has to change, none: any; is_own:
    the organization has chosen them."""

    operations: str
    schemas: str
    attributes: tuple[str, ...]
    values: tuple[str, ...]
    purposes: tuple[str, ...]
    is_own: bool


def state_of(event: Event) -> str:
    """A key of STATES."""
    if event.lifecycle != "active":
        return event.lifecycle
    if not event.switch.enabled:
        return "disabled"
    return "enabled" if event.switch.auto_trigger or event.definition.trigger is None else "by_hand"


def look_of(state: str) -> str:
    """The status whose look a state takes."""
    return {"by_hand": "enabled", "deprecated": "disabled"}.get(state, state)


def tags_of(event: Event) -> list[str]:
    """The tags worth showing."""
    return [tag for tag in event.definition.tags if tag not in HIDDEN_TAGS]


def occasion_of(event: Event, book: SchemaBook) -> Occasion | None:
    """What changes of entities fire it; None where none does."""
    trigger = event.definition.trigger
    if trigger is None:
        return None
    own = event.switch.attributes
    return Occasion(
        operations=listed(str(OPERATIONS[one]) for one in trigger.operations),
        schemas=listed(book.schema_of(slug).title for slug in trigger.schemas),
        attributes=trigger.attributes if own is None else own,
        values=tuple(f"{name} = {listed(values)}" for name, values in trigger.values),
        purposes=trigger.purposes,
        is_own=own is not None,
    )


def watched(trigger: EntityTrigger | None) -> tuple[str, ...]:
    """The attributes that the definition itself watches."""
    return trigger.attributes if trigger else ()


def other_ways(event: Event) -> str:
    """Who else may fire it, in a sentence."""
    definition = event.definition
    if definition.automation_trigger_only:
        return _("Only automations fire it.")
    if definition.trigger is None and definition.api_trigger:
        return _("No change of an entity fires it by itself. Automations, API clients and people do.")
    if not definition.api_trigger:
        return _("API clients and people cannot fire it.")
    return _("Automations, API clients and people may fire it as well.")


def listed(words: Iterable[str]) -> str:
    """``a, b or c``."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return _("%(first)s or %(last)s") % {"first": ", ".join(found[:-1]), "last": found[-1]}
