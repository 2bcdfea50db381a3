"""parse_grants: the lines of what a token may do, as somebody sent them or as they are stored; pure."""

from __future__ import annotations

from hub.accounts.grants import ACTIONS, matches
from hub.accounts.principals import EVERYTHING, Grant
from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONPath, JSONValue

GRANTS_PER_TOKEN = 50
"""More lines than any real token needs; each request reads them all."""
PATTERN_CHARACTERS = 255


def parse_grants(raw: JSONValue, at: JSONPath = ROOT) -> tuple[Grant, ...]:
    """Grants as a list of action names or of {action, resource?, effect?}; raises Invalid naming each bad line."""
    if not isinstance(raw, list) or len(raw) > GRANTS_PER_TOKEN:
        raise Invalid(
            "Grants are wrong.", details=[ErrorDetail(at, f"must be a list of up to {GRANTS_PER_TOKEN} grants")]
        )
    return tuple(_parse_grant(line, at.index(position)) for position, line in enumerate(raw))


def _parse_grant(raw: JSONValue, at: JSONPath) -> Grant:
    line = {"action": raw} if isinstance(raw, str) else raw
    if not isinstance(line, dict):
        raise Invalid(
            "A grant is wrong.", details=[ErrorDetail(at, "must be an action name or an object with an action")]
        )
    if line.get("conditions"):
        raise Invalid("A grant is wrong.", details=[ErrorDetail(at.key("conditions"), "conditions are not supported")])
    grant = Grant(
        action=_pattern(line.get("action"), at.key("action")),
        resource=_pattern(line.get("resource") or EVERYTHING, at.key("resource")),
        effect=_pattern(line.get("effect") or "allow", at.key("effect")),
    )
    if not any(matches(grant.action, action) for action in ACTIONS):
        message = f"unknown action; known are {', '.join(ACTIONS)} and patterns with *"
        raise Invalid("A grant is wrong.", details=[ErrorDetail(at.key("action"), message)])
    if grant.effect not in {"allow", "deny"}:
        raise Invalid("A grant is wrong.", details=[ErrorDetail(at.key("effect"), "must be allow or deny")])
    return grant


def _pattern(raw: JSONValue, at: JSONPath) -> str:
    if not isinstance(raw, str) or not 0 < len(raw) <= PATTERN_CHARACTERS or raw.count("*") > 3:
        raise Invalid(
            "A grant is wrong.", details=[ErrorDetail(at, f"must be a text of 1 to {PATTERN_CHARACTERS} characters")]
        )
    return raw
