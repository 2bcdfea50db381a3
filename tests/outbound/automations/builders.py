"""Automations as admins make them, with steps that tests name."""

from __future__ import annotations

from typing import Any

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.ids import new_id
from hub.json_types import JSONObject
from integrations.operations.author import Author
from outbound.automations.changes import SentAutomation
from outbound.automations.operations import create_automation
from outbound.models import Automation, AutomationRun, AutomationStep
from tests.builders import NOW
from tests.outbound.world import EVENT

EVENT_TRIGGER: JSONObject = {"type": "core_event", "event_name": EVENT}
CHANGE_TRIGGER: JSONObject = {"type": "entity_change", "schema": "contact"}


def author_of(organization: Organization) -> Author:
    """An admin."""
    return Author(organization=organization, actor=Actor("user", "1"), is_admin=True, at=NOW)


def make_automation(organization: Organization, *steps: JSONObject, **fields: Any) -> Automation:
    """An enabled automation that starts with EVENT; without steps one that only maps."""
    whole: JSONObject = {
        "name": "Follow up",
        "trigger": EVENT_TRIGGER,
        "steps": [*(steps or (mapped(),))],
    } | fields
    return create_automation(author=author_of(organization), sent=SentAutomation.parse(whole))


def make_run(automation: Automation, **fields: Any) -> AutomationRun:
    """One that a change of a contact started and that is due."""
    stored: JSONObject = {
        "id": new_id(),
        "organization_id": automation.organization_id,
        "automation_id": automation.pk,
        "automation_version": automation.version,
        "event_name": "updateEntity",
        "document": {"contact": {"customer_number": "C-1", "first_name": "Ada"}},
        "correlation_id": "corr-1",
        "created_at": NOW,
        "next_attempt_at": NOW,
    }
    return AutomationRun.objects.create(**stored | fields)


def mapped(expression: str = '{"number": contact.customer_number}', **fields: Any) -> JSONObject:
    """A step that maps for the next one."""
    return {"type": "map_data", "expression": expression} | fields


def written(expression: str, schema: str = "ticket", by: str = "ticket_number") -> JSONObject:
    """A step that maps into an entity."""
    return mapped(expression, entity={"schema": schema, "unique_identifiers": [by]})


def called(webhook_id: str = "wh_1") -> JSONObject:
    """A step that triggers a webhook."""
    return {"type": "trigger_webhook", "webhook_id": webhook_id}


def published(event_name: str, **fields: Any) -> JSONObject:
    """A step that publishes a core event."""
    return {"type": "publish_event", "event_name": event_name} | fields


def runs_of(automation: Automation) -> list[AutomationRun]:
    """All of them, in order."""
    return list(AutomationRun.objects.filter(automation_id=automation.pk).order_by("sequence"))


def run_of(automation: Automation) -> AutomationRun:
    """The only one."""
    [run] = runs_of(automation)
    return run


def steps_of(run: AutomationRun) -> list[AutomationStep]:
    """As they were taken or tried."""
    return list(AutomationStep.objects.filter(run_id=run.id).order_by("at", "number"))
