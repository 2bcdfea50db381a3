"""SentAutomation: an automation as somebody sent it, checked, with an id on every step and the reason of the change."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from hub.json_types import ROOT, JSONObject, JSONValue
from integrations.changes.use_case import DESCRIPTION_CHARACTERS, is_storable
from integrations.findings import Findings
from outbound.automations.configuration import AutomationConfiguration

READ_ONLY: Final = frozenset({"id", "version", "created_at", "updated_at", "warnings"})
"""Members of an answer that may come back, and are ignored."""
REASON: Final = "change_description"
"""Belongs to the version, not to the automation: the next one does not inherit it."""


@dataclass(frozen=True, slots=True)
class SentAutomation:
    """document is what is stored; reason: why, None where nothing was said."""

    configuration: AutomationConfiguration
    document: JSONObject
    reason: str | None = None

    @classmethod
    def parse(cls, raw: JSONObject, *, stored: JSONObject | None = None) -> SentAutomation:
        """The whole of an automation; raises Invalid with every finding.

        A step without id gets that of the stored one in its place if that is of the same type, so that sending an
        automation twice changes nothing.
        """
        findings = Findings()
        is_storable(raw, ROOT, findings)
        reason = findings.optional_text(raw.get(REASON), ROOT.key(REASON), longest=DESCRIPTION_CHARACTERS)
        findings.raise_if_any()
        left_out = READ_ONLY | {REASON}
        sent: JSONObject = {name: value for name, value in raw.items() if name not in left_out and value is not None}
        AutomationConfiguration.parse(sent, ROOT)
        steps = _with_ids(sent.get("steps"), (stored or {}).get("steps"))
        document: JSONObject = {"enabled": True, **sent, "steps": steps}
        return cls(AutomationConfiguration.parse(document, ROOT), document, (reason or "").strip() or None)


def _with_ids(sent: JSONValue, stored: JSONValue) -> list[JSONValue]:
    steps = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    before = [one for one in stored if isinstance(one, dict)] if isinstance(stored, list) else []
    taken = {str(one["id"]).lower() for one in steps if one.get("id")}
    listed: list[JSONValue] = []
    for place, step in enumerate(steps):
        old = before[place] if place < len(before) else {}
        is_same_place = old.get("type") == step.get("type") and old.get("id") not in taken
        known = step.get("id") or (old.get("id") if is_same_place else None)
        listed.append({**step, "id": str(known or uuid.uuid4()).lower()})
    return listed
