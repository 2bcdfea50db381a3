"""The codes of what a mapping looks up, and of payloads that need none."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, Code, Level, error_code

MAPPING_CODES: Final = [
    Code(
        "LOOKUP_UNMAPPED",
        Level.WARNING,
        "A value is not in the table that an expression looks it up in, so the attribute was left as it was.",
        "Add the value to the table, or give $mapValue or $mapKey a default.",
    ),
    Code(
        "PORTAL_REF_NO_MATCH",
        Level.WARNING,
        "No portal fits the filter of a mapped field, so the attribute was left as it was.",
        "Correct the filter, or set up the portal.",
    ),
    Code(
        "PORTAL_REF_AMBIGUOUS",
        Level.WARNING,
        "Several portals fit the filter of a mapped field; the oldest was taken.",
        "Narrow the filter, or select all.",
    ),
    Code(
        "ENV_VAR_REF_NOT_FOUND",
        Level.WARNING,
        "The environment has no readable value of the name that a mapped field asks for; the attribute was left out.",
        "Add the value to the environment, or give the field a default. Secrets cannot be read by mappings.",
    ),
    error_code(
        "PORTAL_REF_LOOKUP_FAILED",
        Category.DOWNSTREAM_API,
        "The portals of the organization could not be read.",
        "Replay the event. If it ends like this again, look at the database.",
        attempts=6,
    ),
    error_code(
        "PORTAL_REF_JSONATA_FAILED",
        Category.CONFIGURATION,
        "The expression that a field applies to a portal failed; nothing of the event was written.",
        "Open the event in the simulation, correct the expression, then replay the event.",
    ),
    error_code(
        "ENV_VAR_REF_LOOKUP_FAILED",
        Category.DOWNSTREAM_API,
        "The environment of the organization could not be read.",
        "Replay the event. If it ends like this again, look at the database.",
        attempts=6,
    ),
    error_code(
        "ENV_VAR_REF_JSONATA_FAILED",
        Category.CONFIGURATION,
        "The expression that a field applies to an environment value failed; nothing of the event was written.",
        "Open the event in the simulation, correct the expression, then replay the event.",
    ),
    error_code(
        "DIRECT_PAYLOAD_INVALID",
        Category.VALIDATION,
        "The operations in the payload break a rule; none of them was carried out.",
        "Correct the sender; the direct simulation lists everything that is wrong.",
    ),
    error_code(
        "DIRECT_VERSION_UNSUPPORTED",
        Category.VALIDATION,
        "The payload has a version of operations that this hub does not know.",
        'Send version "1".',
    ),
    error_code(
        "DIRECT_ENTITY_NOT_ALLOWED",
        Category.CONFIGURATION,
        "The use case does not allow an entity or its identifiers; nothing of the event was written.",
        "Add the entity with these identifiers to the use case, or correct the sender.",
    ),
]
