"""install: the demo's second source: a grid operator whose meters a schedule reads, where the hub may call itself."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from hub import clock
from hub.accounts.audit import OPERATOR
from hub.accounts.models import Organization
from hub.http.addresses import EgressPolicy
from hub.http.failures import HttpFailure
from hub.http.url import parse
from hub.json_types import ROOT, JSONObject
from integrations.changes.integration import IntegrationChanges
from integrations.changes.use_case import read_items
from integrations.findings import Findings
from integrations.models import Integration
from integrations.operations.author import Author
from integrations.operations.integrations import create_integration

INTEGRATION: Final = "Grid operator demo"
DESCRIPTION: Final = (
    "Stands for a system that cannot push: the hub asks it every 15 minutes for the meters visited since."
)
PATH: Final = "/demo/grid-operator"
TAKES: Final[JSONObject] = {
    "name": "Meters of the grid operator",
    "slug": "grid-meters",
    "type": "inbound",
    "enabled": True,
    "configuration": {
        "entities": [
            {
                "entity_schema": "meter",
                "unique_ids": ["meter_number"],
                "fields": [
                    {"attribute": "meter_number", "field": "$.number"},
                    {"attribute": "meter_type", "field": "$.kind"},
                    {"attribute": "location", "field": "$.place"},
                    {"attribute": "calibration_date", "field": "$.calibrated_on"},
                    {"attribute": "used_for", "jsonataExpression": "'In use for ' & operating_hours & ' h'"},
                    {"attribute": "sector", "constant": "power"},
                    {"attribute": "status", "constant": "active"},
                ],
            }
        ]
    },
}
READS: Final[JSONObject] = {
    "name": "Read meters of the grid operator",
    "slug": "read-grid-meters",
    "type": "managed_call",
    "enabled": True,
    "configuration": {
        "operation": {
            "method": "GET",
            "path": "/meters",
            "query_params": {"visited_since": "{{since}}", "page": "{{page}}"},
        },
        "inbound_use_case_slug": "grid-meters",
        "pull": {
            "every_minutes": 15,
            "payload": {"page": 1, "since": ""},
            "cursor": {"parameter": "since", "next": "meters[-1].visited_at"},
            "items": "meters",
            "next_page": 'has_more ? {"page": page + 1}',
        },
    },
}


def install(*, organization: Organization, integration: Integration) -> None:
    """To be called once; does nothing where the hub may not call its own address."""
    if not (settings.HUB_DEVELOPMENT and _is_in_reach()):
        return
    author = Author(organization=organization, actor=OPERATOR, is_admin=True, at=clock.now())
    findings = Findings()
    items = read_items([TAKES, READS], ROOT.key("use_cases"), findings)
    findings.raise_if_any()
    changes: JSONObject = {
        "name": INTEGRATION,
        "description": DESCRIPTION,
        "integration_type": "connector",
        "connector_config": {"base_url": f"{settings.HUB_BASE_URL}{PATH}"},
    }
    create_integration(author=author, changes=IntegrationChanges(changes), items=items)


def _is_in_reach() -> bool:
    """Its own address is private, so that the operator has to allow it."""
    try:
        EgressPolicy.of_settings().check_url(parse(f"{settings.HUB_BASE_URL}{PATH}"))
    except HttpFailure:
        return False
    return True
