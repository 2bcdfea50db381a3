"""Every monitoring code: level, category, sentence, what to do about it, how often it is retried."""

from __future__ import annotations

from monitoring.codes.attachments import ATTACHMENT_CODES
from monitoring.codes.automations import AUTOMATION_CODES
from monitoring.codes.code import Category, Code, Level
from monitoring.codes.code import error_code as _error
from monitoring.codes.deliveries import DELIVERY_CODES, http_code
from monitoring.codes.external import EXTERNAL_CODES
from monitoring.codes.files import FILE_CODES
from monitoring.codes.mapping import MAPPING_CODES
from monitoring.codes.outbound import OUTBOUND_CODES
from monitoring.codes.proxies import PROXY_CODES
from monitoring.codes.readings import READING_CODES
from monitoring.codes.secure_proxies import SECURE_PROXY_CODES
from monitoring.codes.storing import STORE_CODES
from monitoring.codes.warnings import WARNING_CODES

__all__ = ["ALIASES", "CODES", "WARNINGS", "Category", "Code", "Level", "get_code"]

_CODES = [
    Code("ENTITY_CREATED", Level.SUCCESS, "The entity was created."),
    Code("ENTITY_UPDATED", Level.SUCCESS, "The entity was updated."),
    Code("ENTITY_DELETED", Level.SUCCESS, "The entity was deleted."),
    Code("ENTITY_NO_OP", Level.SUCCESS, "The entity already had these values; nothing was written."),
    Code("NOTHING_MAPPED", Level.SUCCESS, "The mapping was disabled for this event or found nothing in it."),
    Code(
        "DUPLICATE_EVENT",
        Level.INFO,
        "The same deduplication id was accepted less than 24 hours ago, so this event was not applied.",
        "Open the event that was applied. To apply this one as well, send it with another deduplication id.",
    ),
    Code(
        "EVENT_NOT_CONFIGURED",
        Level.ERROR,
        "No enabled inbound use case of the integration answers to this event.",
        "Create or enable a use case with this slug or name, then replay the event.",
        Category.CONFIGURATION,
    ),
    Code(
        "DEPRECATED_ENDPOINT",
        Level.WARNING,
        "The events came in by an outdated route.",
        "Send them to /v3/erp/updates/events.",
    ),
    Code(
        "SOFT_DELETED_ENTITY_MATCHED",
        Level.WARNING,
        "The identifiers match an entity in the recycle bin.",
        "Check whether the ERP meant to delete it.",
    ),
    Code(
        "SYSTEM_ATTRIBUTE_IGNORED",
        Level.WARNING,
        "An attribute that only the hub gives values to was left out.",
        "Take it out of the mapping, or write the value to an attribute of your own.",
    ),
    Code(
        "BEHIND_WAITING_EVENT",
        Level.INFO,
        "The event waits behind an earlier one with the same identifiers.",
        "Nothing to do: it is applied as soon as that one has ended, so that their order is kept.",
    ),
    Code(
        "MAPPED_FIELD_EMPTY",
        Level.WARNING,
        "An expression of a mapped field found nothing, so the attribute was left as it was.",
        "Correct the expression, or give the field an enabled condition if the value is optional.",
    ),
    Code(
        "MAPPING_WARNING",
        Level.WARNING,
        "The mapping worked, but something in it looks unintended.",
        "Read the message and run the payload in the simulation.",
    ),
    Code(
        "ENTITY_SCHEMA_UNKNOWN",
        Level.WARNING,
        "Nobody has defined the schema of an entity; it was written all the same, as one of a new kind.",
        "Correct the name of the schema in the use case, or define it.",
    ),
    Code(
        "LARGE_INTEGER_AS_TEXT",
        Level.WARNING,
        "A number of more digits than a double has was handed to the mapping as text, so that none is lost.",
        "Send such identifiers as strings.",
    ),
    Code(
        "UNIQUE_ID_NOT_IN_SCHEMA",
        Level.ERROR,
        "Nothing can be found by an identifier attribute, so nothing was written.",
        "Identify the entity by an attribute of its schema, then replay the event.",
        Category.CONFIGURATION,
    ),
    _error(
        "MALFORMED_PAYLOAD",
        Category.VALIDATION,
        "The payload could not be read, or does not fit its schema.",
        "Inbound: correct the sender; the bytes are kept as they were received. Outbound: correct the entity, which"
        " publishes an event of its own; failed deliveries that are made anew take it, too.",
    ),
    _error(
        "PAYLOAD_TOO_LARGE",
        Category.VALIDATION,
        "The payload is larger than the limit for one event.",
        "Split it into several events.",
    ),
    _error(
        "RECURSION_DEPTH_EXCEEDED",
        Category.CONFIGURATION,
        "Calls and events have followed from each other again and again, so this one was stopped.",
        "Look at the earlier events of the same entity for the calls and webhooks that go in a circle, and end one.",
    ),
    _error(
        "MISSING_UNIQUE_IDENTIFIERS",
        Category.VALIDATION,
        "An identifier is empty, so the hub cannot tell which entity is meant.",
        "Send the value, or map the identifier from a field that always has one; then replay the event.",
    ),
    _error(
        "UNIQUE_ID_MULTIPLE_MATCHES",
        Category.VALIDATION,
        "Several entities have these identifiers; nothing was written.",
        "Merge or delete the surplus entities, or add an identifier; then replay the event.",
    ),
    _error(
        "ENTITY_ALREADY_EXISTS",
        Category.VALIDATION,
        "The event says CREATE, but the entity exists.",
        "Send UPDATE, or leave event_type out, if the event may meet an existing entity.",
    ),
    _error(
        "ENTITY_REFERENCE_NOT_FOUND",
        Category.VALIDATION,
        "No entity of this schema has the id that the event names.",
        "Check the id; replay the event once the entity exists.",
        attempts=3,
    ),
    _error(
        "ATTRIBUTE_TYPE_MISMATCH",
        Category.VALIDATION,
        "The store refused the type of a value.",
        "Correct the mapping of this attribute, then replay the event.",
    ),
    _error(
        "MAPPING_EXPRESSION_FAILED",
        Category.CONFIGURATION,
        "An expression of the mapping failed; nothing came of the event.",
        "Correct the expression, in the simulation of an event for instance; then replay it or resend the delivery.",
    ),
    _error(
        "USE_CASE_MISSING_CONFIG",
        Category.CONFIGURATION,
        "The use case has no usable configuration.",
        "Complete the configuration, then replay the event.",
    ),
    _error(
        "USE_CASE_NOT_FOUND",
        Category.CONFIGURATION,
        "The use case was deleted before the event was applied.",
        "Create it again and replay the event.",
    ),
    _error(
        "USE_CASE_DISABLED",
        Category.CONFIGURATION,
        "The use case was disabled before the event was applied.",
        "Enable it and replay the event.",
    ),
    _error(
        "USE_CASE_INVALID_TYPE",
        Category.CONFIGURATION,
        "The slug names a use case that does not take events.",
        "Send the event to an inbound use case.",
    ),
    _error(
        "STALE_VERSION",
        Category.VALIDATION,
        "The entity was changed since the writer had read it; nothing was written.",
        "Read the entity again and repeat the change on its present state.",
    ),
    _error(
        "FEATURE_NOT_SUPPORTED",
        Category.CONFIGURATION,
        "The configuration uses a part of the mapping language that this version does not apply; nothing was written.",
        "Remove that part or wait for a version that supports it, then replay the event.",
    ),
    _error(
        "IDENTIFIER_INDEX_BUILDING",
        Category.SYSTEM,
        "The index of a new identifier is being filled; the event waits for it.",
        "Nothing to do: the event is applied as soon as the index is complete.",
        attempts=1000,
    ),
    _error(
        "WORKER_CRASHED",
        Category.SYSTEM,
        "The worker died three times while it applied this event alone.",
        "Look into the worker's log of that time, then replay the event.",
    ),
    _error(
        "UNKNOWN_ERROR",
        Category.SYSTEM,
        "The event could not be applied for a reason that has no code of its own.",
        "Read the message; if it says nothing to you, send it to support with the event id.",
        attempts=3,
    ),
]

_ALL = [
    *_CODES,
    *MAPPING_CODES,
    *READING_CODES,
    *STORE_CODES,
    *DELIVERY_CODES,
    *OUTBOUND_CODES,
    *AUTOMATION_CODES,
    *PROXY_CODES,
    *SECURE_PROXY_CODES,
    *FILE_CODES,
    *EXTERNAL_CODES,
    *ATTACHMENT_CODES,
]
CODES: dict[str, Code] = {code.name: code for code in _ALL}
WARNINGS: dict[str, Code] = {code.name: code for code in WARNING_CODES}
"""What codes of errors mean where they are warnings."""

ALIASES = {
    "MISSING_IDENTIFIER": "MISSING_UNIQUE_IDENTIFIERS",
    "AMBIGUOUS_IDENTIFIER": "UNIQUE_ID_MULTIPLE_MATCHES",
}
"""Names that the identifier guide uses for the same failures; filters accept both (mapping.md section 15)."""


def get_code(name: str, level: str = "") -> Code:
    """The code called name; an unknown one counts as UNKNOWN_ERROR under its own name. level: of what it is said
    about, where that is known."""
    if level == Level.WARNING and name in WARNINGS:
        return WARNINGS[name]
    known = CODES.get(ALIASES.get(name, name)) or http_code(name)
    return known or Code(name, Level.ERROR, "No sentence is known for this code.", "", Category.SYSTEM, listed_as="")
