"""The typed configuration of a file proxy: credentials, parameters, steps, response (api.md 9.6)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from integrations.findings import Findings
from proxies.file_proxy.authentication import check_authentication
from proxies.file_proxy.parameters import DeclaredParameter, parse_origins, parse_parameters
from proxies.file_proxy.steps import Step, parse_steps
from proxies.file_proxy.upload_rules import UploadLimits, check_auth_templates, parse_fan_out, parse_limits
from proxies.routing import parse_route

DIRECTIONS = ("download", "upload")
ENCODINGS = ("base64", "binary")
DOWNLOAD_ONLY = ("response", "params", "allowed_origins", "prevent_indirect_serving")
UPLOAD_ONLY = ("upload", "fan_out")


@dataclass(frozen=True, slots=True)
class Response:
    """What is made of the answers of the steps: expressions, of which the last two may be empty."""

    body: str
    is_base64: bool
    filename: str
    content_type: str


@dataclass(frozen=True, slots=True)
class FileProxyConfiguration:
    """A recipe, in one of two directions; uploads have neither response nor params nor allowed_origins."""

    direction: str
    steps: tuple[Step, ...]
    response: Response | None
    params: tuple[DeclaredParameter, ...]
    allowed_origins: tuple[str, ...]
    secure_proxy_slug: str | None
    requires_vpc: bool
    expressions: tuple[tuple[JSONPath, str], ...]
    warnings: tuple[ErrorDetail, ...]
    upload: UploadLimits | None = None
    """None of a download."""
    fans_out: bool = False
    """Whether each file of an event is uploaded for itself."""

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath) -> FileProxyConfiguration:
        """Raises Invalid with every finding."""
        findings = Findings()
        direction = findings.optional_word(raw.get("direction"), at.key("direction"), DIRECTIONS, default="download")
        check_authentication(raw.get("auth"), at.key("auth"), findings)
        is_download = direction == "download"
        if not is_download:
            findings.refuse(raw, at, DOWNLOAD_ONLY, "belongs to downloads only")
            check_auth_templates(raw.get("auth"), at.key("auth"), findings)
        configuration = cls(
            direction=direction,
            steps=parse_steps(raw.get("steps"), at.key("steps"), findings, direction=direction),
            response=_download(raw, at, findings) if is_download else None,
            params=parse_parameters(raw.get("params"), at.key("params"), findings) if is_download else (),
            allowed_origins=_origins(raw, at, findings) if is_download else (),
            secure_proxy_slug=parse_route(raw, at, findings),
            requires_vpc=findings.optional_boolean(raw.get("requires_vpc"), at.key("requires_vpc")),
            upload=None if is_download else parse_limits(raw, at, findings),
            fans_out=not is_download and parse_fan_out(raw.get("fan_out"), at.key("fan_out"), findings),
            expressions=tuple(findings.expressions),
            warnings=tuple(findings.warnings),
        )
        findings.raise_if_any()
        return configuration


def _download(raw: JSONObject, at: JSONPath, findings: Findings) -> Response:
    findings.refuse(raw, at, UPLOAD_ONLY, "belongs to uploads only")
    place = at.key("prevent_indirect_serving")
    if findings.optional_boolean(raw.get("prevent_indirect_serving"), place):
        findings.warn(place, "changes nothing: every file streams from the hub, and none is handed over as a copy")
    response = findings.object(raw.get("response"), at.key("response"))
    return _response(response, at.key("response"), findings.inside(raw.get("response")))


def _response(response: JSONObject, at: JSONPath, findings: Findings) -> Response:
    return Response(
        body=findings.expression(response.get("body"), at.key("body")),
        is_base64=findings.word(response.get("encoding"), at.key("encoding"), ENCODINGS) == "base64",
        filename=findings.optional_expression(response.get("filename"), at.key("filename")) or "",
        content_type=findings.optional_expression(response.get("content_type"), at.key("content_type")) or "",
    )


def _origins(raw: JSONObject, at: JSONPath, findings: Findings) -> tuple[str, ...]:
    return parse_origins(raw.get("allowed_origins"), at.key("allowed_origins"), findings)
