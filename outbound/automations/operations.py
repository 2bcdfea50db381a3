"""Create, replace, switch and delete automations; each write is a version and audited."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from hub.accounts.audit import Act
from hub.environments.operations.author import check_room
from hub.events.definitions import events_at
from hub.events.switches import switch_on
from hub.ids import new_id
from hub.json_types import JSONObject, JSONValue
from hub.preconditions import check_version
from integrations.differences import differences
from integrations.expressions import check_expressions
from integrations.findings import invalid
from integrations.operations.author import Author, recorded
from integrations.versions import save_version
from outbound.automations.changes import SentAutomation
from outbound.automations.configuration import AutomationConfiguration
from outbound.automations.queries import automations_of, configuration_of, get_automation
from outbound.automations.steps import PublishEvent
from outbound.models import Automation
from outbound.unbound import refuse_unbound

MOST_AUTOMATIONS: Final = 200
"""The list is answered whole, and whoever plans runs looks through all of it."""
AUDITED_PATHS: Final = 50


def create_automation(*, author: Author, sent: SentAutomation) -> Automation:
    """A new automation. Raises LimitReached, or Invalid for an expression that does not compile.

    Must not be called within a transaction.
    """
    refuse_broken_expressions(sent.configuration)
    with recorded(author) as acts:
        check_room(automations_of(author.organization).count(), MOST_AUTOMATIONS, "automations")
        automation = Automation(id=new_id(), organization=author.organization, created_at=author.at)
        _store(automation, sent, author, is_new=True)
        acts.append(_act("create", automation, {"name": automation.name, "enabled": automation.enabled}))
    return automation


def replace_automation(
    *, author: Author, automation_id: UUID, raw: JSONObject, expected: frozenset[int] | None = None
) -> tuple[Automation, SentAutomation]:
    """Make the automation what was sent; nothing is written when nothing is different.

    expected: the versions the caller knows, None for any. Raises AutomationNotFound, Stale, or Invalid. Must not be
    called within a transaction.
    """
    stored = get_automation(organization=author.organization, automation_id=automation_id)
    sent = SentAutomation.parse(raw, stored=stored.configuration)
    refuse_broken_expressions(sent.configuration)
    with recorded(author) as acts:
        automation = get_automation(organization=author.organization, automation_id=automation_id)
        check_version(automation.version, expected)
        if changes := _changes(automation.configuration, sent.document):
            automation.version += 1
            _store(automation, sent, author, is_new=False)
            acts.append(_act("update", automation, changes))
    return automation, sent


def set_enabled(*, author: Author, automation_id: UUID, enabled: bool) -> Automation:
    """Switch the automation on or off. Raises AutomationNotFound."""
    with recorded(author) as acts:
        automation = get_automation(organization=author.organization, automation_id=automation_id)
        if automation.enabled != enabled:
            sent = SentAutomation.parse(automation.configuration | {"enabled": enabled})
            automation.version += 1
            _store(automation, sent, author, is_new=False)
            change: JSONObject = {"enabled": [not enabled, enabled]}
            acts.append(_act("enable" if enabled else "disable", automation, change))
    return automation


def delete_automation(*, author: Author, automation_id: UUID, expected: frozenset[int] | None = None) -> None:
    """Delete the automation; what it was doing ends, its runs stay until their time is over.

    Raises AutomationNotFound, Stale.
    """
    with recorded(author) as acts:
        automation = get_automation(organization=author.organization, automation_id=automation_id)
        check_version(automation.version, expected)
        acts.append(_act("delete", automation, {"name": [automation.name, None]}))
        automation.delete()


def refuse_broken_expressions(configuration: AutomationConfiguration) -> None:
    """Raise Invalid with line and column for each expression that does not compile or has an unknown variable."""
    problems = check_expressions(configuration.expressions)
    if problems:
        raise invalid(problems)
    refuse_unbound(configuration.expressions)


def _store(automation: Automation, sent: SentAutomation, author: Author, *, is_new: bool) -> None:
    automation.name, automation.enabled = sent.configuration.name, sent.configuration.enabled
    automation.configuration, automation.updated_at = sent.document, author.at
    automation.change_description = sent.reason
    save_version(automation, actor=author.actor, at=author.at, is_new=is_new)
    if automation.enabled:
        _switch_on(automation)


def _switch_on(automation: Automation) -> None:
    """The events that an enabled automation waits for or publishes, as an enabled use case does (outbound.md 4.5)."""
    configuration = configuration_of(automation)
    if configuration is None:
        return
    names = {step.event_name for step in configuration.steps if isinstance(step, PublishEvent)}
    names |= {configuration.trigger.event_name} if configuration.trigger.is_core_event else set()
    known = events_at(automation.organization_id)
    for name in sorted(names & set(known)):
        switch_on(organization_id=automation.organization_id, name=name)


def _changes(before: JSONObject, document: JSONObject) -> JSONObject:
    """What is different, as the audit trail shows it; empty for nothing."""
    found = differences(before, document)
    places: list[JSONValue] = [str(one.path) for one in found[:AUDITED_PATHS]]
    return {"configuration": places} if places else {}


def _act(done: str, automation: Automation, facts: JSONObject) -> Act:
    return Act(f"automation.{done}", "automation", str(automation.pk), facts)
