"""DraftForm: an own event as a form shows it and as its form comes back; findings go to the inputs they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from hub.errors import ErrorDetail
from hub.events.catalogue.parts import OPERATIONS
from hub.json_types import JSONObject
from hub.web.core_events.draft_rows import (
    COLUMNS,
    DEFAULTS,
    Built,
    Row,
    edge_rows,
    edges_of,
    field_rows,
    fields_of,
    is_blank,
    key_of,
    node_rows,
    nodes_of,
    split,
)

TEXTS: Final = ("event_name", "event_title", "event_description")
LISTS: Final = ("event_tags",)
OF_THE_HUB: Final = ("event_origin", "event_status", "event_version", "enabled", "auto_trigger")
"""Members that a draft cannot say anything about."""
SHOWN: Final = (*TEXTS, *LISTS, "schema_fields", "entity_graph", "entity_operation", "mapping", *OF_THE_HUB)
MOST_ROWS: Final = 200
SPARE_ROWS: Final = {"nodes": 2, "edges": 2, "fields": 3}
"""Blank rows below those that are filled."""


@dataclass(frozen=True, slots=True)
class DraftForm:
    """texts: what stands in the single inputs; rows: by section; rest: members that the form does not show, which
    travel along; wrong: input → what is wrong with it; others: findings that belong to no input."""

    texts: Mapping[str, str]
    operations: Sequence[str]
    rows: Mapping[str, Sequence[Row]]
    rest: JSONObject
    wrong: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[ErrorDetail] = ()

    @classmethod
    def of_definition(cls, raw: JSONObject) -> Self:
        """A definition in its wire shape; what has no shape is passed over."""
        trigger, mapping, graph = (_object(raw.get(name)) for name in ("entity_operation", "mapping", "entity_graph"))
        texts = {name: _text(raw.get(name)) for name in TEXTS}
        texts |= {
            "event_tags": _joined(raw.get("event_tags")),
            "mode": "jsonata" if mapping.get("mode") == "jsonata" else "guided",
            "jsonata": _text(mapping.get("jsonata")),
            "schemas": _joined(trigger.get("schema")),
            "attributes": _joined(trigger.get("attribute")),
        }
        rows = {
            "nodes": node_rows(graph.get("nodes")),
            "edges": edge_rows(graph.get("edges")),
            "fields": field_rows(raw.get("schema_fields")),
        }
        rest = {name: value for name, value in raw.items() if name not in SHOWN}
        kept = {name: value for name, value in trigger.items() if name not in {"operation", "schema", "attribute"}}
        operations = [str(one) for one in _list(trigger.get("operation"))]
        return cls(texts, operations, rows, rest | ({"entity_operation": kept} if kept else {}))

    @classmethod
    def of_post(cls, sent: QueryDict, rest: JSONObject) -> Self:
        """What somebody sent; the rows as they stood, so that findings meet the same inputs again."""
        names = (*TEXTS, *LISTS, "mode", "jsonata", "schemas", "attributes")
        texts = {name: sent.get(name, "").replace("\0", "") for name in names}
        operations = [one for one in sent.getlist("operation") if one in OPERATIONS]
        rows = {section: _rows(section, sent) for section in COLUMNS}
        return cls(texts, operations, rows, rest)

    def build(self) -> Built:
        """The body that the API would get, with the inputs from which its values come."""
        nodes, edges = nodes_of(self.rows["nodes"]), edges_of(self.rows["edges"])
        fields = fields_of(
            self.rows["fields"], twice=_("stands twice"), no_object=_("must be an object: text between { and }")
        )
        graph: JSONObject = {"nodes": nodes.value, "edges": edges.value}
        body: JSONObject = {name: self.texts[name].strip() for name in TEXTS if self.texts[name].strip()}
        body |= {"event_tags": [*split(self.texts["event_tags"])], "entity_graph": graph, "schema_fields": fields.value}
        places = {name: name for name in (*TEXTS, *LISTS)} | {"mapping.jsonata": "jsonata"} | _TRIGGER_PLACES
        places |= {**nodes.places, **edges.places, **fields.places}
        return Built({**self.rest, **body, **self._trigger(), **self._mapping()}, places, fields.wrong)

    def refused(self, built: Built, findings: Sequence[ErrorDetail]) -> Self:
        """The same form, with every finding at the input that it is about."""
        wrong, others = dict(built.wrong), []
        for one in findings:
            key = _place(built.places, one.path)
            if key is None:
                others.append(one)
            else:
                wrong.setdefault(key, one.message)
        return replace(self, wrong=wrong, others=others)

    def _trigger(self) -> JSONObject:
        kept, schemas = _object(self.rest.get("entity_operation")), split(self.texts["schemas"])
        if not self.operations and not schemas:
            return {"entity_operation": None}
        attributes = split(self.texts["attributes"])
        told: JSONObject = {"operation": [*self.operations], "schema": [*schemas]}
        watched: JSONObject = {"attribute": [*attributes]} if attributes else {}
        return {"entity_operation": {**kept, **told, **watched}}

    def _mapping(self) -> JSONObject:
        if self.texts["mode"] != "jsonata":
            return {"mapping": None}
        source = self.texts["jsonata"].replace("\r\n", "\n").strip()
        return {"mapping": {"mode": "jsonata", **({"jsonata": source} if source else {})}}


_TRIGGER_PLACES: Final = {
    "entity_operation": "schemas",
    "entity_operation.operation": "operation",
    "entity_operation.schema": "schemas",
    "entity_operation.attribute": "attributes",
}


def blank(section: str) -> Row:
    """A row that nobody has touched."""
    return {column: DEFAULTS.get(column, "") for column in COLUMNS[section]}


def _rows(section: str, sent: QueryDict) -> list[Row]:
    """As they came, without the blank ones at the end."""
    count = min(MOST_ROWS, _number(sent.get(f"{section}-count", "")))
    rows: list[Row] = [
        {column: sent.get(key_of(section, number, column), "").replace("\0", "") for column in COLUMNS[section]}
        for number in range(count)
    ]
    while rows and is_blank(rows[-1]):
        rows.pop()
    return rows


def _place(places: Mapping[str, str], path: str) -> str | None:
    """The input of the longest path that encloses this one."""
    while path:
        if path in places:
            return places[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _object(raw: Any) -> JSONObject:  # Any: whatever stands in a definition
    return raw if isinstance(raw, dict) else {}


def _list(raw: Any) -> list[Any]:  # Any: as above
    return raw if isinstance(raw, list) else []


def _text(raw: Any) -> str:  # Any: as above
    return raw if isinstance(raw, str) else ""


def _joined(raw: Any) -> str:  # Any: as above
    return ", ".join(str(one) for one in _list(raw))
