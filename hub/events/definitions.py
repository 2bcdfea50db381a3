"""definitions_of, find_definition: the events of an organization, those of the catalogue and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.accounts.models import Organization
from hub.environments.remembered import Remembered
from hub.errors import NotFound
from hub.events.catalogue import EventDefinition, built_ins
from hub.events.models import CustomEvent, EventSwitch
from hub.json_types import JSONObject

REMEMBERED_S = 60.0


class EventNotFound(NotFound):
    """No such event in the catalogue and none of the organization's own."""

    code = "EVENT_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no event of this name.")


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether an event is on, and how it is published."""

    enabled: bool = False
    auto_trigger: bool = True
    keeps_history: bool = False
    attributes: tuple[str, ...] | None = None
    success_criteria: tuple[JSONObject, ...] = ()
    """Empty: those of the definition."""


OFF = Switch()


@dataclass(frozen=True, slots=True)
class Event:
    """A definition as one organization has it. lifecycle: active, draft or deprecated."""

    definition: EventDefinition
    switch: Switch
    is_custom: bool
    lifecycle: str = "active"
    published_at: datetime | None = None
    """Of an own event; None for a draft."""
    revision: int = 1
    """Of an own event: grows whenever its draft is replaced."""

    @property
    def name(self) -> str:
        """Of the definition."""
        return self.definition.name

    @property
    def is_published(self) -> bool:
        """Whether anything may publish it now."""
        return self.switch.enabled and self.lifecycle == "active"

    @property
    def status(self) -> str:
        """The lifecycle, or disabled where nothing but the switch is in the way."""
        return "disabled" if self.lifecycle == "active" and not self.switch.enabled else self.lifecycle

    @property
    def projections(self) -> Mapping[str, str]:
        """Field → the expression that works it out; none where one expression makes all of them."""
        return {one.name: one.source for one in self.definition.fields if one.source is not None}


Events = Mapping[str, Event]
"""By name: the catalogue in its order, then the organization's own by name."""


def events_at(organization_id: int, config_version: int | None = None) -> Events:
    """Every event of the organization as of config_version; one query for the present one where it is None."""
    return _events.of(organization_id, config_version)


def events_of(organization: Organization) -> Events:
    """The same for an organization that was just read."""
    return events_at(organization.pk, organization.config_version)


def get_event(*, organization: Organization, name: str) -> Event:
    """Raises EventNotFound."""
    found = events_of(organization).get(name)
    if found is None:
        raise EventNotFound
    return found


def forget_all() -> None:
    """Read everything anew."""
    _events.forget_all()


def _read(organization_id: int) -> Events:
    switches = {row.name: _switch(row) for row in EventSwitch.objects.filter(organization_id=organization_id)}
    events = {one.name: Event(one, switches.get(one.name, OFF), is_custom=False) for one in built_ins().values()}
    for row in CustomEvent.objects.filter(organization_id=organization_id).order_by("name"):
        definition = EventDefinition.parse(row.definition)
        switch = switches.get(row.name, OFF)
        own = Event(definition, switch, True, row.status, row.published_at, row.revision)
        events.setdefault(row.name, own)
    return events


def _switch(row: EventSwitch) -> Switch:
    return Switch(
        enabled=row.enabled,
        auto_trigger=row.auto_trigger,
        keeps_history=row.keeps_history,
        attributes=None if row.attributes is None else tuple(row.attributes),
        success_criteria=tuple(row.success_criteria),
    )


_events = Remembered(_read, REMEMBERED_S)
