"""``secure_proxy: {use_case_slug}``: which secure proxy of the same integration carries the requests."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONPath
from integrations.findings import Findings


def parse_route(raw: JSONObject, at: JSONPath, findings: Findings) -> str | None:
    """The slug, or None when requests go out directly; no other key is allowed beside it."""
    place = at.key("secure_proxy")
    route = findings.optional_object(raw.get("secure_proxy"), place)
    if route is None:
        return None
    findings.refuse_others(route, place, {"use_case_slug"})
    return findings.slug(route.get("use_case_slug"), place.key("use_case_slug"))
