"""IntegrationChanges: the editable fields of an integration that a caller sent (api.md 8.1 to 8.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from integrations.connectors import check_connector
from integrations.env_references import KEY
from integrations.findings import Findings
from integrations.models import IntegrationType

DESCRIPTION_CHARACTERS = 1000
ENVIRONMENT_TYPES = ("String", "SecretString")
MOST_MINUTES = 2**31 - 1
LEAST_VISIBILITY_SECONDS, MOST_VISIBILITY_SECONDS = 30, 3600
"""How long polled messages may stay with whoever polled them (outbound.md 13.1)."""


@dataclass(frozen=True, slots=True)
class IntegrationChanges:
    """Field of the model → its new value, for the fields that were sent and no others; all values are checked."""

    values: dict[str, JSONValue]

    @classmethod
    def read(cls, raw: JSONObject, findings: Findings, *, needs_name: bool, at: JSONPath = ROOT) -> IntegrationChanges:
        """The fields of a request body; null clears an optional one. Notes what is wrong in findings."""
        sent = {name: read(raw[name], at.key(name), findings) for name, read in READERS.items() if name in raw}
        if needs_name and "name" not in raw:
            findings.text(None, at.key("name"))
        return cls(sent)

    @classmethod
    def parse(cls, raw: JSONObject, *, needs_name: bool) -> IntegrationChanges:
        """As read; raises Invalid with every finding."""
        findings = Findings()
        changes = cls.read(raw, findings, needs_name=needs_name)
        findings.raise_if_any()
        return changes


def _name(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    return findings.name(raw, at)


def _description(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    return findings.optional_text(raw, at, longest=DESCRIPTION_CHARACTERS)


def _type(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    return findings.optional_word(raw, at, IntegrationType.values, default=IntegrationType.ERP.value)


def _protected(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    return findings.optional_boolean(raw, at)


def _texts(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    return None if raw is None else [*findings.texts(raw, at)]


def _distinct_texts(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    return None if raw is None else list(dict.fromkeys(findings.texts(raw, at)))


def _connector(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    connector = findings.optional_object(raw, at)
    if connector is not None:
        check_connector(connector, at, findings)
    return raw


def _settings(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    settings = findings.optional_object(raw, at) or {}
    refresh = findings.optional_object(settings.get("autoRefresh"), at.key("autoRefresh")) or {}
    place = at.key("autoRefresh")
    findings.optional_boolean(refresh.get("enabled"), place.key("enabled"))
    minutes = refresh.get("freshnessThresholdMinutes")
    findings.optional_whole(minutes, place.key("freshnessThresholdMinutes"), least=1, most=MOST_MINUTES)
    _check_outbound(settings.get("outbound"), at.key("outbound"), findings)
    return raw


def _check_outbound(raw: JSONValue, at: JSONPath, findings: Findings) -> None:
    outbound = findings.optional_object(raw, at) or {}
    seconds, place = outbound.get("visibility_timeout_seconds"), at.key("visibility_timeout_seconds")
    findings.optional_whole(seconds, place, least=LEAST_VISIBILITY_SECONDS, most=MOST_VISIBILITY_SECONDS)


def _environment(raw: JSONValue, at: JSONPath, findings: Findings) -> JSONValue:
    if raw is None:
        return None
    declared: list[JSONValue] = [_variable(one, place, findings) for one, place in findings.objects(raw, at)]
    seen: set[JSONValue] = set()
    for position, variable in enumerate(declared):
        key = variable["key"] if isinstance(variable, dict) else ""
        if key and isinstance(key, str) and key in seen:
            findings.error(at.index(position).key("key"), f"{key} is declared twice")
        seen.add(key if isinstance(key, str) else "")
    return declared


def _variable(raw: JSONObject, at: JSONPath, findings: Findings) -> JSONObject:
    """Only the members that are known: anything else, such as a value, has no place in a declaration."""
    key = findings.text(raw.get("key"), at.key("key"), longest=128)
    if key and not KEY.fullmatch(key):
        findings.error(
            at.key("key"), "must be lower-case letters, digits, _, . and -, beginning with a letter or digit"
        )
    variable: JSONObject = {
        "key": key,
        "label": findings.text(raw.get("label"), at.key("label")),
        "type": findings.word(raw.get("type"), at.key("type"), ENVIRONMENT_TYPES),
        "description": findings.optional_text(
            raw.get("description"), at.key("description"), longest=DESCRIPTION_CHARACTERS
        ),
        "required": _sent_boolean(raw.get("required"), at.key("required"), findings),
        "order": findings.optional_whole(raw.get("order"), at.key("order"), least=0, most=2**53),
    }
    return {name: value for name, value in variable.items() if value is not None}


def _sent_boolean(raw: JSONValue, at: JSONPath, findings: Findings) -> bool | None:
    return None if raw is None else findings.boolean(raw, at)


READERS: dict[str, Callable[[JSONValue, JSONPath, Findings], JSONValue]] = {
    "name": _name,
    "description": _description,
    "access_token_ids": _distinct_texts,
    "app_ids": _texts,
    "environment_config": _environment,
    "settings": _settings,
    "integration_type": _type,
    "connector_config": _connector,
    "protected": _protected,
}
