"""documented: what the OpenAPI document says about each operation on core events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from hub.api.events import examples, shapes
from hub.api.events.examples import Example
from hub.api.events.shapes import Shape
from hub.api.events.texts import DESCRIPTIONS

JSON = "application/json"
View = TypeVar("View", bound=type)


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: its answer and its request, each with an example; answer None: a 204."""

    answer: Shape | None = None
    example: Example | None = None
    request: Shape | None = None
    request_example: Example | None = None
    status: int = 200
    parameters: tuple[OpenApiParameter, ...] = ()


def _version(name: str) -> OpenApiParameter:
    description = "Version of the payload, such as `1.0`; the latest by default."
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


VERSIONED = (_version("Epilot-Event-Version"), _version("Event-Version"))
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of what was read; a stale one is answered with 412."
)
MALFORMED = OpenApiParameter(
    "include_malformed", OpenApiTypes.BOOL, default=True, description="Show one that nobody got, too."
)

OPERATIONS: dict[str, Described] = {
    "listEvents": Described(shapes.EVENTS, examples.EVENTS),
    "createEvent": Described(shapes.EVENT, examples.DRAFT, shapes.DEFINITION, examples.DEFINITION, status=201),
    "getEvent": Described(shapes.EVENT, examples.EVENT),
    "changeEvent": Described(shapes.EVENT, examples.EVENT, shapes.CHANGES, examples.CHANGES),
    "replaceEventDraft": Described(
        shapes.EVENT, examples.DRAFT, shapes.DEFINITION, examples.DEFINITION, parameters=(IF_MATCH,)
    ),
    "deprecateEvent": Described(status=204),
    "publishEvent": Described(shapes.EVENT, examples.EVENT, shapes.PUBLICATION, examples.PUBLICATION),
    "previewEvent": Described(shapes.PREVIEW, examples.PREVIEW, shapes.FIRING, examples.FIRING),
    "triggerEvent": Described(shapes.FIRED, examples.FIRED, shapes.FIRING, examples.FIRING),
    "getEventJSONSchema": Described(shapes.OPEN, examples.JSON_SCHEMA, parameters=VERSIONED),
    "getEventExample": Described(shapes.OPEN, examples.PAYLOAD, parameters=VERSIONED),
    "listEventVersions": Described(shapes.VERSIONS, examples.VERSIONS),
    "listEventHistory": Described(shapes.HISTORY, examples.HISTORY, shapes.HISTORY_QUERY, examples.LOOK_BACK),
    "listEventHistoryV2": Described(
        shapes.HISTORY, examples.LIGHT_HISTORY, shapes.LIGHT_HISTORY_QUERY, examples.LIGHT_LOOK_BACK
    ),
    "getEventOfHistory": Described(shapes.OPEN, examples.PAYLOAD, parameters=(MALFORMED,)),
}


def documented(**operation_ids: str) -> Callable[[View], View]:
    """Decorates a view: name of a method → operation id, whose row OPERATIONS has."""

    def decorate(view: View) -> View:
        for name, operation_id in operation_ids.items():
            setattr(view, name, _described(getattr(view, name), operation_id))
        return view

    return decorate


def _described(method: Any, operation_id: str) -> Any:  # Any: a view method, whatever its arguments
    told = OPERATIONS[operation_id]
    responses: dict[Any, Any] = {  # Any: the library's own keys and schemas
        told.status if told.answer is None else (told.status, JSON): told.answer
    }
    return extend_schema(
        operation_id=operation_id,
        tags=["Core events"],
        description=DESCRIPTIONS[operation_id],
        request=None if told.request is None else {JSON: told.request},
        responses=responses,
        parameters=list(told.parameters),
        examples=_examples(told),
    )(method)


def _examples(told: Described) -> list[OpenApiExample]:
    shown = []
    if told.example is not None:
        shown.append(OpenApiExample("Answer", told.example, response_only=True, status_codes=[str(told.status)]))
    if told.request_example is not None:
        shown.append(OpenApiExample("Request", told.request_example, request_only=True))
    return shown
