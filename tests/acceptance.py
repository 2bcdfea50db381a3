"""Requests 1 to 9 that the guides of the reference API print, byte for byte; only ids are filled in.

INTEGRATION_ID and USE_CASE_ID stand where a guide prints one; the token is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Printed:
    """A request as it is printed."""

    method: str
    path: str
    body: str

    def filled(self, *, integration_id: object = "", use_case_id: object = "") -> Printed:
        """With ids in the places of ids."""
        return Printed(
            self.method,
            _filled(self.path, integration_id, use_case_id),
            _filled(self.body, integration_id, use_case_id),
        )


def _filled(text: str, integration_id: object, use_case_id: object) -> str:
    return text.replace("INTEGRATION_ID", str(integration_id)).replace("USE_CASE_ID", str(use_case_id))


CREATE_INTEGRATION = Printed(
    "POST",
    "/v2/integrations",
    """{
  "name": "My ERP Integration",
  "description": "Synchronizes customers and contracts with our ERP"
}""",
)
CREATE_CONNECTOR = Printed(
    "POST",
    "/v2/integrations",
    """{
  "name": "Partner API",
  "description": "Connector to the partner's customer API",
  "integration_type": "connector",
  "connector_config": {
    "base_url": "https://api.partner.example.com",
    "auth": {
      "type": "oauth2_client_credentials",
      "token_url": "{{env.PARTNER_TOKEN_URL}}",
      "client_id": "{{env.PARTNER_CLIENT_ID}}",
      "client_secret": "{{env.PARTNER_CLIENT_SECRET}}",
      "scope": "read:customers"
    }
  }
}""",
)
RENAME_INTEGRATION = Printed(
    "PUT",
    "/v2/integrations/INTEGRATION_ID",
    """{
  "name": "My ERP Integration (production)",
  "description": "Synchronizes customers with our ERP"
}""",
)
CREATE_USE_CASE = Printed(
    "POST",
    "/v1/integrations/INTEGRATION_ID/use-cases",
    """{
  "name": "Customer Sync",
  "type": "inbound",
  "enabled": true,
  "configuration": {
    "entities": [
      {
        "entity_schema": "contact",
        "unique_ids": ["customer_number"],
        "fields": [
          { "attribute": "customer_number", "field": "customerId" },
          { "attribute": "first_name", "field": "firstName" },
          { "attribute": "last_name", "field": "lastName" },
          { "attribute": "full_name", "jsonataExpression": "firstName & ' ' & lastName" },
          { "attribute": "email", "_type": "email", "field": "$.contact.email" }
        ]
      }
    ]
  }
}""",
)
DISABLE_USE_CASE = Printed("PUT", "/v1/integrations/INTEGRATION_ID/use-cases/USE_CASE_ID", '{"enabled": false}')
SEND_V2 = Printed(
    "POST",
    "/v2/erp/updates/events",
    """{
  "integration_id": "INTEGRATION_ID",
  "meta": { "correlation_id": "req-12345" },
  "events": [
    {
      "event_type": "CREATE",
      "object_type": "customer",
      "timestamp": "2025-01-15T10:30:00Z",
      "format": "json",
      "payload": "{\\"customerId\\": \\"CUST-001\\", \\"firstName\\": \\"Jane\\", \\"lastName\\": \\"Doe\\"}",
      "deduplication_id": "customer-CUST-001-v1"
    }
  ]
}""",
)
SEND_V3 = Printed(
    "POST",
    "/v3/erp/updates/events",
    """{
  "integration_id": "INTEGRATION_ID",
  "meta": { "correlation_id": "req-67890" },
  "events": [
    {
      "event_type": "UPDATE",
      "use_case_slug": "customer-sync",
      "timestamp": "2025-01-15T10:30:00Z",
      "format": "json",
      "payload": {
        "customerId": "CUST-001",
        "firstName": "Jane",
        "lastName": "Doe",
        "contact": { "email": "jane.doe@example.com" }
      }
    }
  ]
}""",
)
_SENT_ALONG = """{
  "event_configuration": {
    "entities": [
      {
        "entity_schema": "contact",
        "unique_ids": ["customer_number"],
        "fields": [
          { "attribute": "customer_number", "field": "customerId" },
          { "attribute": "full_name", "jsonataExpression": "firstName & ' ' & lastName" }
        ]
      }
    ]
  },
  "format": "json",
  "payload": PAYLOAD
}"""
_STORED = """{
  "integration_id": "INTEGRATION_ID",
  "event": {
    "event_type": "UPDATE",
    "use_case_slug": "customer-sync",
    "format": "json",
    "payload": PAYLOAD
  }
}"""
_PAYLOADS = {
    "object": '{ "customerId": "CUST-001", "firstName": "Jane", "lastName": "Doe" }',
    "text": '"{\\"customerId\\": \\"CUST-001\\", \\"firstName\\": \\"Jane\\", \\"lastName\\": \\"Doe\\"}"',
}
SIMULATIONS = {
    f"{form}, payload as {kind}": Printed(
        "POST", "/v2/erp/updates/mapping_simulation", text.replace("PAYLOAD", payload)
    )
    for form, text in (("configuration sent along", _SENT_ALONG), ("stored configuration", _STORED))
    for kind, payload in _PAYLOADS.items()
}
REPLAY_UNKNOWN = Printed(
    "POST", "/v1/integrations/INTEGRATION_ID/events/replay", '{ "event_ids": ["evt-001", "evt-002"] }'
)
