"""StepDraft: one step as it stands in the form; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict

from hub.json_types import JSONObject
from outbound.automations.steps import KINDS, MAP_DATA, PUBLISH_EVENT
from outbound.ui.automations.words import STEPS

_PLACE: Final = re.compile(r"\(line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an answer; line 0: it is not known where in it."""

    message: str
    line: int = 0
    column: int = 0

    @classmethod
    def of(cls, message: str) -> Problem:
        """With the place that the message names."""
        found = _PLACE.search(message)
        return cls(message, int(found[1]), int(found[2])) if found else cls(message)


@dataclass(frozen=True, slots=True)
class StepDraft:
    """Members of every kind of step; those that its kind has no use for stay empty."""

    kind: str = MAP_DATA
    id: str = ""
    name: str = ""
    expression: str = ""
    schema: str = ""
    identifiers: str = ""
    event_name: str = ""
    node_id: str = ""
    seed: str = ""
    fields: str = ""
    webhook_id: str = ""
    problems: Mapping[str, Problem] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: JSONObject) -> StepDraft:
        """A stored step."""
        entity, seed = _object(raw, "entity"), _object(raw, "seed")
        identifiers = entity.get("unique_identifiers")
        return cls(
            kind=_text(raw, "type"),
            id=_text(raw, "id"),
            name=_text(raw, "name"),
            expression=_text(raw, "expression"),
            schema=_text(entity, "schema"),
            identifiers=", ".join(map(str, identifiers)) if isinstance(identifiers, list) else "",
            event_name=_text(raw, "event_name"),
            node_id=_text(seed, "node_id"),
            seed=_text(seed, "entity_id"),
            fields=_text(raw, "fields"),
            webhook_id=_text(raw, "webhook_id"),
        )

    @classmethod
    def sent(cls, form: QueryDict, number: int) -> StepDraft:
        """What somebody has typed so far."""

        def said(name: str) -> str:
            return line_ends(form.get(f"step-{number}-{name}", ""))

        kind = said("type")
        return cls(
            kind=kind if kind in KINDS else MAP_DATA,
            id=said("id"),
            name=said("name").strip(),
            expression=said("expression"),
            schema=said("schema").strip(),
            identifiers=said("identifiers").strip(),
            event_name=said("event_name").strip(),
            node_id=said("node_id").strip(),
            seed=said("seed"),
            fields=said("fields"),
            webhook_id=said("webhook_id").strip(),
        )

    @property
    def title(self) -> str:
        """What it does."""
        return str(STEPS.get(self.kind, self.kind))

    @property
    def errors(self) -> dict[str, Problem]:
        """problems by names that a template can ask for."""
        return {name.replace(".", "_"): one for name, one in self.problems.items()}

    def as_json(self) -> JSONObject:
        """The member of the document; what is empty is left out."""
        common = _filled(id=self.id, type=self.kind, name=self.name)
        if self.kind == MAP_DATA:
            return common | _filled(expression=self.expression) | self._entity()
        if self.kind == PUBLISH_EVENT:
            seed = _filled(node_id=self.node_id, entity_id=self.seed)
            whole = common | _filled(event_name=self.event_name, fields=self.fields)
            return whole | ({"seed": seed} if seed else {})
        return common | _filled(webhook_id=self.webhook_id)

    def _entity(self) -> JSONObject:
        identifiers = listed(self.identifiers)
        if not self.schema and not identifiers:
            return {}
        return {"entity": _filled(schema=self.schema) | {"unique_identifiers": [*identifiers]}}


def listed(text: str) -> list[str]:
    """Names between commas, blanks or line ends."""
    return [one for one in re.split(r"[,\s]+", text) if one]


def line_ends(text: str) -> str:
    """Browsers send line ends as two characters."""
    return re.sub("\r\n?", "\n", text)


def _filled(**members: str) -> JSONObject:
    return {name: value for name, value in members.items() if value.strip()}


def _text(raw: JSONObject, name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _object(raw: JSONObject, name: str) -> JSONObject:
    value = raw.get(name)
    return value if isinstance(value, dict) else {}
