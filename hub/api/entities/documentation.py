"""documented: what the OpenAPI document says about each operation of entities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from hub.api.entities import examples, schema_shapes, shapes, texts
from hub.api.entities.examples import Example
from hub.api.entities.shapes import Shape
from hub.entities.product_order_moves import MOVES

JSON = "application/json"
View = TypeVar("View", bound=type)


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: its answer and its request, each with an example."""

    answer: Shape
    example: Example
    request: Shape | None = None
    request_example: Example | None = None
    status: int = 200
    also: int | None = None
    """A second status of success with the same answer; 304 has none."""
    parameters: tuple[OpenApiParameter, ...] = ()
    files: tuple[str, ...] = ()
    """Content types of answers that are files instead."""
    sent_files: tuple[str, ...] = ()
    """Content types of requests that are files instead."""
    tag: str = "Entities"


def _flag(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.BOOL, description=description)


def _number(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.INT, description=description)


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


IF_MATCH = _header("If-Match", "The ETag of what was read, or its `_version`; a stale one is answered with 412.")
IF_NONE_MATCH = _header("If-None-Match", "The ETag of an earlier answer; 304 when it would be the same.")
CURSOR = OpenApiParameter("cursor", str, description="next_cursor of the page before.")
VALIDATE = _flag("validate", "Refuse values that do not fit their types with 422 instead of storing them.")
DIRECT = _flag("direct", "Write attributes that wait for confirmation or approval at once instead of parking them.")
HYDRATE = _flag("hydrate", "Show related entities in place of references.")
SINCE = OpenApiParameter("updated_since", OpenApiTypes.DATETIME, description="Only what changed then or later.")
AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="Show the entity as it was at this moment.")
VERSION = _number("version", "Show the schema as this version had it.")
BEFORE_VERSION = _number("before", "Only versions below this one.")
WARNINGS = OpenApiParameter(
    "Hub-Warnings",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    description="How many of the values that were sent do not fit their types. They are stored all the same; "
    "`?validate=true` refuses them instead and lists them.",
    response=[200, 201],
)
MOVE = OpenApiParameter("move", str, OpenApiParameter.PATH, enum=list(MOVES), description="What to do with it.")
SCHEMAS = "Entity schemas"
OF_A_FILE = (
    OpenApiParameter("schema", str, description="Of a file: the schema of its rows."),
    OpenApiParameter("mapping", str, description="Of a file: a JSON object, column → attribute."),
    OpenApiParameter("unique_key", str, description="Of a file: attributes, divided by commas."),
    OpenApiParameter("delimiter", str, description="Of a CSV file: comma, semicolon or tab; found out by default."),
    _flag("dry_run", "Of a file: write nothing, and tell what would happen."),
)

OPERATIONS: dict[str, Described] = {
    "listSchemas": Described(schema_shapes.SCHEMAS, examples.SCHEMAS, tag=SCHEMAS),
    "getSchema": Described(schema_shapes.SCHEMA, examples.SCHEMA, tag=SCHEMAS, parameters=(VERSION,)),
    "listSchemaVersions": Described(
        schema_shapes.SCHEMA_VERSIONS, examples.SCHEMA_VERSIONS, tag=SCHEMAS, parameters=(BEFORE_VERSION,)
    ),
    "saveSchema": Described(
        schema_shapes.SCHEMA,
        examples.SCHEMA,
        schema_shapes.NEW_SCHEMA,
        examples.NEW_SCHEMA,
        tag=SCHEMAS,
        parameters=(IF_MATCH,),
    ),
    "getSchemaAsJSONSchema": Described(schema_shapes.JSON_SCHEMA, examples.JSON_SCHEMA, tag=SCHEMAS),
    "getSchemaExample": Described(schema_shapes.EXAMPLE, examples.EXAMPLE, tag=SCHEMAS),
    "searchEntities": Described(shapes.FOUND, examples.FOUND, shapes.SEARCH, examples.SEARCH),
    "exportEntities": Described(
        shapes.EXPORTED,
        examples.EXPORTED,
        shapes.EXPORT,
        examples.EXPORT,
        files=("application/x-ndjson", "text/csv"),
    ),
    "importEntities": Described(
        shapes.IMPORTED,
        examples.IMPORTED,
        shapes.IMPORT,
        examples.IMPORT,
        parameters=OF_A_FILE,
        sent_files=("text/csv", "application/x-ndjson"),
    ),
    "listEntities": Described(
        shapes.page_of({"oneOf": [shapes.ENTITY, shapes.PURGED]}),
        examples.PAGE,
        also=304,
        parameters=(
            SINCE,
            _number("limit", "Entities on a page, 1 to 1,000; 100 by default."),
            CURSOR,
            _flag("include_deleted", "List what is in the recycle bin, too, with `_deleted_at`, and what was purged."),
            IF_NONE_MATCH,
        ),
    ),
    "createEntity": Described(
        shapes.ENTITY,
        examples.ENTITY,
        shapes.ATTRIBUTES,
        examples.ATTRIBUTES,
        status=201,
        parameters=(VALIDATE, WARNINGS),
    ),
    "upsertEntity": Described(
        shapes.ENTITY,
        examples.ENTITY,
        shapes.UPSERT,
        examples.UPSERT,
        also=201,
        parameters=(VALIDATE, DIRECT, WARNINGS),
    ),
    "getEntity": Described(shapes.ONE, examples.ONE, also=304, parameters=(AT, HYDRATE, IF_NONE_MATCH)),
    "patchEntity": Described(
        shapes.ENTITY,
        examples.ENTITY,
        shapes.ATTRIBUTES,
        examples.ATTRIBUTES,
        parameters=(VALIDATE, DIRECT, IF_MATCH, WARNINGS),
    ),
    "replaceEntity": Described(
        shapes.ENTITY,
        examples.ENTITY,
        shapes.ATTRIBUTES,
        examples.ATTRIBUTES,
        parameters=(VALIDATE, DIRECT, IF_MATCH, WARNINGS),
    ),
    "deleteEntity": Described(
        shapes.MESSAGE,
        examples.MESSAGE,
        parameters=(_flag("purge", "Remove it for good, with its history."), IF_MATCH),
    ),
    "restoreEntity": Described(shapes.ENTITY, examples.ENTITY, parameters=(IF_MATCH,)),
    "listChangesets": Described(shapes.CHANGESETS, examples.CHANGESETS),
    "applyChangeset": Described(
        shapes.ENTITY, examples.ENTITY, shapes.DECISION, examples.DECISION, parameters=(IF_MATCH,)
    ),
    "dismissChangeset": Described(
        shapes.ENTITY, examples.ENTITY, shapes.DECISION, examples.DECISION, parameters=(IF_MATCH,)
    ),
    "moveProductOrder": Described(
        shapes.ENTITY,
        examples.PRODUCT_ORDER,
        shapes.COMPLETION,
        examples.COMPLETION,
        parameters=(MOVE, IF_MATCH),
    ),
    "listRelations": Described(
        shapes.page_of(shapes.LINK),
        examples.LINK_PAGE,
        parameters=(
            _number("size", "Relations on a page, 1 to 1,000; 100 by default."),
            CURSOR,
            HYDRATE,
            _flag("include_reverse", "List who points at this entity, too, after its own relations."),
        ),
    ),
    "addRelations": Described(shapes.RELINKED, examples.RELINKED, shapes.LINKS, examples.LINKS, parameters=(IF_MATCH,)),
    "removeRelations": Described(
        shapes.RELINKED, examples.RELINKED, shapes.LINKS, examples.LINKS, parameters=(IF_MATCH,)
    ),
}


class BodyOfRemoval(AutoSchema):
    """For the one DELETE whose request has a body; the library never shows one there."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:  # Any: the library's own signature
        """As the library, with the body."""
        told = OPERATIONS["removeRelations"]
        content = {JSON: {"schema": told.request, "examples": {"Request": {"value": told.request_example}}}}
        shown: dict[str, Any] = super().get_operation(*args, **kwargs) or {}
        return shown | {"requestBody": {"required": True, "content": content}}


def documented(**operation_ids: str) -> Callable[[View], View]:
    """Decorates a view: name of a method → operation id, whose row OPERATIONS has."""

    def decorate(view: View) -> View:
        for name, operation_id in operation_ids.items():
            setattr(view, name, _described(getattr(view, name), operation_id))
        return view

    return decorate


def _described(method: Any, operation_id: str) -> Any:  # Any: a view method, whatever its arguments
    told = OPERATIONS[operation_id]
    if operation_id == "removeRelations":
        method.schema = BodyOfRemoval
    responses: dict[Any, Any] = {(told.status, JSON): told.answer}  # Any: the library's own keys and schemas
    responses |= {(told.status, kind): {"type": "string"} for kind in told.files}
    if told.also == 304:
        responses[304] = OpenApiResponse(description="What the caller has is still so.")
    elif told.also is not None:
        responses[told.also, JSON] = told.answer
    return extend_schema(
        operation_id=operation_id,
        tags=[told.tag],
        description=texts.DESCRIPTIONS[operation_id],
        request=None if told.request is None else {JSON: told.request} | dict.fromkeys(told.sent_files, shapes.TEXT),
        responses=responses,
        parameters=list(told.parameters),
        examples=_examples(told),
    )(method)


def _examples(told: Described) -> list[OpenApiExample]:
    shown = [OpenApiExample("Answer", told.example, response_only=True, status_codes=[str(told.status)])]
    if told.request_example is not None:
        shown.append(OpenApiExample("Request", told.request_example, request_only=True))
    return shown
