"""take: a step is decided, by what does steps of its kind."""

from __future__ import annotations

from outbound.automations import calling, mapping, publishing
from outbound.automations.steps import MapData, PublishEvent, Step
from outbound.automations.taking import Context, Taken


def take(step: Step, context: Context) -> Taken:
    """What the step is about to do; nothing is written yet. Raises HubError. Not within a transaction."""
    if isinstance(step, MapData):
        return mapping.take(step, context)
    if isinstance(step, PublishEvent):
        return publishing.take(step, context)
    return calling.take(step, context)
