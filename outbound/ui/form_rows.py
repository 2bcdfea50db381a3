"""The rows of a webhook's form: headers, conditions, parameters of a token request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hub.json_types import JSONObject, JSONValue
from hub.web.form_rows import PARAMETERS, Row, RowKind

HEADERS = RowKind("header", ("name", "value"))
CONDITIONS = RowKind(
    "condition", ("field", "operation", "values", "type", "items"), frozenset({"operation", "type", "items"})
)
EXPRESSIONS = RowKind("expression", ("text",))
EXTRA_FIELDS = RowKind("extra", ("name", "expression"))
KINDS = {
    "headers": HEADERS,
    "conditions": CONDITIONS,
    "expressions": EXPRESSIONS,
    "parameters": PARAMETERS,
    "extra_fields": EXTRA_FIELDS,
}

ITEMS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "array": ("is_array_field",),
    "item": ("repeatable_item_op",),
    "array_item": ("is_array_field", "repeatable_item_op"),
}
"""How a condition looks at lists → the flags that say so."""


def header_rows(configuration: JSONObject) -> list[Row]:
    """Of a stored webhook."""
    headers = _object(_object(configuration.get("payloadConfiguration")).get("custom_headers"))
    return [{"name": name, "value": str(value)} for name, value in headers.items()]


def condition_rows(configuration: JSONObject) -> list[Row]:
    """Conditions about fields."""
    return [_condition_row(one) for one in _conditions(configuration) if "jsonata_expression" not in one]


def expression_rows(configuration: JSONObject) -> list[Row]:
    """Conditions that are expressions."""
    return [
        {"text": str(one["jsonata_expression"])}
        for one in _conditions(configuration)
        if one.get("jsonata_expression") is not None
    ]


def parameter_rows(auth: JSONObject) -> list[Row]:
    """Of a token request."""
    listed = auth.get("customParameterList")
    known = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [
        {"key": str(one.get("key", "")), "place": str(one.get("type", "")), "value": str(one.get("value", ""))}
        for one in known
    ]


def extra_field_rows(configuration: JSONObject) -> list[Row]:
    """Fields of a form beside its files."""
    fields = _object(_object(configuration.get("multipartConfig")).get("extraFields"))
    return [{"name": name, "expression": str(expression)} for name, expression in fields.items()]


def headers_of(rows: Iterable[Row]) -> JSONObject:
    """As the API takes them; of two with one name the last counts."""
    return {row["name"].strip(): row["value"] for row in rows}


def conditions_of(rows: Iterable[Row], expressions: Iterable[Row]) -> list[JSONValue]:
    """Those about fields, then those that are expressions: their order makes no difference."""
    listed: list[JSONValue] = [_condition(row) for row in rows]
    return listed + [{"jsonata_expression": row["text"]} for row in expressions]


def parameters_of(rows: Iterable[Row]) -> list[JSONValue]:
    """Of a token request, as the API takes them."""
    return [{"type": row["place"], "key": row["key"].strip(), "value": row["value"]} for row in rows]


def _condition(row: Row) -> JSONObject:
    flags: JSONObject = dict.fromkeys(ITEMS.get(row["items"], ()), True)
    values: Sequence[JSONValue] = [one for one in row["values"].replace("\r", "").split("\n") if one != ""]
    listed: JSONObject = {"values": [*values]} if values else {}
    chosen: JSONObject = {"field": row["field"].strip(), "operation": row["operation"], "field_type": row["type"]}
    return {name: value for name, value in (chosen | listed | flags).items() if value != ""}


def _condition_row(one: JSONObject) -> Row:
    values = one.get("values")
    flags = tuple(name for name in ("is_array_field", "repeatable_item_op") if one.get(name))
    return {
        "field": str(one.get("field", "")),
        "operation": str(one.get("operation", "")),
        "values": "\n".join(_text(value) for value in values) if isinstance(values, list) else "",
        "type": str(one.get("field_type", "")),
        "items": next((key for key, names in ITEMS.items() if names == flags), ""),
    }


def _text(value: JSONValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _conditions(configuration: JSONObject) -> list[JSONObject]:
    listed = _object(configuration.get("filterConditions")).get("conditions")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _object(value: JSONValue) -> JSONObject:
    return value if isinstance(value, dict) else {}
