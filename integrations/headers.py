"""Header names and values that an author may configure for outgoing requests (proxies-and-security.md 7.6)."""

from __future__ import annotations

import re

from hub.json_types import JSONPath, JSONValue
from integrations.findings import Findings

VALUE_CHARACTERS = 8 * 1024

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_|~-]{1,128}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_REFUSED = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "upgrade",
        "te",
        "trailer",
        "expect",
        "forwarded",
        "via",
        "x-real-ip",
        "x-http-method-override",
        "metadata-flavor",
    }
)
_REFUSED_PREFIXES = ("proxy-", "x-forwarded-", "x-aws-ec2-metadata-token", "x-hub-")


def check_headers(raw: JSONValue, at: JSONPath, findings: Findings, *, most: int = 64) -> dict[str, str]:
    """The headers of a string map; note each that must not be sent."""
    headers = findings.text_map(raw, at)
    if len(headers) > most:
        findings.error(at, f"may have at most {most} headers")
    for name, value in headers.items():
        check_header_name(name, at.key(name), findings)
        check_header_value(value, at.key(name), findings)
    return headers


def check_header_name(name: str, at: JSONPath, findings: Findings) -> None:
    """Note a name that is none or that only the hub itself may set."""
    if not is_header_name(name):
        findings.error(at, "is no valid header name")
    elif is_set_by_the_hub(name):
        findings.error(at, "is a header that the hub sets itself")


def check_header_value(value: str, at: JSONPath, findings: Findings) -> None:
    """Note a value that would end the header before its time, or is too long."""
    if _CONTROL.search(value):
        findings.error(at, "must not contain control characters")
    if len(value) > VALUE_CHARACTERS:
        findings.error(at, f"may have at most {VALUE_CHARACTERS} characters")


def is_header_name(name: str) -> bool:
    """Whether anything may be called so."""
    return _NAME.fullmatch(name) is not None


def is_set_by_the_hub(name: str) -> bool:
    """Whether no author may set it, in whatever case it is written."""
    return name.lower() in _REFUSED or name.lower().startswith(_REFUSED_PREFIXES)
