"""UseCaseChanges and UseCaseItem: what a caller sent about a use case (api.md 8.6 and 9.1)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import orjson

from hub.errors import Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from integrations.findings import Findings, refusal
from integrations.kinds import kind_of
from integrations.models import UseCaseType

CONFIGURATION_BYTES = 512 * 1024
"""Largest configuration, as compact JSON (proxies-and-security.md 8.1)."""
DESCRIPTION_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration that was sent and has passed its kind's checks; document None takes the stored one away."""

    document: JSONObject | None
    at: JSONPath
    expressions: tuple[tuple[JSONPath, str], ...] = ()


@dataclass(frozen=True, slots=True)
class UseCaseChanges:
    """Checked values; None stands for what was not sent. type is always known, at is where the use case was met."""

    type: str
    name: str | None = None
    enabled: bool | None = None
    slug: str | None = None
    change_description: str | None = None
    configuration: Configuration | None = None
    at: JSONPath = ROOT

    @classmethod
    def parse_new(cls, raw: JSONObject) -> UseCaseChanges:
        """The body that creates a use case; raises Invalid with every finding."""
        findings = Findings()
        changes = cls.read(raw, findings, stored_type=None, at=ROOT)
        findings.raise_if_any()
        return changes

    @classmethod
    def parse_partial(cls, raw: JSONObject, *, stored_type: str) -> UseCaseChanges:
        """The body that changes a use case of that type; raises Invalid with every finding."""
        findings = Findings()
        changes = cls.read(raw, findings, stored_type=stored_type, at=ROOT)
        findings.raise_if_any()
        return changes

    @classmethod
    def read(cls, raw: JSONObject, findings: Findings, *, stored_type: str | None, at: JSONPath) -> UseCaseChanges:
        """Notes in findings what is wrong. stored_type None: name, type and enabled are required."""
        is_new = stored_type is None
        type = _type(raw, findings, stored_type, at)
        enabled = findings.boolean(raw.get("enabled"), at.key("enabled")) if is_new or "enabled" in raw else None
        description = raw.get("change_description")
        return cls(
            type=type,
            name=findings.name(raw.get("name"), at.key("name")) if is_new or "name" in raw else None,
            enabled=enabled,
            slug=None if raw.get("slug") is None else findings.slug(raw["slug"], at.key("slug")),
            change_description=findings.optional_text(
                description, at.key("change_description"), longest=DESCRIPTION_CHARACTERS
            ),
            configuration=_configuration(raw, findings, type, at.key("configuration")),
            at=at,
        )


@dataclass(frozen=True, slots=True)
class UseCaseItem:
    """One use case of a declarative list; id None asks for a new one."""

    id: UUID | None
    changes: UseCaseChanges


def read_items(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[UseCaseItem, ...]:
    """The embedded use cases of a request; an id that stands there twice is a finding."""
    if raw is None:
        findings.error(at, "must be a list; leave it out to keep the use cases")
    items = tuple(_item(one, place, findings) for one, place in findings.objects(raw, at))
    seen: set[UUID] = set()
    for item in items:
        if item.id is not None and item.id in seen:
            findings.error(item.changes.at.key("id"), "stands in the list twice")
        seen |= {item.id} if item.id else set()
    return items


def _item(raw: JSONObject, at: JSONPath, findings: Findings) -> UseCaseItem:
    identifier = None if raw.get("id") is None else findings.identifier(raw["id"], at.key("id"))
    return UseCaseItem(identifier, UseCaseChanges.read(raw, findings, stored_type=None, at=at))


def _type(raw: JSONObject, findings: Findings, stored_type: str | None, at: JSONPath) -> str:
    if stored_type is not None and "type" not in raw:
        return stored_type
    sent = raw.get("type")
    if not isinstance(sent, str) or sent not in UseCaseType.values:
        findings.word(sent, at.key("type"), UseCaseType.values)
        return stored_type or ""
    if stored_type is not None and sent != stored_type:
        raise type_immutable(stored_type, at)
    return sent


def type_immutable(stored_type: str, at: JSONPath) -> Invalid:
    """The refusal to turn a use case into one of another type."""
    return refusal(at.key("type"), f"is {stored_type} and stays so", code="TYPE_IMMUTABLE")


def _configuration(raw: JSONObject, findings: Findings, type: str, at: JSONPath) -> Configuration | None:
    if "configuration" not in raw:
        return None
    document = findings.optional_object(raw["configuration"], at)
    if document is None:
        return Configuration(None, at)
    if not type or not isinstance(raw["configuration"], dict) or not is_storable(document, at, findings):
        return None
    try:
        parsed = kind_of(type).parse(document, at)
    except Invalid as failure:
        findings.errors.extend(failure.details)
        return None
    return Configuration(document, at, tuple(parsed.expressions))


def is_storable(document: JSONObject, at: JSONPath, findings: Findings) -> bool:
    """Whether a configuration is small enough and has no number that is too large; notes what is wrong."""
    try:
        size = len(orjson.dumps(document))
    except TypeError:
        findings.error(at, "contains an integer of more than 64 bits; write it as a string")
        return False
    if size > CONFIGURATION_BYTES:
        findings.error(at, f"has {size} bytes; {CONFIGURATION_BYTES} are the most")
    return size <= CONFIGURATION_BYTES
