"""What a recipe that uploads may hold, beside what every recipe may (outbound.md 15, proxies-and-security.md 6.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hub.json_types import JSONObject, JSONPath, JSONValue
from hub.jsonata.bindings import find_unbound
from hub.jsonata.text_functions import advice_about_files
from integrations.findings import CONDITION_CHARACTERS, Findings
from proxies.template_checks import check_template
from proxies.templates import Placeholder

LARGEST_FILE_BYTES: Final = 104_857_600
MOST_ATTEMPTS: Final = 100
ATTEMPTS: Final = 8
"""Of a recipe that says nothing else."""
BINDINGS: Final = frozenset({"$file_data", "$steps", "$env", "$ack_id", "$now", "$germanDate"})
"""What expressions of an upload see beside the event and what every expression may call."""
VALUES: Final = frozenset({"steps", "file_data", "auth_token"})
"""What templates of an upload may begin a path with."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """max_file_bytes: of each file; max_total_bytes: of all that go out together. max_attempts counts the first one."""

    max_file_bytes: int = LARGEST_FILE_BYTES
    max_total_bytes: int = LARGEST_FILE_BYTES
    max_attempts: int = ATTEMPTS


def parse_limits(raw: JSONObject, at: JSONPath, findings: Findings) -> UploadLimits:
    """The upload block, whose members may all be missing."""
    upload, place = findings.object(raw.get("upload"), at.key("upload")), at.key("upload")
    file, total, attempts = (
        findings.optional_whole(upload.get(name), place.key(name), least=1, most=most)
        for name, most in (
            ("max_file_bytes", LARGEST_FILE_BYTES),
            ("max_total_bytes", LARGEST_FILE_BYTES),
            ("max_delivery_attempts", MOST_ATTEMPTS),
        )
    )
    return UploadLimits(file or LARGEST_FILE_BYTES, total or LARGEST_FILE_BYTES, attempts or ATTEMPTS)


def parse_fan_out(raw: JSONValue, at: JSONPath, findings: Findings) -> bool:
    """Whether each file goes out for itself."""
    fan_out = findings.optional_object(raw, at)
    return fan_out is not None and findings.optional_boolean(fan_out.get("enabled"), at.key("enabled"))


def check_upload_step(raw: JSONObject, found: Iterable[Placeholder], at: JSONPath, findings: Findings) -> None:
    """Note what only a step of an upload may have, or may not. found: the placeholders of its templates."""
    findings.refuse(raw, at, ("body",), "belongs to downloads only; use body_jsonata")
    if raw.get("body_jsonata"):
        findings.optional_expression(raw["body_jsonata"], at.key("body_jsonata"))
        if isinstance(raw["body_jsonata"], str) and (advice := advice_about_files(raw["body_jsonata"])):
            findings.warn(at.key("body_jsonata"), advice)
    if raw.get("enabled") is not None and not isinstance(raw["enabled"], bool):
        findings.expression(raw["enabled"], at.key("enabled"), most_characters=CONDITION_CHARACTERS)
    if raw.get("body_jsonata") and raw.get("method") == "GET":
        findings.warn(at.key("body_jsonata"), "has no effect: a GET sends no body")
    for placeholder in found:
        fault = _fault_of(placeholder)
        if fault is not None:
            findings.error(at, fault)


def check_auth_templates(raw: JSONValue, at: JSONPath, findings: Findings) -> None:
    """Credentials of an upload refer to the environment in the plain form only."""
    for place, text in _texts(raw, at):
        if any(one.is_escaped or one.has_backslash for one in check_template(text, place, Findings())):
            findings.error(place, ESCAPED)


def check_names(expressions: Iterable[tuple[JSONPath, str]], findings: Findings) -> None:
    """Note the first variable of each expression that nothing gives a value; to be asked when something is saved."""
    for at, expression in expressions:
        unbound = find_unbound(expression, BINDINGS)
        if unbound is not None:
            place = f"line {unbound.line}, column {unbound.column}"
            findings.error(at, f"{unbound.name} is not known in expressions of an upload ({place})")


ESCAPED: Final = "drop the backslash: uploads read templates once, so {{env.KEY}} is written without one"


def _fault_of(placeholder: Placeholder) -> str | None:
    if placeholder.is_escaped or placeholder.has_backslash:
        return ESCAPED
    if not placeholder.is_value:
        return None
    names = placeholder.segments()
    if names[0] not in VALUES:
        return f"has {{{{{placeholder.path[:60]}}}}}; templates of an upload know env, {', '.join(sorted(VALUES))}"
    if names[0] == "file_data" and "base64" in names:
        return "has the contents of a file in a template; write them in body_jsonata"
    return None


def _texts(raw: JSONValue, at: JSONPath) -> Iterator[tuple[JSONPath, str]]:
    if isinstance(raw, str):
        yield at, raw
    elif isinstance(raw, dict):
        for name, member in raw.items():
            yield from _texts(member, at.key(name))
