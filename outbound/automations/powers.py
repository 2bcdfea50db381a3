"""refuse_more_than_held: an automation does nothing that whoever writes it may not do by hand."""

from __future__ import annotations

from collections.abc import Iterator

from hub.accounts.grants import Capability, allows
from hub.accounts.principals import Principal
from hub.errors import ErrorDetail, Forbidden
from hub.json_types import ROOT
from outbound.automations.configuration import AutomationConfiguration
from outbound.automations.steps import MapData, PublishEvent, Step, TriggerWebhook


def refuse_more_than_held(holder: Principal, configuration: AutomationConfiguration) -> None:
    """Raises Forbidden that names each step and what it needs: an automation runs later, with nobody's rights."""
    details = [
        ErrorDetail(str(ROOT.key("steps").index(place)), f"needs the permission {' or '.join(needed)}")
        for place, step in enumerate(configuration.steps)
        for needed in _needed(step)
        if not any(_holds(holder, capability, step) for capability in needed)
    ]
    if details:
        raise Forbidden("An automation may do only what its author may do.", details=details)


def _needed(step: Step) -> Iterator[tuple[Capability, ...]]:
    """As the doors ask for by which people and clients do the same."""
    if isinstance(step, MapData) and step.entity is not None:
        yield (Capability.ENTITY_EDIT,)
    elif isinstance(step, PublishEvent):
        yield (Capability.EVENTS_MANAGE, Capability.SEND)
    elif isinstance(step, TriggerWebhook):
        yield (Capability.WEBHOOK_EDIT, Capability.SEND)


def _holds(holder: Principal, capability: Capability, step: Step) -> bool:
    schema = step.entity.schema if isinstance(step, MapData) and step.entity is not None else None
    return allows(holder, capability, schema=schema)
