"""The steps of a file proxy: the requests it makes, each with what it may refer to (proxies-and-security.md 6.1)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.findings import Findings
from proxies.file_proxy.upload_rules import check_upload_step
from proxies.template_checks import check_header_templates, check_template, check_url
from proxies.templates import TEMPLATE_CHARACTERS, Placeholder, placeholders

MOST_STEPS = 10
MOST_HEADERS = 64
METHODS = {"download": ("GET", "POST"), "upload": ("GET", "POST", "PUT", "PATCH")}
RESPONSE_TYPES = ("json", "binary")


@dataclass(frozen=True, slots=True)
class Step:
    """One request; its templates are not rendered yet.

    body_jsonata and enabled are of uploads. Without body_jsonata the files go out as they are; enabled is an
    expression, or what it would yield.
    """

    url: str
    method: str
    response_type: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    follows_redirects: bool = False
    body_jsonata: str = ""
    enabled: bool | str = True

    @property
    def is_binary(self) -> bool:
        """Whether its answer is a file rather than JSON."""
        return self.response_type == "binary"

    @property
    def templates(self) -> tuple[str, ...]:
        """Everything of it that is filled in."""
        return (self.url, *(value for _, value in self.headers), *([self.body] if self.body else []))

    @property
    def takes_url_from_value(self) -> bool:
        """Whether somebody's data says where it leads, rather than its author."""
        first = next(iter(placeholders(self.url)), None)
        return first is not None and first.start == 0 and first.is_value


def parse_steps(raw: JSONValue, at: JSONPath, findings: Findings, *, direction: str) -> tuple[Step, ...]:
    """One step at least, in the order they run; each may refer to those before it only."""
    members = findings.objects(raw, at, least=1, most=MOST_STEPS)
    return tuple(_step(one, place, findings, direction) for one, place in members)


def _step(raw: JSONObject, at: JSONPath, findings: Findings, direction: str) -> Step:
    url = findings.text(raw.get("url"), at.key("url"), longest=TEMPLATE_CHARACTERS)
    found = check_url(url, at.key("url"), findings) if url else []
    found += check_header_templates(raw.get("headers"), at.key("headers"), findings, most=MOST_HEADERS)
    found += _body(raw, at, findings) if direction == "download" else []
    _check_references(found, at, findings)
    if direction == "upload":
        check_upload_step(raw, found, at, findings)
    else:
        findings.refuse(raw, at, ("body_jsonata", "enabled"), "belongs to uploads only")
    method = findings.word(raw.get("method"), at.key("method"), METHODS[direction])
    return Step(
        url=url,
        method=method,
        response_type=findings.word(raw.get("response_type"), at.key("response_type"), RESPONSE_TYPES),
        headers=_headers(raw.get("headers")),
        body=_optional_text(raw.get("body")),
        follows_redirects=_follows_redirects(raw, at, findings, method),
        body_jsonata=_optional_text(raw.get("body_jsonata")) or "",
        enabled=_enabled(raw.get("enabled")),
    )


def _headers(raw: JSONValue) -> tuple[tuple[str, str], ...]:
    """Of a map that was checked."""
    members = raw if isinstance(raw, dict) else {}
    return tuple((name, value) for name, value in members.items() if isinstance(value, str))


def _optional_text(raw: JSONValue) -> str | None:
    return raw if isinstance(raw, str) else None


def _follows_redirects(raw: JSONObject, at: JSONPath, findings: Findings, method: str) -> bool:
    place = at.key("follow_redirects")
    follows = findings.optional_boolean(raw.get("follow_redirects"), place)
    if follows and method != "GET":
        findings.error(place, "is for GET only: other requests are never repeated elsewhere")
    return follows


def _body(raw: JSONObject, at: JSONPath, findings: Findings) -> list[Placeholder]:
    body = findings.optional_text(raw.get("body"), at.key("body"), longest=TEMPLATE_CHARACTERS)
    return check_template(body, at.key("body"), findings, may_hold_braces=True) if body else []


def _enabled(raw: JSONValue) -> bool | str:
    """Of a member that was checked."""
    return raw if isinstance(raw, bool | str) else True


def _check_references(found: list[Placeholder], at: JSONPath, findings: Findings) -> None:
    own = _position(at)
    for placeholder in found:
        name, *rest = placeholder.segments() if placeholder.is_value else [""]
        if name == "steps" and rest and rest[0].isdigit() and int(rest[0][:9]) >= own:
            findings.error(at, f"refers to steps.{rest[0]}, which has not run before step {own}")


def _position(at: JSONPath) -> int:
    """The index at the end of ``….steps[3]``."""
    return int(at[at.rindex("[") + 1 : -1])
