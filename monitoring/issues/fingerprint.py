"""fingerprint_of: what a failure has in common with others of the same cause, and the id made of it; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from hub.json_types import JSONObject, JSONValue
from monitoring.codes import Level
from monitoring.models.issues import FIELD_CHARACTERS, HOST_CHARACTERS

WARNINGS_TO_ACT_ON: Final = frozenset(
    {
        "ACK_TIMEOUT",
        "ATTRIBUTE_TYPE_MISMATCH",
        "DELIVERY_ORDER_BROKEN",
        "ENTITY_SCHEMA_UNKNOWN",
        "MAPPED_FIELD_EMPTY",
        "MAPPING_WARNING",
        "PRICING_FAILED",
        "UNIQUE_ID_NOT_IN_SCHEMA",
    }
)
"""Codes of warnings that stay until a person changes something; the others pass, or tell of something that is fine."""
OUTBOUND: Final = "outbound"
"""Kind of the spans of deliveries; the host of their issues is the id of the receiver."""
FOREIGN: Final = "external"
"""Kind of the spans that a middleware pushes: what their details mean, and how many there are, nobody here knows."""
REFUSED: Final = frozenset({"SECURE_PROXY_DOMAIN_NOT_ALLOWED", "SECURE_PROXY_IP_NOT_ALLOWED", "SSRF_BLOCKED"})
"""A target that was not called is whatever a caller made up: it would make an issue of every try."""
KEPT_FINGERPRINTS: Final = 10_000
"""Ids that a process remembers; a slice of failures most often has one."""
_INDEX: Final = re.compile(r"\[\d+\]")
_NUMBER: Final = re.compile(r"(?<=[./])\d+(?=[./]|$)")


class Failure(Protocol):
    """What is read of a span."""

    @property
    def organization_id(self) -> int:
        """Whose it is."""

    @property
    def integration_id(self) -> UUID:
        """Where it happened."""

    @property
    def use_case_id(self) -> UUID | None:
        """None where no use case is concerned."""

    @property
    def sync_type(self) -> str:
        """Which kind of step it was."""

    @property
    def level(self) -> str:
        """How loud it is."""

    @property
    def code(self) -> str:
        """What went wrong."""

    @property
    def detail(self) -> JSONValue:
        """Where it went wrong, as far as the step knows."""


class Fingerprint(NamedTuple):
    """The parts, in the order in which the id is made of them. field and host are empty where none is concerned."""

    organization_id: int
    integration_id: UUID
    use_case_id: UUID | None
    sync_type: str
    level: str
    code: str
    field: str
    host: str

    @property
    def issue_id(self) -> UUID:
        """The same for the same parts, on every machine and in every release."""
        return _id_of(self)


def fingerprint_of(span: Failure) -> Fingerprint | None:
    """None for what nobody has to act on. Messages, ids, moments and values of payloads never enter it."""
    if not is_trouble(span):
        return None
    detail = own_detail(span)
    return Fingerprint(
        span.organization_id,
        span.integration_id,
        span.use_case_id,
        str(span.sync_type),
        str(span.level),
        span.code,
        field_of(detail),
        "" if span.code in REFUSED else host_of(detail),
    )


def is_trouble(span: Failure) -> bool:
    """Whether somebody has to act: errors, warnings that stay, and the last attempt of a delivery."""
    if span.level == Level.ERROR:
        return True
    if span.level != Level.WARNING:
        return False
    return span.code in WARNINGS_TO_ACT_ON or is_last_attempt(span)


def own_detail(span: Failure) -> JSONObject:
    """The detail as far as the hub has written it: empty for a span of somebody else, or without one."""
    return span.detail if isinstance(span.detail, dict) and span.sync_type != FOREIGN else {}


def is_last_attempt(span: Failure) -> bool:
    """Whether a span tells of a delivery that is not tried again: only its spans tell when that would be."""
    detail = own_detail(span)
    return "next_attempt_at" in detail and detail["next_attempt_at"] is None


def field_of(detail: JSONObject) -> str:
    """The schema and attribute, or the place in the configuration with ``*`` for every number of an item."""
    inner = detail.get("detail")
    places = (
        _text(inner, "field"),
        _text(detail, "attribute"),
        _joined(detail.get("missing")),
        _first_warned(detail.get("warnings")),
        _text(detail, "path"),
    )
    place = next((one for one in places if one), "")
    field = ".".join(filter(None, [_text(detail, "schema"), place]))
    return _NUMBER.sub("*", _INDEX.sub("[*]", field))[:FIELD_CHARACTERS]


def host_of(detail: JSONObject) -> str:
    """Who was called: a host with its port, or the webhook that was to get it."""
    steps = detail.get("steps")
    last = steps[-1] if isinstance(steps, list) and steps else None
    called = (_text(detail, "host"), _text(detail, "webhook_id"), _netloc(_text(last, "url")))
    return next((one for one in called if one), "")[:HOST_CHARACTERS]


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _first_warned(warnings: JSONValue) -> str:
    first = warnings[0] if isinstance(warnings, list) and warnings else None
    return ".".join(filter(None, [_text(first, "schema"), _text(first, "field")]))


def _joined(names: JSONValue) -> str:
    return "+".join(sorted(str(name) for name in names)) if isinstance(names, Sequence) and names else ""


def _text(holder: JSONValue, name: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


@lru_cache(maxsize=KEPT_FINGERPRINTS)
def _id_of(fingerprint: Fingerprint) -> UUID:
    text = "\0".join(str(part) for part in fingerprint)
    return UUID(bytes=hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest())
