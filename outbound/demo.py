"""install: what the demo sends out: changes of customers wait for its ERP to poll, and go to the echo receiver."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from hub import clock
from hub.accounts.audit import OPERATOR
from hub.accounts.models import Organization
from hub.json_types import ROOT, JSONObject
from integrations.changes.integration import IntegrationChanges
from integrations.changes.use_case import UseCaseChanges, read_items
from integrations.findings import Findings
from integrations.models import Integration
from integrations.operations.author import Author
from integrations.operations.integrations import create_integration
from integrations.operations.use_cases import create_use_case
from outbound.echo.setting_up import USUAL_EVENT, is_in_reach, set_up_echo

INTEGRATION: Final = "Customer portal demo"
DESCRIPTION: Final = "Stands for another system that wants to know what changed; the hub's own echo receiver plays it."
WEBHOOK: Final = "Customer portal"
POLLED: Final[JSONObject] = {
    "name": "Customer changes",
    "slug": "customer-changes",
    "type": "outbound",
    "enabled": True,
    "configuration": {
        "event_catalog_event": USUAL_EVENT,
        "event_filter": '_trigger_source_type != "inbound"',
        "mappings": [{"name": "Queue of the ERP", "enabled": True, "delivery": {"type": "poll"}}],
    },
}
"""What people and portals change; what the ERP has sent itself it need not hear again."""
SHAPED: Final = """{
  "_ack_id": _ack_id,
  "customerNumber": contact.customer_number,
  "name": $join([contact.first_name, contact.last_name], " "),
  "emails": [contact.email.email]
}"""


def install(*, organization: Organization, integration: Integration) -> None:
    """To be called once: a queue for the ERP of the integration, and where the hub may call its echo, a portal."""
    author = Author(organization=organization, actor=OPERATOR, is_admin=True, at=clock.now())
    create_use_case(author=author, integration_id=integration.pk, changes=UseCaseChanges.parse_new(POLLED))
    if settings.HUB_DEVELOPMENT and is_in_reach():
        _install_portal(author)


def _install_portal(author: Author) -> None:
    webhook = set_up_echo(author=author, name=WEBHOOK)
    findings = Findings()
    items = read_items([_use_case(webhook.pk)], ROOT.key("use_cases"), findings)
    findings.raise_if_any()
    create_integration(
        author=author, changes=IntegrationChanges({"name": INTEGRATION, "description": DESCRIPTION}), items=items
    )


def _use_case(webhook_id: str) -> JSONObject:
    mapping: JSONObject = {
        "name": WEBHOOK,
        "enabled": True,
        "jsonata_expression": SHAPED,
        "delivery": {"type": "webhook", "webhook_id": webhook_id},
    }
    return {
        "name": "Customer changes",
        "slug": "customer-changes",
        "type": "outbound",
        "enabled": True,
        "configuration": {"event_catalog_event": USUAL_EVENT, "mappings": [mapping]},
    }
