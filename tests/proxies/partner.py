"""Partner: an organization with a connector, managed calls, and the other system as a real server."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from hub.accounts.models import Organization
from integrations.models import Integration, UseCase, UseCaseType
from monitoring.models import MonitoringEvent
from monitoring.record import MANAGED_CALL
from proxies.managed_call.recording import successes
from tests.builders import make_integration, make_secret, make_token, make_use_case, make_variable
from tests.receiver import Receiver, Reply

PERSON = {"full_name": "John Doe", "contact": {"email": "john@example.com"}}
MAPPING = '{ "name": data.full_name, "email": data.contact.email }'


class Partner:
    """The connector authenticates with an API key; tenant and key are variables of the organization."""

    def __init__(self, organization: Organization, receiver: Receiver, **connector: Any) -> None:
        self.organization = organization
        self.receiver = receiver
        receiver.answer_in_turn(answer(PERSON))
        make_variable(organization=organization, key="partner.tenant", value="t1")
        make_secret(organization=organization, key="partner.key", value="k-123456")
        self.integration: Integration = make_integration(
            organization=organization,
            integration_type="connector",
            connector_config={
                "base_url": f"{receiver.url}/base/",
                "auth": {"type": "api_key", "api_key": "{{env.partner.key}}"},
            }
            | connector,
        )
        self.token = make_token(organization=organization)

    def call(self, slug: str = "get-customer", *, enabled: bool = True, **configuration: Any) -> UseCase:
        """A managed call; operation holds what is different from the usual one."""
        operation = {
            "method": "GET",
            "path": "/v1/customers/{{customer_id}}",
            "query_params": {"q": "{{q}}"},
            "headers": {"X-Tenant": "{{env.partner.tenant}}"},
        }
        whole = {"response_mapping": MAPPING} | configuration
        whole["operation"] = operation | configuration.get("operation", {})
        return make_use_case(
            integration=self.integration,
            slug=slug,
            type=UseCaseType.MANAGED_CALL,
            enabled=enabled,
            configuration={name: value for name, value in whole.items() if value is not None},
        )

    def execute(
        self,
        payload: Any = None,
        *,
        slug: str = "get-customer",
        query: str = "",
        text: bytes | None = None,
        **more: Any,
    ) -> Any:
        """The answer of the API. text: the whole body as it is sent. Any: the answer of the test client."""
        payload = {"customer_id": "C/00 1", "q": "a&b"} if payload is None else payload
        body = {"integration_id": str(self.integration.pk), "payload": payload} | more.pop("body", {})
        return Client().post(
            f"/v1/managed-call/{slug}/execute{query}",
            json.dumps(body).encode() if text is None else text,
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {more.pop('token', self.token.text)}",
            **more,
        )

    def spans(self) -> list[MonitoringEvent]:
        """What monitoring knows of the calls, in order."""
        successes.flush()
        rows = MonitoringEvent.objects.of(self.organization).filter(sync_type=MANAGED_CALL)
        return list(rows.order_by("pk"))

    @property
    def sent(self) -> Any:
        """The only request that the other system got."""
        [request] = self.receiver.requests
        return request


def answer(document: Any, status: int = 200, **headers: str) -> Reply:
    """An answer in JSON."""
    content = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, content, json.dumps(document).encode())


def error_of(response: Any) -> Any:
    """The members of an error."""
    return response.json()["error"]
