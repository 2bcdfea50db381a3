"""What pages call triggers, operations, steps and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outbound.automations.configuration import AutomationConfiguration
from outbound.automations.steps import MAP_DATA, PUBLISH_EVENT, TRIGGER_WEBHOOK
from outbound.models import AutomationRun

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STEPS: Final[dict[str, _StrPromise]] = {
    MAP_DATA: gettext_lazy("Map data"),
    PUBLISH_EVENT: gettext_lazy("Publish a core event"),
    TRIGGER_WEBHOOK: gettext_lazy("Trigger a webhook"),
}
OPERATIONS: Final[dict[str, _StrPromise]] = {
    "createEntity": gettext_lazy("created"),
    "updateEntity": gettext_lazy("updated"),
    "deleteEntity": gettext_lazy("deleted"),
}


def trigger_in_words(configuration: AutomationConfiguration | None) -> str:
    """What starts the automation."""
    if configuration is None:
        return _("cannot be read any more")
    trigger = configuration.trigger
    if trigger.is_core_event:
        return trigger.event_name
    operations = ", ".join(str(OPERATIONS[one]) for one in trigger.operations)
    return _("%(schema)s %(operations)s") % {"schema": trigger.schema, "operations": operations}


def steps_in_words(configuration: AutomationConfiguration | None) -> str:
    """What it does, in order."""
    steps = configuration.steps if configuration else ()
    return ", ".join(step.name or str(STEPS[step.kind]) for step in steps)


def cause_in_words(run: AutomationRun) -> str:
    """What started the run."""
    operation = OPERATIONS.get(run.event_name)
    return run.event_name if operation is None else _("entity %(operation)s") % {"operation": operation}
