"""AppComponent: the pair that an app mapping maps (api.md section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hub.json_types import ROOT, JSONObject
from integrations.findings import Findings


@dataclass(frozen=True, slots=True)
class AppComponent:
    """One component of one app."""

    app_id: UUID
    component_id: UUID

    @classmethod
    def parse(cls, raw: JSONObject) -> AppComponent:
        """The pair of a request body; raises Invalid with every finding."""
        findings = Findings()
        app_id = findings.identifier(raw.get("app_id"), ROOT.key("app_id"))
        component_id = findings.identifier(raw.get("component_id"), ROOT.key("component_id"))
        findings.raise_if_any()
        return cls(app_id or UUID(int=0), component_id or UUID(int=0))


def parse_overwrite(raw: JSONObject) -> bool:
    """Whether an existing mapping is to be replaced; raises Invalid."""
    findings = Findings()
    overwrite = findings.optional_boolean(raw.get("overwrite"), ROOT.key("overwrite"))
    findings.raise_if_any()
    return overwrite
