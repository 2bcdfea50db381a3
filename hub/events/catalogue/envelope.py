"""The envelope: the members that every core event has beside its own (outbound.md 2); pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub.events.catalogue.definition import EventDefinition

Document = dict[str, Any]
"""A JSON Schema. Any: it nests without end."""

_TEXT: Final[Document] = {"type": "string"}
_TEXTS: Final[Document] = {"type": "array", "items": _TEXT}
_UUID: Final[Document] = {"type": "string", "format": "uuid"}
_ULID: Final = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
BY_OPERATION: Final = "operation"
BY_INBOUND: Final = "inbound"
"""An operation on an entity, or readings, that an inbound use case has written."""
BY_AUTOMATION: Final = "automation"
TRIGGER_SOURCE_TYPE: Final = "_trigger_source_type"
TRIGGER_SOURCE: Final = "_trigger_source"

REQUIRED: Final = (
    "_org_id", "_event_time", "_event_id", "_event_name", "_event_version", "_event_source", "_ack_id",
)  # fmt: skip

ENVELOPE: Final[Mapping[str, Document]] = {
    "_org_id": {**_TEXT, "title": "Organization"},
    "_event_time": {"type": "string", "format": "date-time", "title": "When it happened"},
    "_event_id": {"type": "string", "pattern": _ULID, "title": "Id of the event, the same over all deliveries"},
    "_event_name": {**_TEXT, "title": "Name of the event"},
    "_event_version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+$", "title": "Version of the payload"},
    "_event_source": {**_TEXT, "title": "Where it comes from"},
    "_ack_id": {**_UUID, "title": "Handle for the acknowledgement"},
    TRIGGER_SOURCE_TYPE: {**_TEXT, "title": "What kind of source fired it; inbound: data that a connected system sent"},
    TRIGGER_SOURCE: {**_TEXT, "title": "Who or what fired it"},
    "_has_pending_changesets": {"type": "boolean", "title": "Whether changes wait for a confirmation or approval"},
    "_changeset_edit_modes": {
        "type": "array",
        "items": {"enum": ["external", "approval"]},
        "title": "What the waiting changes wait for",
    },
    "_changeset_attributes": {**_TEXTS, "title": "What waits"},
    "_changeset_edit_modes_by_attribute": {
        "type": "object",
        "additionalProperties": {"enum": ["external", "approval"]},
        "title": "What each of them waits for",
    },
}
"""Member → its form."""

OPERATION_CONTEXT: Final = ("operation", "trigger_entity", "activity_id", "activity_type")
"""Members that tell of the operation on an entity; required are the first two, and only where one fired the event."""

RESERVED: Final = frozenset({*ENVELOPE, *OPERATION_CONTEXT, "_downgrades", "_automation_chain"})
"""Names that no field and no node of an organization's own event may have; nor any that begins with an underscore."""


def envelope_of(definition: EventDefinition) -> dict[str, Document]:
    """The envelope's forms for one event; its name and version are constant."""
    forms = {name: dict(form) for name, form in ENVELOPE.items()}
    forms["_event_name"] = {"const": definition.name, "title": forms["_event_name"]["title"]}
    forms["_event_version"] = {"const": definition.version, "title": forms["_event_version"]["title"]}
    if definition.automation_trigger_only:
        forms[TRIGGER_SOURCE_TYPE] = {"const": BY_AUTOMATION, "title": forms[TRIGGER_SOURCE_TYPE]["title"]}
    if definition.trigger:
        forms["operation"] = {"enum": list(definition.trigger.operations), "title": "Operation that fired it"}
        forms["trigger_entity"] = {**_UUID, "title": "Entity that fired it"}
        forms["activity_id"] = {**_TEXT, "title": "Activity behind the operation"}
        forms["activity_type"] = {**_TEXT, "title": "Kind of that activity"}
    return forms


def required_of(definition: EventDefinition) -> tuple[str, ...]:
    """Members that no payload of the event is without. An automation that alone may fire it names itself."""
    return (*REQUIRED, TRIGGER_SOURCE_TYPE, TRIGGER_SOURCE) if definition.automation_trigger_only else REQUIRED


def condition_of(definition: EventDefinition) -> Document:
    """When an operation fired the event, the payload says which and on what; otherwise it need not."""
    if definition.trigger is None:
        return {}
    fired = {
        "properties": {TRIGGER_SOURCE_TYPE: {"enum": [BY_OPERATION, BY_INBOUND]}},
        "required": [TRIGGER_SOURCE_TYPE],
    }
    return {"if": fired, "then": {"required": list(OPERATION_CONTEXT[:2])}}
