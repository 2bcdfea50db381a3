"""The JSON schemas of this app's requests and answers, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from integrations.changes.integration import (
    DESCRIPTION_CHARACTERS,
    ENVIRONMENT_TYPES,
    LEAST_VISIBILITY_SECONDS,
    MOST_VISIBILITY_SECONDS,
)
from integrations.changes.use_case import DESCRIPTION_CHARACTERS as CHANGE_CHARACTERS
from integrations.connectors import AUTH_TYPES
from integrations.env_references import KEY
from integrations.kinds import kind_of
from integrations.models import IntegrationType, UseCaseType

Schema = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
NAME: Schema = TEXT | {"minLength": 1, "maxLength": 255}
IDENTIFIER: Schema = TEXT | {"format": "uuid"}
MOMENT: Schema = TEXT | {"format": "date-time"}
TEXT_LIST: Schema = {"type": "array", "items": TEXT}
TEXT_MAP: Schema = {"type": "object", "additionalProperties": TEXT}
SLUG: Schema = NAME | {"pattern": "^[a-z0-9][a-z0-9_-]*$"}


def described(properties: Schema, required: list[str] | None = None, **more: Any) -> Schema:
    """An object schema. Any: the rest of JSON Schema."""
    return {"type": "object", "properties": properties} | ({"required": required} if required else {}) | more


def list_of(item: Schema) -> Schema:
    """An array schema."""
    return {"type": "array", "items": item}


PROBLEM: Schema = {"$ref": "#/components/schemas/Problem"}
MESSAGE = described({"message": TEXT}, ["message"])

ENVIRONMENT_VARIABLE = described(
    {
        "key": TEXT | {"pattern": f"^{KEY.pattern}$"},
        "label": NAME,
        "type": TEXT | {"enum": list(ENVIRONMENT_TYPES)},
        "description": TEXT | {"maxLength": DESCRIPTION_CHARACTERS},
        "required": BOOLEAN | {"default": False},
        "order": {"type": "integer", "minimum": 0},
    },
    ["key", "label", "type"],
    description="Declares that the integration needs this variable; its value lives in the environment.",
)
REFERENCE = TEXT | {"description": "A reference such as {{env.my_secret}}, never the secret itself."}
CONNECTOR_AUTH = described(
    {
        "type": TEXT | {"enum": list(AUTH_TYPES)},
        "token_url": TEXT,
        "client_id": TEXT,
        "client_secret": REFERENCE,
        "scope": TEXT,
        "audience": TEXT,
        "resource": TEXT,
        "body_params": TEXT_MAP,
        "headers": TEXT_MAP,
        "query_params": TEXT_MAP,
        "api_key": REFERENCE,
        "api_key_header": TEXT | {"default": "X-API-Key"},
        "token": REFERENCE,
    }
)
AUTO_REFRESH = described(
    {
        "enabled": BOOLEAN | {"default": False},
        "freshnessThresholdMinutes": {
            "type": "integer",
            "minimum": 1,
            "description": "So long after an inbound use case of the integration has last changed a record its data "
            "counts as old; an hour where nothing is said, a year at most.",
        },
    },
    description="Whoever opens a contact or a contract whose data is old has it asked for anew: "
    "OnDemandSyncCustomerRequested or OnDemandSyncContractRequested is published, once per threshold, if it is "
    "enabled and anybody listens.",
)
OUTBOUND_SETTINGS = described(
    {
        "visibility_timeout_seconds": {
            "type": "integer",
            "minimum": LEAST_VISIBILITY_SECONDS,
            "maximum": MOST_VISIBILITY_SECONDS,
            "default": 300,
            "description": "How long polled messages stay with whoever polled them.",
        }
    }
)
EDITABLE: Schema = {
    "name": NAME,
    "description": TEXT | {"maxLength": DESCRIPTION_CHARACTERS},
    "access_token_ids": TEXT_LIST,
    "app_ids": TEXT_LIST,
    "environment_config": list_of(ENVIRONMENT_VARIABLE),
    "settings": described({"autoRefresh": AUTO_REFRESH, "outbound": OUTBOUND_SETTINGS}, additionalProperties=True),
    "integration_type": TEXT | {"enum": IntegrationType.values, "default": "erp"},
    "connector_config": described({"base_url": TEXT, "auth": CONNECTOR_AUTH}, additionalProperties=True),
    "protected": BOOLEAN | {"default": False},
}
STAMPS: Schema = {"created_at": MOMENT, "updated_at": MOMENT}

KINDS = [kind for kind in map(kind_of, UseCaseType.values) if kind.shape]
CONFIGURATION: Schema = {
    "type": "object",
    "additionalProperties": True,
    "description": "Its members depend on type; unknown ones are stored and returned as they are.",
    "anyOf": [*(kind.shape | {"title": kind.label} for kind in KINDS), {"title": "Another type"}],
}
USE_CASE_FIELDS: Schema = {
    "name": NAME,
    "type": TEXT | {"enum": UseCaseType.values},
    "enabled": BOOLEAN,
    "slug": SLUG,
    "change_description": TEXT | {"maxLength": CHANGE_CHARACTERS},
    "configuration": CONFIGURATION,
}
REQUIRED_OF_USE_CASE = ["name", "type", "enabled"]
WARNINGS = list_of(described({"path": TEXT, "message": TEXT}, ["path", "message"])) | {
    "description": "What is probably not meant. Only in the answer to a write, about what it has sent or left."
}
USE_CASE = described(
    {"id": IDENTIFIER, "integrationId": IDENTIFIER} | USE_CASE_FIELDS | STAMPS | {"warnings": WARNINGS},
    ["id", "integrationId", *REQUIRED_OF_USE_CASE, *STAMPS],
)
NEW_USE_CASE = described(USE_CASE_FIELDS, REQUIRED_OF_USE_CASE)
CHANGED_USE_CASE = described(USE_CASE_FIELDS)
EMBEDDED_USE_CASE = described({"id": IDENTIFIER} | USE_CASE_FIELDS, REQUIRED_OF_USE_CASE)
PAST_VERSION = described(
    {"id": IDENTIFIER, "useCaseId": IDENTIFIER, "integrationId": IDENTIFIER}
    | USE_CASE_FIELDS
    | STAMPS
    | {"history_created_at": MOMENT},
    ["id", "useCaseId", "integrationId", *REQUIRED_OF_USE_CASE, *STAMPS, "history_created_at"],
)

READ_ONLY: Schema = {"id": IDENTIFIER, "orgId": TEXT}
REQUIRED_OF_INTEGRATION = ["id", "orgId", "name", "created_at", "updated_at"]
_INTEGRATION_FIELDS = READ_ONLY | EDITABLE | STAMPS | {"warnings": WARNINGS}
INTEGRATION = described(_INTEGRATION_FIELDS, REQUIRED_OF_INTEGRATION)
INTEGRATION_WITH_USE_CASES = described(
    _INTEGRATION_FIELDS | {"use_cases": list_of(USE_CASE)}, [*REQUIRED_OF_INTEGRATION, "use_cases"]
)
NEW_INTEGRATION = described(EDITABLE, ["name"])
CHANGED_INTEGRATION = described(EDITABLE)
DECLARED_INTEGRATION = described(EDITABLE | {"use_cases": list_of(EMBEDDED_USE_CASE)}, ["name"])

APP_COMPONENT: Schema = {"app_id": IDENTIFIER, "component_id": IDENTIFIER}
APP_MAPPING = described(APP_COMPONENT | {"overwrite": BOOLEAN | {"default": False}}, list(APP_COMPONENT))
APP_MAPPING_REMOVAL = described(APP_COMPONENT, list(APP_COMPONENT))
HISTORY_PAGE = described({"history": list_of(PAST_VERSION), "next_cursor": TEXT}, ["history"])
