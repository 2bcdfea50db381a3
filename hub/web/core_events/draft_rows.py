"""Rows of the form of an own event: nodes, edges and fields as cells, and back as the JSON that the API takes; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy

from hub.json_types import JSONObject, JSONValue
from hub.strict_json import MalformedJSON, parse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Row = Mapping[str, str]
"""Texts of one row by the names of its columns."""

OWN_FORM: Final = "own"
"""In place of a type: the form is given as JSON."""
FORMS: Final[dict[str, JSONObject]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "truth": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "texts": {"type": "array", "items": {"type": "string"}},
}
TYPES: Final[dict[str, _StrPromise]] = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "whole": gettext_lazy("Whole number"),
    "truth": gettext_lazy("Yes or no"),
    "day": gettext_lazy("Day"),
    "moment": gettext_lazy("Moment"),
    "texts": gettext_lazy("List of texts"),
    OWN_FORM: gettext_lazy("As JSON"),
}
CARDINALITIES: Final[dict[str, _StrPromise]] = {"one": gettext_lazy("one"), "many": gettext_lazy("list")}
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "nodes": ("id", "schema", "cardinality", "fields"),
    "edges": ("from", "to"),
    "fields": ("name", "type", "required", "source", "form"),
}
"""Section → its columns."""
DEFAULTS: Final[dict[str, str]] = {"cardinality": "one", "type": "text", "required": ""}
"""What stands in a column of a row that nobody has touched."""


@dataclass(frozen=True, slots=True)
class Built:
    """JSON made of rows. places: path of a value → the input that it comes from; wrong: input → what it cannot mean."""

    value: JSONValue
    places: Mapping[str, str]
    wrong: Mapping[str, str]


def key_of(section: str, number: int, column: str) -> str:
    """Name of an input."""
    return f"{section}-{number}-{column}"


def is_blank(row: Row) -> bool:
    """Whether nobody has touched the row."""
    return all(text.strip() in {"", DEFAULTS.get(column, "")} for column, text in row.items())


def node_rows(raw: Any) -> list[Row]:  # Any: whatever stands in a definition
    """Rows of the nodes of a graph."""
    return [
        {
            "id": _text(one.get("id")),
            "schema": _text(one.get("schema")),
            "cardinality": "one" if one.get("cardinality") == "one" else "many",
            "fields": ", ".join(map(str, _list(one.get("fields")))),
        }
        for one in _objects(raw)
    ]


def edge_rows(raw: Any) -> list[Row]:  # Any: as above
    """Rows of the edges."""
    return [{"from": _text(one.get("from")), "to": _text(one.get("to"))} for one in _objects(raw)]


def field_rows(raw: Any) -> list[Row]:  # Any: as above
    """Rows of the fields; a form that has no name here stands as JSON."""
    members = raw if isinstance(raw, dict) else {}
    return [_field_row(name, one) for name, one in members.items() if isinstance(one, dict)]


def _field_row(name: str, one: JSONObject) -> Row:
    rest = {key: value for key, value in one.items() if key not in {"required", "graph_source"}}
    type = next((key for key, form in FORMS.items() if rest == {"json_schema": form}), OWN_FORM)
    return {
        "name": name,
        "type": type,
        "required": "on" if one.get("required") else "",
        "source": _text(one.get("graph_source")),
        "form": json.dumps(rest, ensure_ascii=False) if type == OWN_FORM else "",
    }


def nodes_of(rows: Sequence[Row]) -> Built:
    """The nodes of a graph."""
    nodes: list[JSONValue] = []
    places: dict[str, str] = {}
    for number, row in _filled(rows):
        at = f"entity_graph.nodes[{len(nodes)}]"
        names: list[JSONValue] = [*split(row["fields"])]
        node: JSONObject = {name: row[name].strip() for name in ("id", "schema", "cardinality")}
        nodes.append(node | {"fields": names} if names else node)
        places[at] = key_of("nodes", number, "id")
        places |= {f"{at}.{name}": key_of("nodes", number, name) for name in COLUMNS["nodes"]}
    return Built(nodes, places, {})


def edges_of(rows: Sequence[Row]) -> Built:
    """The edges of a graph."""
    edges: list[JSONValue] = []
    places: dict[str, str] = {}
    for number, row in _filled(rows):
        at = f"entity_graph.edges[{len(edges)}]"
        edges.append({name: row[name].strip() for name in COLUMNS["edges"]})
        places[at] = key_of("edges", number, "from")
        places |= {f"{at}.{name}": key_of("edges", number, name) for name in COLUMNS["edges"]}
    return Built(edges, places, {})


def fields_of(rows: Sequence[Row], *, twice: str, no_object: str) -> Built:
    """The fields; twice and no_object: what is said of a name that stands twice, and of a form that is no object."""
    fields: JSONObject = {}
    places: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for number, row in _filled(rows):
        name, at = row["name"].strip(), f"schema_fields.{row['name'].strip()}"
        if name in fields:
            wrong[key_of("fields", number, "name")] = twice
            continue
        field = _form(row, number, wrong, no_object)
        fields[name] = field | {"required": bool(row["required"])} | _source(row)
        form = key_of("fields", number, "form" if row["type"] == OWN_FORM else "type")
        places |= {at: key_of("fields", number, "name"), f"{at}.graph_source": key_of("fields", number, "source")}
        places |= {f"{at}.{one}": form for one in ("json_schema", "items", "entity_schema")}
    return Built(fields, places, wrong)


def _form(row: Row, number: int, wrong: dict[str, str], no_object: str) -> JSONObject:
    if row["type"] != OWN_FORM:
        return {"json_schema": FORMS.get(row["type"], FORMS["text"])}
    key = key_of("fields", number, "form")
    try:
        value = parse(row["form"].encode("utf-8", "surrogatepass"))
    except MalformedJSON as error:
        wrong[key] = error.message
        return {}
    if not isinstance(value, dict):
        wrong[key] = no_object
        return {}
    return value


def _source(row: Row) -> JSONObject:
    source = row["source"].strip()
    return {"graph_source": source} if source else {}


def split(text: str) -> list[str]:
    """Names between commas."""
    return [one.strip() for one in text.split(",") if one.strip()]


def _filled(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    return [(number, row) for number, row in enumerate(rows) if not is_blank(row)]


def _objects(raw: Any) -> list[Any]:  # Any: as above
    return [one for one in _list(raw) if isinstance(one, dict)]


def _list(raw: Any) -> list[Any]:  # Any: as above
    return raw if isinstance(raw, list) else []


def _text(raw: JSONValue) -> str:
    return raw if isinstance(raw, str) else ""
