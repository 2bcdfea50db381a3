"""Outlet: a hub whose webhooks listen to one event, and what became of its deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tools.running import Answer, Hub, execute, rows, wait_for

EVENT = "CustomerDetailsUpdated"
CREATED = "CustomerCreated"
BY_STATE = "SELECT state, count(*) FROM outbound_delivery GROUP BY state"
RETRIES = {"enabled": True, "maxAttempts": 5}


@dataclass
class Outlet:
    """webhooks: name → id."""

    hub: Hub
    token: str
    contact_id: str = ""
    webhooks: dict[str, str] = field(default_factory=dict)

    def open(self) -> None:
        """Start the web server, switch the events on and make the contact whose changes are told."""
        self.hub.start_web()
        for event in (EVENT, CREATED):
            self.call("PATCH", f"/v1/events/{event}", {"enabled": True})
        self.contact_id = self.call("POST", "/v1/entity/contact", {"customer_number": "C-1"}).json()["_id"]

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """A request that must succeed. Any: JSON."""
        answer = self.hub.request(method, path, body, self.token)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}: {answer.text}")
        return answer

    def subscribe(self, name: str, url: str, event: str = EVENT) -> str:
        """A webhook that gets the event; its id."""
        webhook = {"name": name, "eventName": f"event_{event}", "url": url, "retryPolicy": RETRIES}
        self.webhooks[name] = self.call("POST", "/v1/webhooks/configs", webhook).json()["id"]
        return self.webhooks[name]

    def fire(self, last_name: str) -> None:
        """Change the contact."""
        self.call("PATCH", f"/v1/entity/contact/{self.contact_id}", {"last_name": last_name})

    def create(self, customer_number: str) -> None:
        """Make another contact."""
        self.call("POST", "/v1/entity/contact", {"customer_number": customer_number})

    def delivery(self, name: str) -> Any:
        """The only delivery to the webhook, with its attempts. Any: JSON."""
        webhook_id = self.webhooks[name]
        [one] = self.call("POST", f"/v2/webhooks/configs/{webhook_id}/events", {}).json()["data"]
        return self.call("GET", f"/v1/webhooks/configs/{webhook_id}/events/{one['event_id']}").json()

    def wait_for_attempt(self, name: str, number: int = 1) -> None:
        """Until so many attempts of the only delivery are recorded."""
        wait_for(lambda: len(self.delivery(name)["attempts"]) >= number, f"attempt {number} of {name}")

    def hurry(self) -> None:
        """What waits for its next attempt is due now."""
        execute(self.hub.database_url, "UPDATE outbound_delivery SET next_attempt_at = created_at")

    def states(self) -> dict[str, int]:
        """State → deliveries."""
        return dict(rows(self.hub.database_url, BY_STATE))
