"""switch_on, change_switch: whether an organization wants an event at all, and how it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.db import transaction

from hub import database
from hub.accounts.audit import Act, record
from hub.accounts.models import Organization
from hub.entities.editor import Editor
from hub.errors import Conflict
from hub.events.catalogue import EventDefinition
from hub.events.catalogue.findings import Findings
from hub.events.definitions import Event, get_event
from hub.events.models import EventSwitch
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

MEMBERS: Final = ("enabled", "auto_trigger", "success_criteria", "attributes", "keeps_history")
MOST_ENTRIES: Final = 50
"""Longest list of attributes or criteria."""
ATTRIBUTE_CHARACTERS: Final = 255


class NotPublished(Conflict):
    """A draft, or an event that is deprecated: nothing publishes it, whatever its switch says."""

    code = "EVENT_NOT_PUBLISHED"


@dataclass(frozen=True, slots=True)
class SwitchChanges:
    """The fields of an EventSwitch that somebody wants to change, by name; attributes may be None."""

    values: Mapping[str, JSONValue]

    @classmethod
    def parse(cls, raw: JSONObject, definition: EventDefinition) -> Self:
        """The body of a request about the event. Raises Invalid with every finding, unknown members among them."""
        findings = Findings()
        findings.refuse_others(raw, ROOT, MEMBERS)
        for name in ("enabled", "auto_trigger", "keeps_history"):
            if name in raw and not isinstance(raw[name], bool):
                findings.error(name, "must be true or false")
        if "success_criteria" in raw:
            _check_criteria(raw["success_criteria"], definition, findings)
        if raw.get("attributes") is not None:
            _check_attributes(raw["attributes"], definition, findings)
        findings.raise_if_any()
        return cls(dict(raw))


def _check_criteria(raw: JSONValue, definition: EventDefinition, findings: Findings) -> None:
    at = JSONPath("success_criteria")
    schemas = {schema for node in definition.graph.nodes for schema in (node.schema, *node.schemas)}
    if not isinstance(raw, list) or len(raw) > MOST_ENTRIES:
        findings.error(at, f"must be a list of at most {MOST_ENTRIES} entries")
        return
    for one, place in findings.objects(raw, at):
        findings.refuse_others(one, place, ("entity_schema", "attribute"))
        findings.text(one.get("attribute"), place.key("attribute"))
        if findings.text(one.get("entity_schema"), place.key("entity_schema")) not in {"", *schemas}:
            findings.error(place.key("entity_schema"), "must be the schema of a node of the graph")


def _check_attributes(raw: JSONValue, definition: EventDefinition, findings: Findings) -> None:
    at = JSONPath("attributes")
    if definition.trigger is None:
        findings.error(at, f"must be null: no change of an entity publishes {definition.name}")
    elif not isinstance(raw, list) or len(raw) > MOST_ENTRIES:
        findings.error(at, f"must be null or a list of at most {MOST_ENTRIES} attributes")
    else:
        for place, name in enumerate(findings.texts(raw, at)):
            if len(name) > ATTRIBUTE_CHARACTERS:
                findings.error(at.index(place), f"may have at most {ATTRIBUTE_CHARACTERS} characters")


def change_switch(*, editor: Editor, name: str, changes: SwitchChanges) -> Event:
    """Change what the organization says about an event, and answer it as it is then.

    What changes nothing leaves no trace. Raises EventNotFound, and NotPublished for a draft or a deprecated event.
    """
    event = get_event(organization=editor.organization, name=name)
    if event.lifecycle != "active":
        raise NotPublished(f"{name} is {event.lifecycle}: only a published event is switched.")
    database.retrying(lambda: _change(editor, name, changes))
    return get_event(organization=editor.organization, name=name)


@transaction.atomic
def _change(editor: Editor, name: str, changes: SwitchChanges) -> None:
    lock_configuration(editor.organization)
    set_switch(editor=editor, name=name, values=changes.values)


def lock_configuration(organization: Organization) -> None:
    """Changes of one organization's configuration run one after the other, until the transaction ends."""
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=organization.pk)


def set_switch(*, editor: Editor, name: str, values: Mapping[str, JSONValue]) -> None:
    """Store values, note them in the audit trail and bump config_version, in the caller's transaction.

    A switch that is not there yet is off. Nothing happens when all of them are what is stored.
    """
    switch = EventSwitch.objects.of(editor.organization).filter(name=name).first()
    switch = switch or EventSwitch(organization=editor.organization, name=name, enabled=False)
    before = {field: getattr(switch, field) for field in values}
    changed = {field: value for field, value in values.items() if before[field] != value}
    if not changed:
        return
    for field, value in changed.items():
        setattr(switch, field, value)
    switch.save()
    editor.organization.bump_config_version()
    told: JSONObject = {field: {"old": before[field], "new": value} for field, value in changed.items()}
    act = Act("event.change", "event", name, told)
    record(organization=editor.organization, actor=editor.actor, act=act, at=editor.at)


def switch_on(*, organization_id: int, name: str) -> None:
    """Have the event published from now on, in the caller's transaction, which bumps config_version."""
    switch, is_new = EventSwitch.objects.get_or_create(organization_id=organization_id, name=name)
    if not is_new and not switch.enabled:
        EventSwitch.objects.filter(pk=switch.pk).update(enabled=True)


def switch_off(*, organization_id: int, name: str) -> None:
    """Have the event published no more, unless its history is wanted; in the caller's transaction, as switch_on."""
    EventSwitch.objects.filter(organization_id=organization_id, name=name, keeps_history=False).update(enabled=False)
