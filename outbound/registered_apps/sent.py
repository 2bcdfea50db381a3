"""SentApp: an app as somebody registers it, checked; pure but for new ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import orjson

from hub.accounts.grant_lines import parse_grants
from hub.accounts.principals import Grant
from hub.errors import Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from integrations.changes.use_case import is_storable
from integrations.findings import Findings
from outbound.registered_apps.components import read_components

MEMBERS: Final = ("app_id", "name", "description", "version", "configuration", "options", "grants", "components")
MOST_BYTES: Final = 64 * 1024
"""Of configuration, options and components together: they are read and sent with every call."""


@dataclass(frozen=True, slots=True)
class SentApp:
    """What RegisteredApp keeps. app_id: new where none was sent."""

    app_id: UUID
    name: str
    description: str
    version: str
    configuration: JSONObject
    options: JSONObject
    grants: tuple[Grant, ...]
    components: tuple[JSONObject, ...]

    @classmethod
    def parse(cls, raw: JSONObject) -> SentApp:
        """Raises Invalid with every finding."""
        findings = Findings()
        if not is_storable(raw, ROOT, findings):
            findings.raise_if_any()
        findings.refuse_others(raw, ROOT, MEMBERS)
        app_id = uuid4() if raw.get("app_id") is None else findings.identifier(raw["app_id"], ROOT.key("app_id"))
        sent = cls(
            app_id=app_id or UUID(int=0),
            name=findings.name(raw.get("name"), ROOT.key("name")),
            description=findings.optional_text(raw.get("description"), ROOT.key("description"), longest=2_000) or "",
            version=findings.optional_text(raw.get("version"), ROOT.key("version"), longest=64) or "",
            configuration=findings.optional_object(raw.get("configuration"), ROOT.key("configuration")) or {},
            options=findings.optional_object(raw.get("options"), ROOT.key("options")) or {},
            grants=_grants(raw.get("grants"), ROOT.key("grants"), findings),
            components=tuple(read_components(raw.get("components"), ROOT.key("components"), findings)),
        )
        if len(orjson.dumps([sent.configuration, sent.options, sent.components])) > MOST_BYTES:
            findings.error(ROOT.key("components"), f"may have {MOST_BYTES // 1024} KiB with configuration and options")
        findings.raise_if_any()
        return sent


def _grants(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[Grant, ...]:
    try:
        return parse_grants([] if raw is None else raw, at)
    except Invalid as error:
        findings.errors.extend(error.details)
        return ()
