"""operation: what the OpenAPI document says about each operation of this app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from integrations.api import examples, shapes
from integrations.api.examples import PROBLEMS, Example
from integrations.api.shapes import Schema, described, list_of

JSON = "application/json"
READS = (401, 403, 404, 429)
WRITES = (400, 401, 403, 404, 412, 429)
LISTS = (401, 403, 429)
CREATES = (400, 401, 403, 429)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of what was read; a stale one is answered with 412."
)
CURSOR = OpenApiParameter("cursor", str, description="next_cursor of the page before.")


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: its answer, None without a body, and its request, each with an example.

    more_requests: name → another example of the request. problems: status → example of a refusal. auth: as
    extend_schema takes it; None asks for the token.
    """

    answer: Schema | None
    example: Any  # Any: a JSON document
    errors: tuple[int, ...]
    request: Schema | None = None
    request_example: Example | None = None
    status: int = 200
    tag: str = "Integrations"
    parameters: tuple[OpenApiParameter, ...] = ()
    problems: Mapping[int, Example] = field(default_factory=lambda: PROBLEMS)
    auth: list[dict[str, list[str]]] | None = None
    more_requests: Mapping[str, Example] = field(default_factory=dict)


def _list(name: str, item: Schema, example: Example, errors: tuple[int, ...], tag: str) -> Described:
    return Described(described({name: list_of(item)}, [name]), {name: [example]}, errors, tag=tag)


USE_CASES = "Use cases"
APP_MAPPING = "App mapping"
OPERATIONS: dict[str, Described] = {
    "listIntegrations": _list("integrations", shapes.INTEGRATION, examples.INTEGRATION, LISTS, "Integrations"),
    "createIntegration": Described(
        shapes.INTEGRATION,
        examples.INTEGRATION,
        CREATES,
        shapes.NEW_INTEGRATION,
        examples.NEW_INTEGRATION,
        status=201,
    ),
    "getIntegration": Described(shapes.INTEGRATION, examples.INTEGRATION, READS),
    "updateIntegration": Described(
        shapes.INTEGRATION,
        examples.INTEGRATION,
        WRITES,
        shapes.CHANGED_INTEGRATION,
        examples.NEW_INTEGRATION,
        parameters=(IF_MATCH,),
    ),
    "deleteIntegration": Described(shapes.MESSAGE, examples.MESSAGE, (*READS, 412), parameters=(IF_MATCH,)),
    "listIntegrationsV2": _list(
        "integrations",
        shapes.INTEGRATION_WITH_USE_CASES,
        examples.INTEGRATION_WITH_USE_CASES,
        LISTS,
        "Integrations",
    ),
    "createIntegrationV2": Described(
        shapes.INTEGRATION_WITH_USE_CASES,
        examples.INTEGRATION_WITH_USE_CASES,
        CREATES,
        shapes.DECLARED_INTEGRATION,
        examples.DECLARED_INTEGRATION,
        status=201,
    ),
    "getIntegrationV2": Described(shapes.INTEGRATION_WITH_USE_CASES, examples.INTEGRATION_WITH_USE_CASES, READS),
    "updateIntegrationV2": Described(
        shapes.INTEGRATION_WITH_USE_CASES,
        examples.INTEGRATION_WITH_USE_CASES,
        WRITES,
        shapes.DECLARED_INTEGRATION,
        examples.DECLARED_INTEGRATION,
        parameters=(IF_MATCH,),
    ),
    "deleteIntegrationV2": Described(shapes.MESSAGE, examples.MESSAGE, (*READS, 412), parameters=(IF_MATCH,)),
    "listUseCases": _list("use_cases", shapes.USE_CASE, examples.USE_CASE, READS, USE_CASES),
    "createUseCase": Described(
        shapes.USE_CASE,
        examples.USE_CASE,
        (*CREATES, 404),
        shapes.NEW_USE_CASE,
        examples.NEW_USE_CASE,
        status=201,
        tag=USE_CASES,
        more_requests=examples.OF_OTHER_TYPES,
    ),
    "getUseCase": Described(shapes.USE_CASE, examples.USE_CASE, READS, tag=USE_CASES),
    "updateUseCase": Described(
        shapes.USE_CASE,
        examples.USE_CASE,
        WRITES,
        shapes.CHANGED_USE_CASE,
        examples.CHANGED_USE_CASE,
        tag=USE_CASES,
        parameters=(IF_MATCH,),
    ),
    "deleteUseCase": Described(shapes.MESSAGE, examples.MESSAGE, (*READS, 412), tag=USE_CASES, parameters=(IF_MATCH,)),
    "listUseCaseHistory": Described(
        shapes.HISTORY_PAGE, examples.HISTORY_PAGE, (400, *READS), tag=USE_CASES, parameters=(CURSOR,)
    ),
    "setIntegrationAppMapping": Described(
        described({"integration_id": shapes.IDENTIFIER}, ["integration_id"]),
        examples.APP_MAPPING_ANSWER,
        (400, *READS, 409),
        shapes.APP_MAPPING,
        examples.APP_MAPPING,
        tag=APP_MAPPING,
    ),
    "deleteIntegrationAppMapping": Described(
        shapes.MESSAGE,
        examples.MESSAGE,
        (400, *READS),
        shapes.APP_MAPPING_REMOVAL,
        examples.APP_COMPONENT,
        tag=APP_MAPPING,
    ),
}


class BodyOfRemoval(AutoSchema):
    """For the one DELETE whose request has a body; the library never shows one there."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:  # Any: the library's own signature
        """As the library, with the body."""
        told = OPERATIONS["deleteIntegrationAppMapping"]
        content = {JSON: {"schema": told.request, "examples": {"Request": {"value": told.request_example}}}}
        shown: dict[str, Any] = super().get_operation(*args, **kwargs) or {}
        return shown | {"requestBody": {"required": True, "content": content}}


def operation(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])


def documented(operation_id: str, told: Described) -> Callable[[Any], Any]:  # Any: as above
    """The same for an operation of another app."""
    responses: dict[Any, Any] = {  # Any: the library's own keys and schemas
        told.status if told.answer is None else (told.status, JSON): told.answer
    }
    responses |= {(status, JSON): shapes.PROBLEM for status in told.errors}
    extended = extend_schema(
        operation_id=operation_id,
        tags=[told.tag],
        request=None if told.request is None else {JSON: told.request},
        responses=responses,
        parameters=list(told.parameters),
        examples=_examples(told),
        auth=told.auth,  # type: ignore[arg-type]  # requirements, whatever the library's types say
    )

    def decorate(method: Any) -> Any:  # Any: as above
        if method.__name__ == "delete" and told.request is not None:
            method.schema = BodyOfRemoval
        return extended(method)

    return decorate


def _examples(told: Described) -> list[OpenApiExample]:
    shown = []
    if told.answer is not None:
        shown.append(OpenApiExample("Answer", told.example, response_only=True, status_codes=[str(told.status)]))
    if told.request_example is not None:
        shown.append(OpenApiExample("Request", told.request_example, request_only=True))
    shown += [OpenApiExample(name, one, request_only=True) for name, one in told.more_requests.items()]
    return shown + [
        OpenApiExample(
            told.problems[status]["code"], told.problems[status], response_only=True, status_codes=[str(status)]
        )
        for status in told.errors
    ]
