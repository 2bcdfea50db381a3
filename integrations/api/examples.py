"""One request and one answer per shape, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from integrations.kinds import kind_of
from integrations.models import UseCaseType

Example = dict[str, Any]
"""A JSON document. Any: it nests without end."""

INTEGRATION_ID = "6f1d3f5e-9a54-4f0e-8f43-7f0a4f7c2c11"
USE_CASE_ID = "0a7b9f32-51c4-4f57-8e0c-5d1a2f9b7e64"
MOMENT = "2026-01-15T08:00:00.000Z"

NEW_INTEGRATION: Example = {"name": "SAP IS-U", "description": "Customers, contracts and meters of the grid"}
INTEGRATION: Example = {
    "id": INTEGRATION_ID,
    "orgId": "1",
    **NEW_INTEGRATION,
    "integration_type": "erp",
    "protected": False,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
CONFIGURATION: Example = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["customer_number"],
            "fields": [
                {"attribute": "customer_number", "field": "KUNNR"},
                {"attribute": "last_name", "jsonataExpression": "$trim(NAME1)"},
            ],
        }
    ]
}
NEW_USE_CASE: Example = {
    "name": "Customers",
    "type": "inbound",
    "enabled": True,
    "slug": "customers",
    "configuration": CONFIGURATION,
}
OF_OTHER_TYPES: dict[str, Example] = {
    kind.label: {"name": kind.label, "type": type, "enabled": True, "configuration": kind.example}
    for type, kind in ((type, kind_of(type)) for type in UseCaseType.values)
    if kind.example
}
"""Name → a new use case of a type that brings an example of its own."""
USE_CASE: Example = {
    "id": USE_CASE_ID,
    "integrationId": INTEGRATION_ID,
    **NEW_USE_CASE,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
CHANGED_USE_CASE: Example = {"enabled": False, "change_description": "Paused for the migration"}
DECLARED_INTEGRATION: Example = NEW_INTEGRATION | {"use_cases": [{"id": USE_CASE_ID, **NEW_USE_CASE}]}
INTEGRATION_WITH_USE_CASES: Example = INTEGRATION | {"use_cases": [USE_CASE]}
PAST_VERSION: Example = {
    "id": "c1d1c7a7-6f0c-4d6b-8a55-0c9f4b6ad0f2",
    "useCaseId": USE_CASE_ID,
    "integrationId": INTEGRATION_ID,
    **NEW_USE_CASE,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "history_created_at": "2026-01-16T09:30:00.000Z",
}
HISTORY_PAGE: Example = {"history": [PAST_VERSION]}
APP_COMPONENT: Example = {
    "app_id": "2f4c9d0b-3d8e-4c53-9a80-6b4e7b7f1a01",
    "component_id": "b7a8f0d4-8a5c-4e1f-9c8d-1f2e3d4c5b6a",
}
APP_MAPPING: Example = APP_COMPONENT | {"overwrite": True}
APP_MAPPING_ANSWER: Example = {"integration_id": INTEGRATION_ID}
MESSAGE: Example = {"message": "The integration is deleted."}

PROBLEMS: dict[int, Example] = {
    400: {
        "code": "VALIDATION_ERROR",
        "message": "configuration.entities[0].fields: must be a list",
        "details": [{"path": "configuration.entities[0].fields", "message": "must be a list"}],
    },
    401: {"code": "UNAUTHORIZED", "message": "A token is needed: send it as Authorization: Bearer.", "details": []},
    403: {"code": "FORBIDDEN", "message": "This needs the permission WRITE.", "details": []},
    404: {"code": "INTEGRATION_NOT_FOUND", "message": "There is no such integration.", "details": []},
    409: {"code": "APP_MAPPING_EXISTS", "message": "The component is mapped already.", "details": []},
    412: {"code": "PRECONDITION_FAILED", "message": "It is at version 4 by now: read it again.", "details": []},
    429: {"code": "RATE_LIMITED", "message": "Too many requests in this minute.", "details": []},
}
"""Status → the body of an answer with it."""
