"""The params and allowed_origins of a file proxy: what a download link may carry and who may open it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub.json_types import JSONPath, JSONValue
from integrations.findings import Findings

RESERVED = frozenset(
    {"orgId", "integrationId", "useCaseSlug", "useCaseId", "expires_at", "signature", "kid", "disposition"}
)
"""Names that every download link carries already."""

STANDARD = ("orgId", "integrationId", "useCaseSlug", "useCaseId")
"""Those of them that recipes see beside their own."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class DeclaredParameter:
    """A parameter that a link may carry, or has to."""

    name: str
    is_required: bool


def parse_parameters(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[DeclaredParameter, ...]:
    """Every declared parameter."""
    seen: set[str] = set()
    declared: list[DeclaredParameter] = []
    for one, place in findings.objects(raw, at):
        name = findings.text(one.get("name"), place.key("name"))
        if name and (not _NAME.fullmatch(name) or name in RESERVED):
            findings.error(place.key("name"), "is reserved or no valid name: letters, digits, _, . and - are")
        if name in seen:
            findings.error(place.key("name"), "is declared twice")
        seen.add(name)
        findings.optional_text(one.get("description"), place.key("description"), longest=1000)
        declared.append(DeclaredParameter(name, findings.boolean(one.get("required"), place.key("required"))))
    return tuple(declared)


def parse_origins(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[str, ...]:
    """scheme://host[:port], and nothing more; in lower case, as browsers send it."""
    origins = findings.texts(raw, at)
    for position, origin in enumerate(origins):
        if not _is_origin(origin):
            findings.error(at.index(position), "must be an origin such as https://portal.example.com")
    return tuple(origin.lower() for origin in origins)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    rebuilt = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
    return parts.scheme in {"http", "https"} and bool(host) and "*" not in host and text.lower() == rebuilt
