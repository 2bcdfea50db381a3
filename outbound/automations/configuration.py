"""AutomationConfiguration: a trigger, a condition and steps, checked and typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hub.errors import ErrorDetail
from hub.events.catalogue.parts import OPERATIONS
from hub.json_types import JSONObject, JSONPath, JSONValue
from hub.names import NAME_RULE, is_name
from integrations.findings import CONDITION_CHARACTERS, Findings
from outbound.automations.steps import Step, read_steps

CORE_EVENT: Final = "core_event"
ENTITY_CHANGE: Final = "entity_change"
TRIGGERS: Final = (CORE_EVENT, ENTITY_CHANGE)
EVENT_NAME_CHARACTERS: Final = 120
DESCRIPTION_CHARACTERS: Final = 2_000
MOST_ATTRIBUTES: Final = 50
MEMBERS: Final = ("name", "description", "enabled", "trigger", "condition", "steps")
_OF_BOTH: Final = ("type", "include_erp_changes")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts an automation: a core event by name, or changes of entities of one schema.

    attributes: only changes of these count; empty: any. includes_erp: whether what an inbound event changed counts.
    """

    event_name: str = ""
    schema: str = ""
    operations: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    includes_erp: bool = False

    @property
    def is_core_event(self) -> bool:
        """Whether a core event starts it."""
        return bool(self.event_name)


@dataclass(frozen=True, slots=True)
class AutomationConfiguration:
    """What an automation is. condition None: whatever triggers it is enough."""

    name: str
    description: str
    enabled: bool
    trigger: Trigger
    condition: str | None
    steps: tuple[Step, ...]
    expressions: tuple[tuple[JSONPath, str], ...]
    warnings: tuple[ErrorDetail, ...]

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath) -> AutomationConfiguration:
        """What was sent or what is stored; raises Invalid with every finding."""
        findings = Findings()
        findings.refuse_others(raw, at, MEMBERS)
        configuration = cls(
            name=findings.name(raw.get("name"), at.key("name")),
            description=findings.optional_text(
                raw.get("description"), at.key("description"), longest=DESCRIPTION_CHARACTERS
            )
            or "",
            enabled=findings.optional_boolean(raw.get("enabled"), at.key("enabled"), default=True),
            trigger=_trigger(raw.get("trigger"), at.key("trigger"), findings),
            condition=findings.optional_expression(
                raw.get("condition"), at.key("condition"), most_characters=CONDITION_CHARACTERS
            ),
            steps=read_steps(raw.get("steps"), at.key("steps"), findings),
            expressions=tuple(findings.expressions),
            warnings=tuple(findings.warnings),
        )
        findings.raise_if_any()
        return configuration


def _trigger(raw: JSONValue, at: JSONPath, findings: Findings) -> Trigger:
    members = findings.object(raw, at)
    inside = findings.inside(raw)
    kind = inside.word(members.get("type"), at.key("type"), TRIGGERS)
    includes_erp = inside.optional_boolean(members.get("include_erp_changes"), at.key("include_erp_changes"))
    if kind == CORE_EVENT:
        inside.refuse_others(members, at, (*_OF_BOTH, "event_name"))
        name = _event_name(members.get("event_name"), at.key("event_name"), inside)
        return Trigger(event_name=name, includes_erp=includes_erp)
    inside.refuse_others(members, at, (*_OF_BOTH, "schema", "operations", "attributes"))
    return Trigger(
        schema=inside.slug(members.get("schema"), at.key("schema")),
        operations=_operations(members.get("operations"), at.key("operations"), inside),
        attributes=_attributes(members.get("attributes"), at.key("attributes"), inside),
        includes_erp=includes_erp,
    )


def _event_name(raw: JSONValue, at: JSONPath, findings: Findings) -> str:
    """Of a core event, which need not be there yet."""
    name = findings.text(raw, at, longest=EVENT_NAME_CHARACTERS)
    if name and not is_name(name):
        findings.error(at, NAME_RULE)
    return name


def _operations(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[str, ...]:
    """All of them where nothing is said."""
    words = findings.texts(raw, at)
    for position, word in enumerate(words):
        findings.word(word, at.index(position), OPERATIONS)
    return tuple(dict.fromkeys(words)) or OPERATIONS


def _attributes(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[str, ...]:
    names = findings.texts(raw, at)
    if len(names) > MOST_ATTRIBUTES:
        findings.error(at, f"may have at most {MOST_ATTRIBUTES}")
    for position, name in enumerate(names):
        findings.text(name, at.index(position))
    return tuple(dict.fromkeys(names))
