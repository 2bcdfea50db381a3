"""FileProxyUrl: a field whose value is the address of a file proxy (mapping.md 1.8)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath
from inbound.configuration.checks import SLUG, SOURCE_KEYS, Report
from inbound.configuration.sources import ValueSource, parse_source

KNOWN = frozenset({"use_case_slug", "use_case_id", "params"})
RESERVED_PARAMS = frozenset(
    {"orgId", "integrationId", "useCaseSlug", "useCaseId", "expires_at", "kid", "signature", "disposition"}
)
"""Names that the hub writes itself, into the address or when it is signed."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of the address."""

    name: str
    source: ValueSource
    at: JSONPath


@dataclass(frozen=True, slots=True)
class FileProxyUrl:
    """Exactly one of use_case_slug and use_case_id is not empty."""

    use_case_slug: str
    use_case_id: str
    params: tuple[Param, ...]
    at: JSONPath


def parse_file_proxy_url(raw: JSONObject, at: JSONPath, report: Report) -> FileProxyUrl:
    """A file_proxy_url object."""
    report.unknown_keys(raw, at, KNOWN)
    if ("use_case_slug" in raw) == ("use_case_id" in raw):
        report.error(at, "needs exactly one of use_case_slug, use_case_id")
    slug = raw.get("use_case_slug")
    if slug is not None and not (isinstance(slug, str) and SLUG.fullmatch(slug)):
        report.error(at.key("use_case_slug"), f"must match {SLUG.pattern}")
    identifier = raw.get("use_case_id")
    return FileProxyUrl(
        use_case_slug=slug if isinstance(slug, str) else "",
        use_case_id="" if identifier is None else report.text(identifier, at.key("use_case_id")),
        params=_params(raw, at.key("params"), report),
        at=at,
    )


def _params(raw: JSONObject, at: JSONPath, report: Report) -> tuple[Param, ...]:
    params = report.object(raw.get("params", {}), at) or {}
    found = [_param(name, params, at, report) for name in params]
    return tuple(param for param in found if param is not None)


def _param(name: str, params: JSONObject, at: JSONPath, report: Report) -> Param | None:
    place = at.key(name)
    if name in RESERVED_PARAMS:
        report.error(place, "this name is taken by the hub")
    body = report.object(params[name], place)
    if body is None:
        return None
    if sum(key in body for key in SOURCE_KEYS) != 1:
        report.error(place, f"needs exactly one of {', '.join(SOURCE_KEYS)}")
        return None
    source = parse_source(body, place, report)
    return None if source is None else Param(name, source, place)
