"""The schemas of /v1/environments and /v1/portals, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from hub.environments.models import PortalOrigin, VariableType
from hub.environments.values import ITEM_TYPES, LIST_ITEMS

Schema = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NAME: Schema = {"type": "string", "maxLength": 255}
DESCRIPTION: Schema = {"type": "string", "maxLength": 1000}
KEY: Schema = {"type": "string", "pattern": r"^[a-z0-9][a-z0-9_.\-]{0,127}$"}
VALUE_RULES = f"""`String` and `Text`: up to 32,768 characters. `SecretString`: 1 to 4,096 bytes, never answered.
`JSON`: an object of up to 32 KB. `Map`: the same, its members texts, numbers, true or false. `Number`, `Boolean`.
`Link`: an object with `url`, `label` and `description`. `List`: 1 to {LIST_ITEMS} members of `item_type`."""
VALUE: Schema = {
    "description": VALUE_RULES,
    "oneOf": [
        TEXT | {"maxLength": 32768},
        {"type": "number"},
        FLAG,
        {"type": "object"},
        {"type": "array", "minItems": 1, "maxItems": LIST_ITEMS, "items": {}},
    ],
}
TYPE: Schema = {"type": "string", "enum": VariableType.values}
ITEM_TYPE: Schema = {"type": "string", "enum": list(ITEM_TYPES), "description": "Of a `List`; `String` by default."}
WARNING: Schema = {
    "type": "object",
    "required": ["path", "message"],
    "properties": {"path": TEXT, "message": TEXT},
}
VARIABLE_FIELDS: Schema = {
    "type": TYPE,
    "item_type": ITEM_TYPE,
    "value": VALUE,
    "description": DESCRIPTION,
    "group": NAME | {"description": "Is made when there is no group of that name."},
    "protected": FLAG | {"description": "Only an owner changes what is protected, and the protection."},
}
EXPIRES_ON = (
    "The last day on which the value is good, in the zone in which this installation shows times. It is used after"
    " that all the same: pages show it, and alert rules of the kind Expiry tell it. One that is past is stored with a"
    " warning."
)


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


def _items(schema: Schema) -> Schema:
    return _object({"items": {"type": "array", "items": schema}}, "items")


VARIABLE = _object(
    {
        "key": KEY,
        **VARIABLE_FIELDS,
        "expires_on": DAY | {"description": EXPIRES_ON},
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "warnings": {"type": "array", "items": WARNING, "description": "Only in the answer to a write."},
    },
    "key",
    "type",
    "protected",
    "created_at",
    "updated_at",
)
WRITTEN_FIELDS: Schema = VARIABLE_FIELDS | {
    "expires_on": {"oneOf": [DAY, {"type": "null"}], "description": f"{EXPIRES_ON} `null` clears it."}
}
NEW_VARIABLE = _object({"key": KEY, **WRITTEN_FIELDS}, "key", "type")
CHANGED_VARIABLE = _object(WRITTEN_FIELDS)
GROUP = _object(
    {"name": NAME, "description": DESCRIPTION, "created_at": MOMENT, "updated_at": MOMENT},
    "name",
    "created_at",
    "updated_at",
)
CHANGED_GROUP = _object({"description": DESCRIPTION})
PORTAL_FIELDS: Schema = {
    "origin": {"type": "string", "enum": PortalOrigin.values},
    "domain": NAME,
    "name": NAME,
    "enabled": FLAG,
    "is_dummy": FLAG,
    "is_epilot_domain": FLAG,
}
PORTAL = _object(
    {"portal_id": TEXT | {"maxLength": 128}, **PORTAL_FIELDS, "created_at": MOMENT}, "portal_id", *PORTAL_FIELDS
)
CHANGED_PORTAL = _object(PORTAL_FIELDS | {"created_at": {"oneOf": [MOMENT, {"type": "null"}]}})


def _operation(
    tag: str,
    operation_id: str,
    answers: dict[int, Schema | None],
    request: Schema | None = None,
    parameters: tuple[OpenApiParameter, ...] = (),
) -> Any:
    """One documented operation; answers: status → schema of the body, None without one. Any: the library's own."""
    responses: dict[Any, Any] = {  # Any: the library's own keys
        status if schema is None else (status, "application/json"): schema for status, schema in answers.items()
    }
    return extend_schema(
        operation_id=operation_id,
        tags=[tag],
        request={"application/json": request} if request else None,
        responses=responses,
        parameters=list(parameters),
    )


USE = _object(
    {
        "kind": TEXT | {"enum": ["integration", "use case", "webhook", "automation", "core event"]},
        "name": TEXT,
        "page": TEXT | {"description": "Where people find it in this hub, such as `/app/webhooks/wh_1`."},
    },
    "kind",
    "name",
    "page",
)
STALE_IS_412 = "The ETag of what was read; a stale one is answered with 412."
IF_MATCH = (OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description=STALE_IS_412),)
FORCE = OpenApiParameter("force", bool, description="Delete it although configurations refer to it.")
ENVIRONMENT, PORTALS = "Environment", "Portals"
documented_variables = extend_schema_view(
    get=_operation(ENVIRONMENT, "listEnvironments", {200: _items(VARIABLE)}),
    post=_operation(ENVIRONMENT, "createEnvironment", {201: VARIABLE}, NEW_VARIABLE),
)
documented_variable = extend_schema_view(
    get=_operation(ENVIRONMENT, "getEnvironment", {200: VARIABLE}),
    put=_operation(ENVIRONMENT, "putEnvironment", {200: VARIABLE, 201: VARIABLE}, CHANGED_VARIABLE, IF_MATCH),
    delete=_operation(ENVIRONMENT, "deleteEnvironment", {204: None}, parameters=(*IF_MATCH, FORCE)),
)
documented_uses = extend_schema_view(get=_operation(ENVIRONMENT, "listEnvironmentUses", {200: _items(USE)}))
documented_groups = extend_schema_view(get=_operation(ENVIRONMENT, "listEnvironmentGroups", {200: _items(GROUP)}))
documented_group = extend_schema_view(
    put=_operation(ENVIRONMENT, "putEnvironmentGroup", {200: GROUP, 201: GROUP}, CHANGED_GROUP),
    delete=_operation(ENVIRONMENT, "deleteEnvironmentGroup", {204: None}),
)
documented_portals = extend_schema_view(get=_operation(PORTALS, "listPortals", {200: _items(PORTAL)}))
documented_portal = extend_schema_view(
    put=_operation(PORTALS, "putPortal", {200: PORTAL, 201: PORTAL}, CHANGED_PORTAL),
    delete=_operation(PORTALS, "deletePortal", {204: None}),
)
