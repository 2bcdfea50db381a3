"""One valid configuration per type of use case; tests change a copy."""

from __future__ import annotations

from typing import Any

INBOUND: dict[str, Any] = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["customer_number"],
            "fields": [{"attribute": "customer_number", "field": "KUNNR"}],
        }
    ]
}
OUTBOUND: dict[str, Any] = {
    "event_catalog_event": "contract.created",
    "mappings": [
        {
            "name": "To the ERP",
            "enabled": True,
            "jsonata_expression": '{"vertrag": contract.number}',
            "delivery": {"type": "webhook", "webhook_id": "wh-1"},
        }
    ],
}
FILE_PROXY: dict[str, Any] = {
    "params": [{"name": "documentId", "required": True}],
    "steps": [
        {
            "url": "{{env.dms.base}}/documents/{{params.documentId}}",
            "method": "GET",
            "response_type": "binary",
            "headers": {"X-Api-Key": "{{env.dms.key}}"},
        }
    ],
    "response": {"body": "steps[0].body", "encoding": "binary"},
}
MANAGED_CALL: dict[str, Any] = {
    "operation": {
        "method": "GET",
        "path": "/v1/customers/{{customer_id}}",
        "headers": {"X-Tenant": "{{env.partner.tenant}}"},
        "query_params": {"q": "{{q}}"},
    },
    "response_mapping": '{"name": data.full_name}',
}
SECURE_PROXY: dict[str, Any] = {"vpc_mode": "secure_link"}

CONFIGURATIONS = {
    "inbound": INBOUND,
    "outbound": OUTBOUND,
    "file_proxy": FILE_PROXY,
    "managed_call": MANAGED_CALL,
    "secure_proxy": SECURE_PROXY,
}
