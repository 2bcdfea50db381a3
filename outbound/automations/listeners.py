"""listeners_of: the enabled automations of an organization by what starts them, remembered by config_version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.environments.remembered import Remembered
from hub.events.catalogue import EntityTrigger
from outbound.automations.configuration import Trigger
from outbound.automations.queries import configuration_of
from outbound.models import Automation

REMEMBERED_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Listener:
    """An enabled automation, as far as it has to be known to plan a run of it."""

    automation_id: UUID
    version: int
    trigger: Trigger

    @property
    def changes(self) -> EntityTrigger:
        """The changes of entities that start it."""
        trigger = self.trigger
        return EntityTrigger(operations=trigger.operations, schemas=(trigger.schema,), attributes=trigger.attributes)


@dataclass(frozen=True, slots=True)
class Listeners:
    """by_event: name of a core event → who waits for it; by_schema: schema of entities → who waits for changes."""

    by_event: Mapping[str, Sequence[Listener]]
    by_schema: Mapping[str, Sequence[Listener]]


def listeners_of(organization_id: int, config_version: int | None = None) -> Listeners:
    """Who listens, as of config_version; one query where this process has not seen that version."""
    return _listeners.of(organization_id, config_version)


def heard_events(organization_id: int, config_version: int) -> frozenset[str]:
    """One of CORE_EVENT_AUDIENCES: the names of the events that start automations of the organization."""
    return frozenset(listeners_of(organization_id, config_version).by_event)


def forget_all() -> None:
    """Read everything anew."""
    _listeners.forget_all()


def _read(organization_id: int) -> Listeners:
    by_event: dict[str, list[Listener]] = {}
    by_schema: dict[str, list[Listener]] = {}
    automations = Automation.objects.filter(organization_id=organization_id, enabled=True)
    for automation in automations.order_by("created_at", "id"):
        configuration = configuration_of(automation)
        if configuration is None:
            continue
        listener = Listener(automation.pk, automation.version, configuration.trigger)
        place = by_event if configuration.trigger.is_core_event else by_schema
        name = configuration.trigger.event_name or configuration.trigger.schema
        place.setdefault(name, []).append(listener)
    return Listeners(by_event, by_schema)


_listeners = Remembered(_read, REMEMBERED_S)
