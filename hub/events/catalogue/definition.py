"""EventDefinition: all that is known about one core event before it happens, in its wire shape and as a type; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.events.catalogue.findings import Findings, InvalidDefinition
from hub.events.catalogue.parts import EntityTrigger, EventField, Graph, Node
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

__all__ = ["EventDefinition", "InvalidDefinition", "Lineage", "Mapped", "SuccessCriterion"]

STATUSES: Final = ("active", "deprecated", "draft", "disabled")
ORIGINS: Final = ("builtin", "custom")
MODES: Final = ("guided", "jsonata")
FIRST_VERSION: Final = "1.0"

_MEMBERS: Final = (
    "event_name", "event_title", "event_description", "event_version", "event_status", "event_tags", "event_origin",
    "schema_fields", "entity_graph", "entity_operation", "enabled", "auto_trigger", "automation_trigger",
    "automation_trigger_only", "automation_trigger_seed_node", "api_trigger", "mapping", "lineage", "success_criteria",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SuccessCriterion:
    """An attribute whose change shows that a receiver has done its part; advice, never a condition."""

    schema: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """How an organization's own event gets its fields: each by its projection, or all by one expression."""

    mode: str
    jsonata: str | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """The event of the hub that an organization's own one was made from."""

    event_name: str
    event_version: str


@dataclass(frozen=True, slots=True, eq=False)
class EventDefinition:
    """One core event (outbound.md 3.1). Two are the same only when they are one object.

    trigger: None when no operation on an entity fires it. seed_node is where an automation begins; only for events
    that automations alone may fire, and it is then in every payload. status, enabled, auto_trigger and
    success_criteria may differ between organizations: what stands here is the default.
    """

    name: str
    title: str
    description: str
    version: str
    tags: tuple[str, ...]
    fields: tuple[EventField, ...]
    graph: Graph
    trigger: EntityTrigger | None
    automation_trigger: bool
    automation_trigger_only: bool
    seed_node: str | None
    api_trigger: bool
    success_criteria: tuple[SuccessCriterion, ...] = ()
    status: str = "active"
    origin: str = "builtin"
    enabled: bool = True
    auto_trigger: bool = True
    mapping: Mapped | None = None
    lineage: Lineage | None = None

    @property
    def required_node(self) -> Node | None:
        """The node without which there is no event: the seed of an automation that alone may fire it."""
        return self.graph.find(self.seed_node) if self.automation_trigger_only and self.seed_node else None

    @property
    def is_custom(self) -> bool:
        """Whether an organization defined it."""
        return self.origin == "custom"

    def find_field(self, name: str) -> EventField | None:
        """The field of that name, if there is one."""
        return next((one for one in self.fields if one.name == name), None)

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath = ROOT) -> EventDefinition:
        """The definition in its wire shape. Raises InvalidDefinition with every finding.

        Only shapes are looked at here; what an organization may define is decided in custom.py.
        """
        findings = Findings()
        definition = cls.read(raw, at, findings)
        findings.raise_if_any()
        return definition

    @classmethod
    def read(cls, raw: JSONObject, at: JSONPath, findings: Findings) -> EventDefinition:
        """The same, with everything that is wrong added to the findings; the answer is of no use when there are any."""
        findings.refuse_others(raw, at, _MEMBERS)
        only = findings.boolean(raw.get("automation_trigger_only"), at.key("automation_trigger_only"), default=False)
        offered = findings.boolean(raw.get("automation_trigger"), at.key("automation_trigger"), default=False)
        by_api = findings.boolean(raw.get("api_trigger"), at.key("api_trigger"), default=True)
        seed_at = at.key("automation_trigger_seed_node")
        return cls(
            name=findings.text(raw.get("event_name"), at.key("event_name")),
            title=findings.text(raw.get("event_title"), at.key("event_title")),
            description=findings.optional_text(raw.get("event_description") or None, at.key("event_description")) or "",
            version=findings.optional_text(raw.get("event_version"), at.key("event_version")) or FIRST_VERSION,
            tags=findings.texts(raw.get("event_tags"), at.key("event_tags")),
            fields=_fields(raw.get("schema_fields"), at.key("schema_fields"), findings),
            graph=_graph(raw.get("entity_graph"), at.key("entity_graph"), findings),
            trigger=_trigger(raw.get("entity_operation"), at.key("entity_operation"), findings),
            automation_trigger=offered or only,
            automation_trigger_only=only,
            seed_node=findings.optional_text(raw.get("automation_trigger_seed_node"), seed_at),
            api_trigger=by_api and not only,
            success_criteria=_criteria(raw.get("success_criteria"), at.key("success_criteria"), findings),
            status=findings.word(raw.get("event_status"), at.key("event_status"), STATUSES, default="active"),
            origin=findings.word(raw.get("event_origin"), at.key("event_origin"), ORIGINS, default="builtin"),
            enabled=findings.boolean(raw.get("enabled"), at.key("enabled"), default=True),
            auto_trigger=findings.boolean(raw.get("auto_trigger"), at.key("auto_trigger"), default=True),
            mapping=_mapping(raw.get("mapping"), at.key("mapping"), findings),
            lineage=_lineage(raw.get("lineage"), at.key("lineage"), findings),
        )

    def as_json(self) -> JSONObject:
        """The wire shape of outbound.md 3.1; what does not apply is left out. parse reads it again."""
        document: JSONObject = {
            "event_name": self.name,
            "event_title": self.title,
            "event_description": self.description,
            "event_version": self.version,
            "event_status": self.status,
            "event_tags": list(self.tags),
            "event_origin": self.origin,
            "schema_fields": {one.name: one.as_json() for one in self.fields},
            "entity_graph": self.graph.as_json(),
            "enabled": self.enabled,
            "auto_trigger": self.auto_trigger,
            "automation_trigger": self.automation_trigger,
            "automation_trigger_only": self.automation_trigger_only,
            "api_trigger": self.api_trigger,
            "success_criteria": [
                {"entity_schema": one.schema, "attribute": one.attribute} for one in self.success_criteria
            ],
        }
        return document | _said(self._optional_members())

    def _optional_members(self) -> Mapping[str, JSONValue]:
        return {
            "entity_operation": self.trigger.as_json() if self.trigger else None,
            "automation_trigger_seed_node": self.seed_node,
            "mapping": _said({"mode": self.mapping.mode, "jsonata": self.mapping.jsonata}) if self.mapping else None,
            "lineage": {
                "base_event_name": self.lineage.event_name,
                "base_event_version": self.lineage.event_version,
            }
            if self.lineage
            else None,
        }


def _said(members: Mapping[str, JSONValue]) -> JSONObject:
    return {name: value for name, value in members.items() if value is not None}


def _fields(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[EventField, ...]:
    members = findings.object(raw, at)
    for name, one in members.items():
        if not isinstance(one, dict):
            findings.error(at.key(name), "must be an object")
    return tuple(
        EventField.parse(name, one, at.key(name), findings) for name, one in members.items() if isinstance(one, dict)
    )


def _graph(raw: JSONValue, at: JSONPath, findings: Findings) -> Graph:
    return Graph.parse(findings.object(raw, at), at, findings)


def _trigger(raw: JSONValue, at: JSONPath, findings: Findings) -> EntityTrigger | None:
    return None if raw is None else EntityTrigger.parse(findings.object(raw, at), at, findings)


def _criteria(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[SuccessCriterion, ...]:
    return tuple(
        SuccessCriterion(
            findings.text(one.get("entity_schema"), place.key("entity_schema")),
            findings.text(one.get("attribute"), place.key("attribute")),
        )
        for one, place in findings.objects(raw, at)
    )


def _mapping(raw: JSONValue, at: JSONPath, findings: Findings) -> Mapped | None:
    if raw is None:
        return None
    members = findings.object(raw, at)
    findings.refuse_others(members, at, ("mode", "jsonata"))
    mode = findings.word(members.get("mode"), at.key("mode"), MODES)
    return Mapped(mode, findings.optional_text(members.get("jsonata"), at.key("jsonata")))


def _lineage(raw: JSONValue, at: JSONPath, findings: Findings) -> Lineage | None:
    if raw is None:
        return None
    members = findings.object(raw, at)
    findings.refuse_others(members, at, ("base_event_name", "base_event_version"))
    name = findings.text(members.get("base_event_name"), at.key("base_event_name"))
    return Lineage(name, findings.text(members.get("base_event_version"), at.key("base_event_version")))
