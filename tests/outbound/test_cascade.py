"""What an outbound use case takes along when it is switched on or off."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.events.models import EventSwitch
from outbound.models import Webhook
from tests.builders import make_integration, make_token, make_webhook

pytestmark = pytest.mark.django_db

EVENT = "CustomerDetailsUpdated"


class Erp:
    """Use cases as a client of the API saves them."""

    def __init__(self, organization: Organization, client: Client) -> None:
        self.organization = organization
        self.client = client
        self.path = f"/v1/integrations/{make_integration(organization=organization).pk}/use-cases"

    def add(self, *webhooks: str, enabled: bool = True) -> str:
        """A use case; its id."""
        mappings = [
            {
                "name": one,
                "enabled": True,
                "jsonata_expression": "$",
                "delivery": {"type": "webhook", "webhook_id": one},
            }
            for one in webhooks
        ]
        use_case = {"name": "Out", "type": "outbound", "enabled": enabled}
        return self._sent("POST", self.path, use_case | {"configuration": _listening(mappings)}).json()["id"]

    def switch(self, use_case_id: str, *, enabled: bool) -> None:
        """Save it as on or off."""
        self._sent("PUT", f"{self.path}/{use_case_id}", {"type": "outbound", "enabled": enabled})

    def delete(self, use_case_id: str) -> None:
        """Remove it."""
        assert self.client.delete(f"{self.path}/{use_case_id}").status_code < 300

    def webhook(self, webhook_id: str, **fields: Any) -> None:
        """One that takes deliveries."""
        make_webhook(organization=self.organization, id=webhook_id, **fields)

    def is_on(self, webhook_id: str) -> bool:
        """Whether the webhook takes deliveries."""
        return Webhook.objects.of(self.organization).get(pk=webhook_id).enabled

    def is_published(self) -> bool:
        """Whether the event is on."""
        return EventSwitch.objects.of(self.organization).filter(name=EVENT, enabled=True).exists()

    def _sent(self, method: str, path: str, body: dict[str, Any]) -> Any:
        answer = self.client.generic(method, path, json.dumps(body).encode(), content_type="application/json")
        assert answer.status_code < 300, answer.content
        return answer


def _listening(mappings: list[dict[str, Any]]) -> dict[str, Any]:
    return {"event_catalog_event": EVENT, "mappings": mappings}


@pytest.fixture
def erp(organization: Organization, client_of: Callable[..., Client]) -> Erp:
    """That of Home."""
    return Erp(organization, client_of(make_token(organization=organization)))


def test_a_use_case_that_is_switched_on_switches_on_its_event_and_webhooks(erp: Erp) -> None:
    erp.webhook("wh_1", enabled=False)
    erp.add("wh_1")
    assert (erp.is_published(), erp.is_on("wh_1")) == (True, True)


def test_one_that_is_switched_off_switches_them_off(erp: Erp) -> None:
    erp.webhook("wh_1")
    erp.switch(erp.add("wh_1"), enabled=False)
    assert (erp.is_published(), erp.is_on("wh_1")) == (False, False)


def test_what_another_use_case_needs_stays_on(erp: Erp) -> None:
    erp.webhook("wh_1")
    erp.webhook("wh_2")
    first = erp.add("wh_1", "wh_2")
    erp.add("wh_2")
    erp.switch(first, enabled=False)
    assert (erp.is_published(), erp.is_on("wh_1"), erp.is_on("wh_2")) == (True, False, True)


def test_an_event_stays_on_that_a_webhook_listens_to_by_itself(erp: Erp) -> None:
    erp.webhook("wh_1")
    erp.webhook("wh_own", configuration={"eventName": f"event_{EVENT}"})
    erp.switch(erp.add("wh_1"), enabled=False)
    assert (erp.is_published(), erp.is_on("wh_own")) == (True, True)


def test_an_event_stays_on_whose_history_is_wanted(erp: Erp) -> None:
    erp.webhook("wh_1")
    use_case = erp.add("wh_1")
    EventSwitch.objects.of(erp.organization).update(keeps_history=True)
    erp.switch(use_case, enabled=False)
    assert erp.is_published()


def test_one_that_never_was_on_switches_nothing_off(erp: Erp) -> None:
    erp.webhook("wh_1")
    erp.add("wh_1", enabled=False)
    assert erp.is_on("wh_1")


def test_one_that_is_deleted_leaves_nothing_on_that_only_it_needed(erp: Erp) -> None:
    erp.webhook("wh_1")
    erp.delete(erp.add("wh_1"))
    assert (erp.is_published(), erp.is_on("wh_1")) == (False, False)
