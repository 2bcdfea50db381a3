"""Draft: an automation as it stands in the form, whole or not; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.http import QueryDict

from hub.errors import ErrorDetail
from hub.events.catalogue.parts import OPERATIONS
from hub.json_types import JSONObject, JSONValue
from outbound.automations.changes import REASON
from outbound.automations.configuration import CORE_EVENT, ENTITY_CHANGE, TRIGGERS
from outbound.automations.steps import KINDS, MOST_STEPS
from outbound.ui.automations.step_drafts import Problem, StepDraft, line_ends, listed

_STEP: Final = re.compile(r"steps\[(\d+)\]\.?")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form shows. problems: member of the document → what is wrong with it; of steps they are in the step."""

    name: str = ""
    description: str = ""
    enabled: bool = True
    trigger_type: str = CORE_EVENT
    event_name: str = ""
    schema: str = ""
    operations: tuple[str, ...] = OPERATIONS
    attributes: str = ""
    include_erp: bool = False
    condition: str = ""
    steps: tuple[StepDraft, ...] = ()
    version: str = ""
    reason: str = ""
    """Why this version is made; empty in what is stored, each version has its own."""
    problems: Mapping[str, Problem] = field(default_factory=dict)

    @classmethod
    def of(cls, document: JSONObject, version: int) -> Draft:
        """A stored automation."""
        trigger, steps = document.get("trigger"), document.get("steps")
        members: JSONObject = trigger if isinstance(trigger, dict) else {}
        return cls(
            name=_text(document, "name"),
            description=_text(document, "description"),
            enabled=document.get("enabled") is not False,
            trigger_type=_text(members, "type") or CORE_EVENT,
            event_name=_text(members, "event_name"),
            schema=_text(members, "schema"),
            operations=tuple(_texts(members.get("operations"))) or OPERATIONS,
            attributes=", ".join(_texts(members.get("attributes"))),
            include_erp=members.get("include_erp_changes") is True,
            condition=_text(document, "condition"),
            steps=tuple(
                StepDraft.of(one) for one in (steps if isinstance(steps, list) else []) if isinstance(one, dict)
            ),
            version=str(version),
        )

    @classmethod
    def sent(cls, form: QueryDict) -> Draft:
        """What somebody has typed so far."""
        count = form.get("steps", "0")
        steps = min(int(count), MOST_STEPS) if count.isascii() and count.isdigit() and len(count) < 4 else 0
        kind = form.get("trigger_type", "")
        return cls(
            name=form.get("name", "").strip(),
            description=line_ends(form.get("description", "")).strip(),
            enabled="enabled" in form,
            trigger_type=kind if kind in TRIGGERS else CORE_EVENT,
            event_name=form.get("event_name", "").strip(),
            schema=form.get("schema", "").strip(),
            operations=tuple(one for one in OPERATIONS if one in form.getlist("operations")),
            attributes=form.get("attributes", "").strip(),
            include_erp="include_erp" in form,
            condition=line_ends(form.get("condition", "")),
            steps=tuple(StepDraft.sent(form, number) for number in range(steps)),
            version=form.get("version", ""),
            reason=form.get("reason", "").strip(),
        )

    @property
    def expected(self) -> frozenset[int] | None:
        """The version that was on the screen, so that nobody overwrites what they have not seen."""
        return frozenset({int(self.version)}) if self.version.isascii() and self.version.isdigit() else None

    @property
    def errors(self) -> dict[str, Problem]:
        """problems by names that a template can ask for."""
        return {name.replace(".", "_"): one for name, one in self.problems.items()}

    @property
    def other_problems(self) -> list[tuple[str, Problem]]:
        """Everything that is wrong, by the place in the document, for the head of the form."""
        own = list(self.problems.items())
        return own + [
            (f"steps[{n}].{at}", one) for n, step in enumerate(self.steps) for at, one in step.problems.items()
        ]

    def as_json(self) -> JSONObject:
        """The document that the API would get; what is empty is left out."""
        document: JSONObject = {"name": self.name, "enabled": self.enabled, "trigger": self._trigger()}
        document |= {"description": self.description} if self.description else {}
        document |= {"condition": self.condition} if self.condition.strip() else {}
        document |= {REASON: self.reason} if self.reason else {}
        return document | {"steps": [step.as_json() for step in self.steps]}

    def _trigger(self) -> JSONObject:
        common: JSONObject = {"type": self.trigger_type, "include_erp_changes": self.include_erp}
        if self.trigger_type != ENTITY_CHANGE:
            return common | {"event_name": self.event_name}
        attributes = listed(self.attributes)
        operations: JSONObject = {"operations": [*self.operations]} if self.operations else {}
        return common | {"schema": self.schema} | operations | ({"attributes": [*attributes]} if attributes else {})

    def edited(self, order: str) -> Draft:
        """With a step added, taken away or moved: ``add:map_data``, ``remove:2``, ``up:2``, ``down:2``."""
        act, _, what = order.partition(":")
        if act == "add" and what in KINDS and len(self.steps) < MOST_STEPS:
            return replace(self, steps=(*self.steps, StepDraft(kind=what)))
        if not (what.isascii() and what.isdigit() and len(what) < 4 and int(what) < len(self.steps)):
            return self
        steps, place = list(self.steps), int(what)
        step = steps.pop(place)
        if act != "remove":
            steps.insert(max(place + (-1 if act == "up" else 1), 0), step)
        return replace(self, steps=tuple(steps))

    def refused(self, details: list[ErrorDetail]) -> Draft:
        """With what is wrong at each answer."""
        own: dict[str, Problem] = {}
        of_steps: dict[int, dict[str, Problem]] = {}
        for detail in details:
            found = _STEP.match(detail.path)
            if found and int(found[1]) < len(self.steps):
                of_steps.setdefault(int(found[1]), {})[detail.path[found.end() :]] = Problem.of(detail.message)
            else:
                own[detail.path] = Problem.of(detail.message)
        steps = tuple(replace(step, problems=of_steps.get(n, {})) for n, step in enumerate(self.steps))
        return replace(self, problems=own, steps=steps)


def _text(document: JSONObject, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: JSONValue) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
