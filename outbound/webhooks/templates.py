"""check_text: a text into which values of the environment are filled when it is used."""

from __future__ import annotations

from hub.environments.references import has_remnant
from hub.json_types import JSONPath
from integrations.findings import Findings


def check_text(text: str, at: JSONPath, findings: Findings) -> None:
    """Note what looks like a reference and is none."""
    if has_remnant(text):
        findings.error(at, "has {{env. without a key after it; write {{env.KEY}}")
