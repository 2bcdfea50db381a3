"""create_draft, replace_draft, publish_draft, deprecate: the life of an event that an organization has defined."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import orjson
from django.db import transaction

from hub import database
from hub.accounts.audit import Act, record
from hub.accounts.models import Organization
from hub.entities.editor import Editor
from hub.entities.schemas.book import book_of
from hub.errors import Conflict, ErrorDetail, HubError, Invalid
from hub.events.catalogue import EventDefinition, custom_event, expressions_of, find_built_in
from hub.events.definitions import Event, EventNotFound, get_event
from hub.events.models import CustomEvent
from hub.events.switches import lock_configuration, set_switch
from hub.json_types import JSONObject
from hub.jsonata.checking import check_expressions
from hub.preconditions import check_version

MOST_EVENTS: Final = 200
"""Own events of an organization, deprecated ones among them."""
DEFINITION_BYTES: Final = 256 * 1024
"""Every process remembers the definitions of an organization, and every change of an entity looks through them."""


class NameTaken(Conflict):
    """The organization, or the hub itself, has an event of that name."""

    code = "EVENT_NAME_TAKEN"


class Frozen(Conflict):
    """The event is one of the hub's, or it was published: its definition stays as it is."""

    code = "EVENT_FROZEN"


class NotStorable(HubError):
    """A sound definition that is too large."""

    code = "DEFINITION_TOO_LARGE"
    status = 422


@dataclass(frozen=True, slots=True)
class Publication:
    """How an event begins its public life. base_auto_trigger: what becomes of the event that it was made from, of
    which otherwise both would be published; None leaves that alone."""

    enabled: bool = True
    auto_trigger: bool = True
    base_auto_trigger: bool | None = None


def create_draft(*, editor: Editor, raw: JSONObject) -> Event:
    """A new event, which nobody can fire before it is published.

    Raises NameTaken, Invalid with every finding (expressions that do not compile among them), NotStorable, and
    Conflict beyond MOST_EVENTS.
    """
    name = raw.get("event_name")
    if isinstance(name, str) and find_built_in(name) is not None:
        raise NameTaken(f"{name} is an event that the hub brings.")
    definition = _checked(editor.organization, raw)
    database.retrying(lambda: _create(editor, definition))
    return get_event(organization=editor.organization, name=definition.name)


def replace_draft(*, editor: Editor, name: str, raw: JSONObject, expected: frozenset[int] | None = None) -> Event:
    """Another definition for a draft. expected: the revisions that the caller may have read; None: any.

    Raises EventNotFound, Frozen, Stale for another revision, and as create_draft does.
    """
    _require_draft(editor.organization, name)
    if raw.get("event_name", name) != name:
        message = "must be the name in the path"
        raise Invalid(f"event_name {message}.", details=[ErrorDetail("event_name", message)])
    definition = _checked(editor.organization, {**raw, "event_name": name})
    database.retrying(lambda: _replace(editor, definition, expected))
    return get_event(organization=editor.organization, name=name)


def publish_draft(*, editor: Editor, name: str, publication: Publication) -> Event:
    """Freeze the definition and switch the event as publication says.

    Raises EventNotFound, Frozen when it is no draft, and Invalid when the schemas no longer have what it asks for.
    """
    draft = _require_draft(editor.organization, name)
    if publication.base_auto_trigger is not None and draft.definition.lineage is None:
        message = "is for events with a lineage"
        raise Invalid(
            f"base_auto_trigger_enabled {message}.", details=[ErrorDetail("base_auto_trigger_enabled", message)]
        )
    custom_event(draft.definition.as_json(), book_of(editor.organization))
    database.retrying(lambda: _publish(editor, draft.definition, publication))
    return get_event(organization=editor.organization, name=name)


def deprecate(*, editor: Editor, name: str) -> None:
    """End an event for good; what it has published stays. A draft goes without a trace of its name.

    Again does nothing. Raises EventNotFound, and Frozen for one of the hub's.
    """
    if not get_event(organization=editor.organization, name=name).is_custom:
        raise Frozen(f"{name} is an event of the hub: switch it off instead.")
    database.retrying(partial(_deprecate, editor, name))


def _require_draft(organization: Organization, name: str) -> Event:
    event = get_event(organization=organization, name=name)
    if event.lifecycle != CustomEvent.Status.DRAFT:
        raise _frozen(name)
    return event


def _frozen(name: str) -> Frozen:
    return Frozen(f"{name} is no draft: its definition stays as it is.")


def _checked(organization: Organization, raw: JSONObject) -> EventDefinition:
    definition = custom_event(raw, book_of(organization))
    broken = check_expressions(list(expressions_of(definition)))
    if broken:
        raise Invalid(f"{broken[0].path} {broken[0].message}", details=broken)
    if len(orjson.dumps(definition.as_json())) > DEFINITION_BYTES:
        raise NotStorable(f"A definition may have at most {DEFINITION_BYTES // 1024} KB.")
    return definition


@transaction.atomic
def _create(editor: Editor, definition: EventDefinition) -> None:
    lock_configuration(editor.organization)
    own = CustomEvent.objects.of(editor.organization)
    if own.filter(name=definition.name).exists():
        raise NameTaken(f"There is an event {definition.name} already.")
    if own.count() >= MOST_EVENTS:
        raise Conflict(f"There are {MOST_EVENTS} events of your own, which is the limit.")
    CustomEvent.objects.create(
        organization=editor.organization,
        name=definition.name,
        definition=definition.as_json(),
        created_at=editor.at,
        updated_at=editor.at,
    )
    _note(editor, "event.create", definition.name)


@transaction.atomic
def _replace(editor: Editor, definition: EventDefinition, expected: frozenset[int] | None) -> None:
    row = _draft_row(editor, definition.name)
    check_version(row.revision, expected)
    row.definition, row.updated_at, row.revision = definition.as_json(), editor.at, row.revision + 1
    row.save(update_fields=["definition", "updated_at", "revision"])
    _note(editor, "event.replace", definition.name)


@transaction.atomic
def _publish(editor: Editor, definition: EventDefinition, publication: Publication) -> None:
    row = _draft_row(editor, definition.name)
    if row.definition != definition.as_json():
        raise Conflict(f"{definition.name} was replaced meanwhile: read it again, then publish it.")
    row.status, row.published_at, row.updated_at = CustomEvent.Status.ACTIVE, editor.at, editor.at
    row.save(update_fields=["status", "published_at", "updated_at"])
    _note(editor, "event.publish", definition.name)
    switch: JSONObject = {"enabled": publication.enabled, "auto_trigger": publication.auto_trigger}
    set_switch(editor=editor, name=definition.name, values=switch)
    if definition.lineage is not None and publication.base_auto_trigger is not None:
        base: JSONObject = {"auto_trigger": publication.base_auto_trigger}
        set_switch(editor=editor, name=definition.lineage.event_name, values=base)


@transaction.atomic
def _deprecate(editor: Editor, name: str) -> None:
    lock_configuration(editor.organization)
    row = _row(editor, name)
    if row.status == CustomEvent.Status.DEPRECATED:
        return
    if row.status == CustomEvent.Status.DRAFT:
        row.delete()
    else:
        row.status, row.updated_at = CustomEvent.Status.DEPRECATED, editor.at
        row.save(update_fields=["status", "updated_at"])
    _note(editor, "event.deprecate", name)


def _draft_row(editor: Editor, name: str) -> CustomEvent:
    lock_configuration(editor.organization)
    row = _row(editor, name)
    if row.status != CustomEvent.Status.DRAFT:
        raise _frozen(name)
    return row


def _row(editor: Editor, name: str) -> CustomEvent:
    row = CustomEvent.objects.of(editor.organization).filter(name=name).first()
    if row is None:
        raise EventNotFound
    return row


def _note(editor: Editor, action: str, name: str) -> None:
    editor.organization.bump_config_version()
    record(organization=editor.organization, actor=editor.actor, act=Act(action, "event", name), at=editor.at)
