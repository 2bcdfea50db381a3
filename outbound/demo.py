"""install: what the demo sends out: changes of customers go to the echo receiver, which stands in for a portal."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from hub import clock
from hub.accounts.audit import OPERATOR
from hub.accounts.models import Organization
from hub.json_types import ROOT, JSONObject
from integrations.changes.integration import IntegrationChanges
from integrations.changes.use_case import read_items
from integrations.findings import Findings
from integrations.models import Integration
from integrations.operations.author import Author
from integrations.operations.integrations import create_integration
from outbound.echo.setting_up import USUAL_EVENT, is_in_reach, set_up_echo

INTEGRATION: Final = "Customer portal demo"
DESCRIPTION: Final = "Stands for another system that wants to know what changed; the hub's own echo receiver plays it."
WEBHOOK: Final = "Customer portal"
SHAPED: Final = """{
  "_ack_id": _ack_id,
  "customerNumber": contact.customer_number,
  "name": $join([contact.first_name, contact.last_name], " "),
  "emails": [contact.email.email]
}"""


def install(*, organization: Organization) -> None:
    """Nothing where it is there already, and nothing where there is no echo receiver that the hub may call."""
    if (
        not settings.HUB_DEVELOPMENT
        or not is_in_reach()
        or Integration.objects.of(organization).filter(name=INTEGRATION).exists()
    ):
        return
    author = Author(organization=organization, actor=OPERATOR, is_admin=True, at=clock.now())
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
