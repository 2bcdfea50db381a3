"""The typed configuration of a managed call (api.md 9.7, proxies-and-security.md 4.1)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from integrations.findings import Findings
from proxies.managed_call.pull import PullConfiguration
from proxies.routing import parse_route
from proxies.template_checks import check_header_templates, check_path, check_template_map

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PATH_CHARACTERS = 8 * 1024
MOST_HEADERS = 30
MOST_QUERY_PARAMETERS = 50
LEAST_TIMEOUT_MS = 1000
MOST_TIMEOUT_MS = 25_000


@dataclass(frozen=True, slots=True)
class ManagedCallConfiguration:
    """What is called and how its request and answer are mapped; templates are not rendered yet."""

    method: str
    path: str
    headers: dict[str, str]
    query_params: dict[str, str]
    request_mapping: str | None
    response_mapping: str | None
    inbound_use_case_slug: str | None
    secure_proxy_slug: str | None
    timeout_ms: int | None
    pull: PullConfiguration | None
    expressions: tuple[tuple[JSONPath, str], ...]
    warnings: tuple[ErrorDetail, ...]

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath) -> ManagedCallConfiguration:
        """Raises Invalid with every finding."""
        findings = Findings()
        operation = findings.object(raw.get("operation"), at.key("operation"))
        place, inside = at.key("operation"), findings.inside(raw.get("operation"))
        configuration = cls(
            method=inside.word(operation.get("method"), place.key("method"), METHODS),
            path=_path(operation, place.key("path"), inside),
            headers=_headers(operation, place.key("headers"), inside),
            query_params=_query(operation, place.key("query_params"), inside),
            request_mapping=findings.optional_expression(raw.get("request_mapping"), at.key("request_mapping")),
            response_mapping=findings.optional_expression(raw.get("response_mapping"), at.key("response_mapping")),
            inbound_use_case_slug=_inbound_slug(raw, at.key("inbound_use_case_slug"), findings),
            secure_proxy_slug=parse_route(raw, at, findings),
            timeout_ms=findings.optional_whole(
                raw.get("timeout_ms"), at.key("timeout_ms"), least=LEAST_TIMEOUT_MS, most=MOST_TIMEOUT_MS
            ),
            pull=_pull(raw, at, findings),
            expressions=tuple(findings.expressions),
            warnings=tuple(findings.warnings),
        )
        findings.raise_if_any()
        return configuration


def _path(operation: JSONObject, at: JSONPath, findings: Findings) -> str:
    path = findings.text(operation.get("path"), at, longest=PATH_CHARACTERS)
    check_path(path, at, findings)
    return path


def _headers(operation: JSONObject, at: JSONPath, findings: Findings) -> dict[str, str]:
    check_header_templates(operation.get("headers"), at, findings, most=MOST_HEADERS)
    return _texts(operation, "headers")


def _query(operation: JSONObject, at: JSONPath, findings: Findings) -> dict[str, str]:
    check_template_map(operation.get("query_params"), at, findings, most=MOST_QUERY_PARAMETERS)
    return _texts(operation, "query_params")


def _texts(operation: JSONObject, name: str) -> dict[str, str]:
    members = operation.get(name)
    return {key: str(value) for key, value in members.items()} if isinstance(members, dict) else {}


def _inbound_slug(raw: JSONObject, at: JSONPath, findings: Findings) -> str | None:
    slug = raw.get("inbound_use_case_slug")
    return None if slug is None else findings.slug(slug, at)


def _pull(raw: JSONObject, at: JSONPath, findings: Findings) -> PullConfiguration | None:
    pull = PullConfiguration.parse(raw.get("pull"), at.key("pull"), findings)
    if pull is not None and raw.get("inbound_use_case_slug") is None:
        findings.error(at.key("inbound_use_case_slug"), "is required: it takes what the schedule reads")
    return pull
