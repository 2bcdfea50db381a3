"""The shop floor of a story: what its ERP maps and sends, and the triggers of an article category."""

from __future__ import annotations

from typing import Any

from tools.running import Hub, rows

JSON = dict[str, Any]
"""Any: JSON."""

ARTICLES = {
    "entities": [
        {
            "entity_schema": "article_category",
            "unique_ids": ["code"],
            "fields": [
                {"attribute": "code", "field": "$.category.code"},
                {"attribute": "name", "field": "$.category.name"},
            ],
        },
        {
            "entity_schema": "article",
            "unique_ids": ["article_number"],
            "fields": [
                {"attribute": "article_number", "field": "article"},
                {"attribute": "name", "field": "name"},
                {"attribute": "unit", "field": "unit"},
                {"attribute": "parameters", "field": "parameters"},
                {
                    "attribute": "article_category",
                    "relations": {
                        "operation": "_set",
                        "items": [
                            {
                                "entity_schema": "article_category",
                                "unique_ids": [{"attribute": "code", "field": "$.category.code"}],
                            }
                        ],
                    },
                },
            ],
        },
    ]
}
ORDERS = {
    "entities": [
        {
            "entity_schema": "product_order",
            "unique_ids": ["order_number"],
            "fields": [
                {"attribute": "order_number", "field": "orderNo"},
                {"attribute": "quantity", "field": "qty"},
                {"attribute": "due_date", "field": "due"},
                {"attribute": "variant", "field": "variant"},
                {"attribute": "parameters", "field": "params"},
                {"attribute": "erp_reference", "field": "erpRef"},
                {"attribute": "status", "constant": "planned"},
                {
                    "attribute": "article",
                    "relations": {
                        "operation": "_set",
                        "items": [
                            {
                                "entity_schema": "article",
                                "unique_ids": [{"attribute": "article_number", "field": "article"}],
                            }
                        ],
                    },
                },
            ],
        }
    ]
}
PUMP = {
    "article": "A-100",
    "name": "Pump",
    "unit": "pcs",
    "category": {"code": "PUMPS", "name": "Pumps"},
    "parameters": [{"key": "pressure", "label": "Test pressure", "unit": "bar"}],
}
VALVE = {"article": "B-7", "name": "Valve", "category": {"code": "VALVES", "name": "Valves"}}
TRIGGER = """{"productOrderNumber": product_order_number, "workInstructionId": work_instruction_id,
"recordingIds": recording_ids, "quantity": quantity_completed, "_ack_id": _ack_id}"""
"""What the layer at the other end is told; a GET has it in its query."""
OF_PUMPS = 'article_category.code in ["PUMPS"]'


def order(number: str, article: str = "A-100") -> JSON:
    """A product order as the ERP sends it."""
    return {
        "orderNo": number,
        "article": article,
        "qty": 25,
        "due": "2026-03-15",
        "variant": "DN50",
        "params": {"pressure": 16},
        "erpRef": "SO-77/10",
    }


class ShopFloor:
    """A hub with the use cases of the story, as the ERP and the people of the shop floor see it over HTTP.

    Every request shows the token the way shop-floor clients do.
    """

    def __init__(self, hub: Hub, token: str) -> None:
        self.hub = hub
        self._token = token
        self.integration_id = ""

    def ask(self, method: str, path: str, body: Any = None, status: int | None = None) -> Any:
        """One request; what it answers. Any: JSON."""
        answer = self.hub.request(method, path, body, **{"X-API-Key": self._token})
        assert answer.status < 300 if status is None else answer.status == status, answer.text
        return answer.json() if answer.text else None

    def configure(self, receiver_url: str) -> None:
        """Two inbound use cases, and two triggers of the category Pumps: one by GET, one by POST."""
        use_cases = [
            _use_case("article-sync", "inbound", ARTICLES),
            _use_case("product-order-from-erp", "inbound", ORDERS),
            *(self._trigger(method, receiver_url) for method in ("GET", "POST")),
        ]
        made = self.ask("POST", "/v2/integrations", {"name": "ERP and shop floor", "use_cases": use_cases})
        self.integration_id = made["id"]

    def _trigger(self, method: str, receiver_url: str) -> JSON:
        webhook = {"name": method, "eventName": "trigger", "url": f"{receiver_url}/{method.lower()}"}
        webhook_id = self.ask("POST", "/v1/webhooks/configs", webhook | {"httpMethod": method})["id"]
        mapping = {
            "name": method,
            "enabled": True,
            "jsonata_expression": TRIGGER,
            "delivery": {"type": "webhook", "webhook_id": webhook_id},
        }
        configuration = {
            "event_catalog_event": "ProductOrderCompleted",
            "event_filter": OF_PUMPS,
            "mappings": [mapping],
        }
        return _use_case(f"category-completion-trigger-{method.lower()}", "outbound", configuration)

    def send(self, slug: str, *payloads: JSON) -> None:
        """What the ERP has to say."""
        events = [
            {"use_case_slug": slug, "timestamp": "2026-01-15T08:00:00Z", "payload": payload} for payload in payloads
        ]
        body = {"integration_id": self.integration_id, "events": events}
        told = self.ask("POST", "/v3/erp/updates/events", body)
        assert {one["status"] for one in told["results"]} == {"success"}

    def find(self, schema: str, attribute: str, value: str) -> Any:
        """The entity with this value, or None. Any: JSON."""
        found = self.ask("POST", "/v1/entity:search", {"q": f'_schema:{schema} AND {attribute}:"{value}"'})
        return found["results"][0] if found["hits"] else None

    def move(self, entity_id: str, *moves: str, **told: Any) -> Any:
        """Make the moves; what is told goes with the last one. The order afterwards. Any: JSON."""
        moved = None
        for name in moves:
            body = told if name == moves[-1] else None
            moved = self.ask("POST", f"/v1/entity/product_order/{entity_id}:{name}", body)
        return moved

    def delivered(self) -> list[JSON]:
        """What monitoring says of the triggers, newest first."""
        path = f"/v1/integrations/{self.integration_id}/monitoring/outbound-events"
        return list(self.ask("POST", path, {})["data"])

    def acknowledgements(self) -> list[str]:
        """Where the completions stand that were told, oldest first."""
        found = rows(self.hub.database_url, "SELECT state FROM outbound_acknowledgement ORDER BY created_at")
        return [str(state) for (state,) in found]


def _use_case(slug: str, kind: str, configuration: JSON) -> JSON:
    return {"name": slug, "slug": slug, "type": kind, "enabled": True, "configuration": configuration}
