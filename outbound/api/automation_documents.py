"""described_automation: what the OpenAPI document says about each operation on automations and their runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from integrations.api.documents import CREATES, CURSOR, IF_MATCH, LISTS, READS, WRITES, Described, documented
from outbound.api import automation_examples as examples
from outbound.api import automation_shapes as shapes
from outbound.models import RunState

LIMIT = OpenApiParameter("limit", int, description="Runs of a page, 1 to 100; 25 where nothing is said.")
STATUS = OpenApiParameter("status", str, enum=list(RunState.values), description="Only runs that stand like this.")


def _told(answer: Any, example: Any, errors: tuple[int, ...], **more: Any) -> Described:  # Any: as in Described
    return Described(answer, example, errors, tag="Automations", **({"problems": examples.AUTOMATION_PROBLEMS} | more))


OPERATIONS: dict[str, Described] = {
    "listAutomations": _told(shapes.AUTOMATIONS, examples.AUTOMATIONS, LISTS),
    "createAutomation": _told(
        shapes.AUTOMATION,
        examples.AUTOMATION,
        (*CREATES, 409),
        request=shapes.NEW_AUTOMATION,
        request_example=examples.NEW_AUTOMATION,
        status=201,
    ),
    "getAutomation": _told(shapes.AUTOMATION, examples.AUTOMATION, READS),
    "replaceAutomation": _told(
        shapes.AUTOMATION,
        examples.AUTOMATION,
        WRITES,
        request=shapes.NEW_AUTOMATION,
        request_example=examples.NEW_AUTOMATION,
        parameters=(IF_MATCH,),
    ),
    "deleteAutomation": _told(None, None, (*READS, 412), status=204, parameters=(IF_MATCH,)),
    "testAutomation": _told(
        shapes.REHEARSAL,
        examples.REHEARSAL,
        (400, *READS),
        request=shapes.REHEARSE,
        request_example=examples.REHEARSE,
    ),
    "listAutomationRuns": _told(shapes.RUN_PAGE, examples.RUN_PAGE, (400, *READS), parameters=(LIMIT, STATUS, CURSOR)),
    "getAutomationRun": _told(shapes.RUN_DETAIL, examples.RUN_DETAIL, READS),
    "retryAutomationRun": _told(
        shapes.RUN,
        examples.RETRIED,
        (400, *READS, 409),
        request=shapes.RETRY,
        request_example=examples.RETRY,
        status=202,
        problems=examples.RETRY_PROBLEMS,
    ),
}


def described_automation(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
