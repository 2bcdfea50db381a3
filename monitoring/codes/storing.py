"""The codes of what is applied beyond plain fields: links, prunes, pricing; and those that events have no use for."""

from __future__ import annotations

from monitoring.codes.code import Category, Code, Level, error_code

LINK_CODES = [
    error_code(
        "RELATION_REF_VALUE_UNDEFINED",
        Category.VALIDATION,
        "The value that a reference was to point at is not in the payload; the attribute was left as it was.",
        "Correct the value of the reference, or give the field an enabled condition if it is optional.",
    ),
    error_code(
        "RELATION_REF_ITEM_NOT_FOUND",
        Category.VALIDATION,
        "The value of a reference was written, but is not an item of a list there, so nothing can point at it.",
        "Check the path and the operation of the reference.",
    ),
    error_code(
        "UNIQUE_ID_LOOKUP_UNRESOLVABLE",
        Category.VALIDATION,
        "Nobody would find a related entity by its identifiers, so none was made; the attribute was left as it was.",
        "Identify the related entity by attributes of its schema, then replay the event.",
    ),
]

PRUNE_CODES = [
    Code("PRUNE_SCOPE_COMPLETED", Level.SUCCESS, "What the event no longer lists was removed from the scope."),
    Code(
        "PRUNE_HELD",
        Level.WARNING,
        "The event was applied, but its prune would remove so much that it waits for a decision.",
        "Look at the records in the list of held prunes, then approve or reject it.",
    ),
    Code("PRUNE_APPROVED", Level.SUCCESS, "Somebody approved the held prune; what was unchanged since was removed."),
    Code("PRUNE_REJECTED", Level.SUCCESS, "Somebody rejected the held prune; everything stayed."),
    error_code(
        "PRUNE_SCOPE_UNRESOLVED",
        Category.VALIDATION,
        "Nobody can say for sure what belongs to the scope or what is to be kept, so nothing was removed.",
        "Check the identifiers of the scope and of every listed item in the payload, then replay the event.",
    ),
]

PRICING_CODES = [
    error_code(
        "PRICING_FAILED",
        Category.VALIDATION,
        "The prices of the entity could not be worked out.",
        "Check product, price, quantity and tax of the item that the message names, then replay the event.",
        attempts=3,
    ),
]

ROUTING_CODES = [
    error_code(
        "INTEGRATION_NOT_FOUND",
        Category.CONFIGURATION,
        "The integration that the event names does not exist in this organization.",
        "Check the integration id in the ERP and the organization of its token.",
    ),
]

UNUSED_BY_EVENTS = [
    error_code(
        "RECURSION_DEPTH_EXCEEDED",
        Category.SYSTEM,
        "Relations of relations were followed too far.",
        "Look for entities that point at each other in a circle, and write them with entries of their own.",
    ),
    error_code(
        "PRUNE_SCOPE_PARTIAL_FAILURE",
        Category.DOWNSTREAM_API,
        "Some records of the scope could not be removed.",
        "Replay the event: it removes what is left.",
        attempts=6,
    ),
    error_code(
        "EXTERNAL_API_ERROR",
        Category.DOWNSTREAM_API,
        "A service that the hub needs for this event refused or failed.",
        "Look at the message, then replay the event.",
        attempts=6,
    ),
    error_code(
        "METERING_API_ERROR",
        Category.DOWNSTREAM_API,
        "The store of readings refused or failed.",
        "Look at the message, then replay the event.",
        attempts=6,
    ),
    error_code(
        "METER_READING_GROUP_RETRYING",
        Category.DOWNSTREAM_API,
        "The readings of one meter could not be written yet; they are tried again.",
        "Nothing to do unless it persists.",
        attempts=6,
    ),
    error_code(
        "METER_READING_GROUP_FAILED",
        Category.DOWNSTREAM_API,
        "The readings of one meter could not be written.",
        "Read the message, then replay the event.",
    ),
    error_code(
        "TIMEOUT",
        Category.TIMEOUT,
        "An operation took longer than it may.",
        "Replay the event. If it takes too long again, its trace shows which step does.",
        attempts=6,
    ),
]
"""Codes of the table for situations that no inbound event gets into here (decision 0010); filters know them."""

STORE_CODES = [*LINK_CODES, *PRUNE_CODES, *PRICING_CODES, *ROUTING_CODES, *UNUSED_BY_EVENTS]
