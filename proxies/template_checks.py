"""Checks of author templates when a configuration is saved (proxies-and-security.md sections 2 and 4.1)."""

from __future__ import annotations

import re

from hub.json_types import JSONPath, JSONValue
from integrations.findings import Findings
from integrations.headers import check_headers
from proxies.templates import Placeholder, TemplateBroken, literal_text, placeholders

STAND_IN = "x"
"""What a placeholder counts as while the text around it is judged."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_AUTHORITY = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
_DOT_SEGMENTS = frozenset({".", ".."})


def check_template(raw: str, at: JSONPath, findings: Findings, *, may_hold_braces: bool = False) -> list[Placeholder]:
    """The placeholders of a template; a broken one is a finding and has none."""
    try:
        return placeholders(raw, may_hold_braces=may_hold_braces)
    except TemplateBroken as failure:
        findings.error(at, str(failure))
        return []


def check_template_map(raw: JSONValue, at: JSONPath, findings: Findings, *, most: int) -> list[Placeholder]:
    """The placeholders of all values of a map of templates."""
    values = findings.text_map(raw, at)
    if len(values) > most:
        findings.error(at, f"may have at most {most} entries")
    return [one for name, value in values.items() for one in check_template(value, at.key(name), findings)]


def check_header_templates(raw: JSONValue, at: JSONPath, findings: Findings, *, most: int) -> list[Placeholder]:
    """The placeholders of all header values; names and values must be such that may be sent."""
    headers = check_headers(raw, at, findings, most=most)
    return [one for name, value in headers.items() for one in check_template(value, at.key(name), findings)]


def check_path(raw: str, at: JSONPath, findings: Findings) -> None:
    """A path below the base URL of a connector: what its author wrote must not lead anywhere else."""
    literal = literal_text(raw, check_template(raw, at, findings), stand_in=STAND_IN)
    path = literal.split("?")[0]
    if _SCHEME.match(literal) or literal.startswith("//"):
        findings.error(at, "must be a path below base_url, without scheme and host")
    if "#" in literal:
        findings.error(at, "must not have a fragment")
    if _CONTROL.search(literal):
        findings.error(at, "must not contain backslashes, blanks or control characters")
    if any(segment.lower().replace("%2e", ".") in _DOT_SEGMENTS for segment in path.split("/")):
        findings.error(at, "must not have . or .. as a segment")


def check_url(raw: str, at: JSONPath, findings: Findings) -> list[Placeholder]:
    """An absolute URL; the host is written by the author or comes from the environment, or the whole URL is a value."""
    found = check_template(raw, at, findings)
    literal = literal_text(raw, found, stand_in=STAND_IN)
    authority = _AUTHORITY.match(literal)
    if _CONTROL.search(literal):
        findings.error(at, "must not contain backslashes, blanks or control characters")
    if authority is None and not any(one.start == 0 and not one.is_escaped for one in found):
        findings.error(at, "must begin with https://, http:// or a placeholder")
    if authority is not None and any(one.is_value and one.start < _end_of_authority(raw) for one in found):
        findings.error(at, "must not take its host from a value; write it down or use {{env.KEY}}")
    return found


def _end_of_authority(raw: str) -> int:
    """Where the host of a template ends: at the first /, ? or # after the scheme, or at its end."""
    start = raw.index("://") + 3
    ends = [raw.find(mark, start) for mark in "/?#"]
    return min((end for end in ends if end >= 0), default=len(raw))
