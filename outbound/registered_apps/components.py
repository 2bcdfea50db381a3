"""Component: a part of an app, checked and typed; those of some types are only stored and listed (outbound.md 19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.findings import Findings
from outbound.webhooks.address import url_findings

ACTION: Final = "automation_action"
TYPES: Final = (ACTION, "portal_extension", "api_proxy")
MOST_COMPONENTS: Final = 50
MEMBERS: Final = ("component_id", "type", "name", "configuration")
OF_ACTIONS: Final = ("url", "sends_token")
URL_CHARACTERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Component:
    """url: where an automation action is called; sends_token: with a token that counts for ten minutes."""

    component_id: UUID
    type: str
    name: str
    url: str = ""
    sends_token: bool = False

    @classmethod
    def stored(cls, document: JSONObject) -> Component:
        """One of RegisteredApp.components."""
        configuration = document.get("configuration")
        told: JSONObject = configuration if isinstance(configuration, dict) else {}
        return cls(
            component_id=UUID(str(document["component_id"])),
            type=str(document["type"]),
            name=str(document["name"]),
            url=str(told.get("url") or ""),
            sends_token=told.get("sends_token") is True,
        )


def read_components(raw: JSONValue, at: JSONPath, findings: Findings) -> list[JSONObject]:
    """The components as they are stored, each with an id; what is wrong becomes a finding."""
    documents: list[JSONObject] = []
    ids: set[str] = set()
    for member, place in findings.objects(raw, at, least=1, most=MOST_COMPONENTS):
        findings.refuse_others(member, place, MEMBERS)
        document = _read(member, place, findings)
        if document["component_id"] in ids:
            findings.error(place.key("component_id"), "stands there twice")
        ids.add(str(document["component_id"]))
        documents.append(document)
    return documents


def _read(member: JSONObject, place: JSONPath, findings: Findings) -> JSONObject:
    sent_id = member.get("component_id")
    component_id = uuid4() if sent_id is None else findings.identifier(sent_id, place.key("component_id"))
    kind = findings.word(member.get("type"), place.key("type"), TYPES)
    configuration = findings.optional_object(member.get("configuration"), place.key("configuration")) or {}
    if kind == ACTION:
        _check_action(configuration, place.key("configuration"), findings)
    return {
        "component_id": str(component_id),
        "type": kind,
        "name": findings.name(member.get("name"), place.key("name")),
        "configuration": configuration,
    }


def _about(url: str) -> list[str]:
    """As of a webhook, but without references: whoever registers an app need not hold secrets."""
    return ["must not refer to the environment"] if "{{" in url else url_findings(url)


def _check_action(configuration: JSONObject, at: JSONPath, findings: Findings) -> None:
    findings.refuse_others(configuration, at, OF_ACTIONS)
    url = findings.text(configuration.get("url"), at.key("url"), longest=URL_CHARACTERS)
    for message in _about(url) if url else ():
        findings.error(at.key("url"), message)
    findings.optional_boolean(configuration.get("sends_token"), at.key("sends_token"))
