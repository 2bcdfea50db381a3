"""One request and one answer per shape of webhooks, as the OpenAPI document shows them."""

from __future__ import annotations

from integrations.api.examples import MOMENT, PROBLEMS, Example

WEBHOOK_ID = "wh_q8Jm2XzT0aVbN4Lk"
LATER = "2026-01-16T08:00:00.000Z"
_API_KEY: Example = {"authType": "API_KEY", "keyName": "X-API-Key", "keyValueIsEnvVar": True}
_COMMON: Example = {
    "name": "Customers to the ERP",
    "eventName": "event_CustomerDetailsUpdated",
    "url": "https://erp.example.com/hooks/customers",
    "httpMethod": "POST",
    "enabled": True,
    "filterConditions": {"conditions": [{"field": "contact.status", "operation": "equals", "values": ["active"]}]},
    "payloadConfiguration": {"custom_headers": {"X-Tenant": "{{env.erp.tenant}}"}},
    "retryPolicy": {"enabled": True, "maxAttempts": 3},
}
NEW_WEBHOOK: Example = _COMMON | {"auth": _API_KEY | {"keyValue": "{{env.erp.api_key}}"}}
WEBHOOK: Example = {
    "id": WEBHOOK_ID,
    **_COMMON,
    "auth": _API_KEY | {"keyValueIsSet": True},
    "protected": False,
    "ordering": "none",
    "onFailure": "continue",
    "maxInFlight": 10,
    "status": "active",
    "health": "healthy",
    "creationTime": MOMENT,
    "updatedTime": MOMENT,
}
SIGNING_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
CREATED_WEBHOOK: Example = WEBHOOK | {"signingSecret": SIGNING_SECRET}
PAUSED_WEBHOOK: Example = WEBHOOK | {"pausedAt": MOMENT}
ROTATION: Example = {"overlapHours": 24}
ROTATED: Example = {"id": WEBHOOK_ID, "signingSecret": SIGNING_SECRET, "formerSecretUntil": LATER}
EVENTS = [{"eventName": "event_CustomerDetailsUpdated", "eventLabel": "Customer details updated"}]
PUBLIC_KEY: Example = {
    "public_key": (
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n"
        "-----END PUBLIC KEY-----\n"
    ),
    "algorithm": "ed25519",
    "issuer": "https://hub.example.com",
}
WEBHOOK_PROBLEMS: dict[int, Example] = PROBLEMS | {
    400: {
        "code": "VALIDATION_ERROR",
        "message": "url: must begin with https://",
        "details": [{"path": "url", "message": "must begin with https://"}],
    },
    403: {"code": "FORBIDDEN", "message": "This needs the permission WEBHOOK_EDIT.", "details": []},
    404: {"code": "WEBHOOK_NOT_FOUND", "message": "There is no such webhook.", "details": []},
    409: {"code": "LIMIT_REACHED", "message": "An organization may have at most 1000 webhooks.", "details": []},
}
"""Status → the body of an answer with it."""
