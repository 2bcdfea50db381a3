"""check_custom_headers: the headers an author adds to a webhook, and those among them that are never sent."""

from __future__ import annotations

from typing import Final

from hub.json_types import JSONPath, JSONValue
from integrations.findings import Findings
from integrations.headers import check_header_value, is_header_name, is_set_by_the_hub
from outbound.webhooks.templates import check_text

MOST_HEADERS: Final = 64
_DROPPED: Final = frozenset(
    {
        "x-epilot-org-id",
        "authorization",
        "a-im",
        "accept-charset",
        "accept-datetime",
        "accept-encoding",
        "cache-control",
        "content-encoding",
        "content-type",
        "content-range",
        "content-md5",
        "range",
        "user-agent",
        "date",
        "from",
        "http2-settings",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "origin",
        "pragma",
        "referer",
        "server",
        "warning",
    }
)
_DROPPED_FAMILIES: Final = ("x-amz-", "x-amzn-", "webhook-")
_SOUNDS_SECRET: Final = ("token", "secret", "password", "key", "cookie")


def is_dropped(name: str) -> bool:
    """Whether a custom header of that name is left out of every request, in whatever case it is written."""
    lower = name.lower()
    return lower in _DROPPED or lower.startswith(_DROPPED_FAMILIES) or is_set_by_the_hub(name)


def check_custom_headers(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[tuple[str, str], ...]:
    """Those that are sent, in their order; what is left out is a warning, what could not be sent an error."""
    headers = findings.text_map(raw, at)
    if len(headers) > MOST_HEADERS:
        findings.error(at, f"may have at most {MOST_HEADERS} headers")
    for name, value in headers.items():
        _check(name, value, at.key(name), findings)
    return tuple((name, value) for name, value in headers.items() if not is_dropped(name))


def _check(name: str, value: str, at: JSONPath, findings: Findings) -> None:
    check_header_value(value, at, findings)
    check_text(value, at, findings)
    if not is_header_name(name):
        findings.error(at, "is no valid header name")
    elif is_dropped(name):
        findings.warn(at, "is left out: only the hub sets this header")
    elif "{{" not in value and sounds_secret(name):
        findings.warn(at, "is shown to whoever may look at webhooks; refer to a secret with {{env.KEY}} instead")


def sounds_secret(name: str) -> bool:
    """Whether what is called so is probably nobody else's business."""
    return any(word in name.lower() for word in _SOUNDS_SECRET)
