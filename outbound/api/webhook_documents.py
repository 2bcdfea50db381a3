"""described_webhook: what the OpenAPI document says about each operation on webhooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from integrations.api.documents import CREATES, IF_MATCH, LISTS, READS, WRITES, Described, documented
from outbound.api import webhook_examples as examples
from outbound.api import webhook_shapes as shapes

EVENT_NAME = OpenApiParameter("eventName", str, description="Only webhooks that listen to this one.")
ORGANIZATION = OpenApiParameter("orgId", str, required=True, description="Whose key.")
NO_TOKEN: list[dict[str, list[str]]] = [{}]


def _told(answer: Any, example: Any, errors: tuple[int, ...], **more: Any) -> Described:  # Any: as in Described
    return Described(answer, example, errors, tag="Webhooks", problems=examples.WEBHOOK_PROBLEMS, **more)


OPERATIONS: dict[str, Described] = {
    "listConfiguredEvents": _told(shapes.EVENTS, examples.EVENTS, LISTS),
    "listWebhooks": _told(
        {"type": "array", "items": shapes.WEBHOOK}, [examples.WEBHOOK], (400, *LISTS), parameters=(EVENT_NAME,)
    ),
    "createWebhook": _told(
        shapes.CREATED_WEBHOOK,
        examples.CREATED_WEBHOOK,
        (*CREATES, 409),
        request=shapes.NEW_WEBHOOK,
        request_example=examples.NEW_WEBHOOK,
        status=201,
    ),
    "getWebhook": _told(shapes.WEBHOOK, examples.WEBHOOK, READS),
    "replaceWebhook": _told(
        shapes.REPLACED_WEBHOOK,
        examples.WEBHOOK,
        WRITES,
        request=shapes.NEW_WEBHOOK,
        request_example=examples.NEW_WEBHOOK,
        parameters=(IF_MATCH,),
    ),
    "deleteWebhook": _told(None, None, (*READS, 412), status=204, parameters=(IF_MATCH,)),
    "rotateWebhookSecret": _told(
        shapes.ROTATED,
        examples.ROTATED,
        (400, *READS, 409),
        request=shapes.ROTATION,
        request_example=examples.ROTATION,
    ),
    "pauseWebhook": _told(shapes.WEBHOOK, examples.PAUSED_WEBHOOK, READS),
    "resumeWebhook": _told(shapes.WEBHOOK, examples.WEBHOOK, READS),
    "getWebhookPublicKey": _told(
        shapes.PUBLIC_KEY, examples.PUBLIC_KEY, (400, 404, 429), parameters=(ORGANIZATION,), auth=NO_TOKEN
    ),
}


def described_webhook(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
