"""CallFailed: why a managed call has no result, with what of the other system's answer may be told."""

from __future__ import annotations

from typing import Final

from hub.environments.redaction import redact
from hub.environments.resolve import ConfigurationError, SecretUnavailable
from hub.errors import HubError
from hub.events.shaping.plan import Failure
from hub.http.failures import FailureKind, HttpFailure
from hub.http.oauth import TokenFailure
from hub.json_types import JSONObject
from monitoring.codes import Category
from proxies.encodings import RenderingRefused

EXECUTION_ERROR: Final = "MANAGED_CALL_EXECUTION_ERROR"
NOT_PERMITTED: Final = "SSRF_BLOCKED"
EXTERNAL_ERROR: Final = "EXTERNAL_API_ERROR"
EXTERNAL_TIMEOUT: Final = "EXTERNAL_API_TIMEOUT"
MAPPING_FAILED: Final = "MAPPING_EXPRESSION_FAILED"
TOKEN_FAILED: Final = "OAUTH2_TOKEN_FAILURE"
NOT_LISTED: Final = 403
"""Of a place that the lists of the secure proxy leave out: whoever configures it should know."""
REFUSED: Final = frozenset({FailureKind.URL_REFUSED, FailureKind.ADDRESS_REFUSED})
SPAN_CODES: Final = {"AUTH_TOKEN_ERROR": TOKEN_FAILED, EXTERNAL_TIMEOUT: "TIMEOUT"}
"""What monitoring calls a failure where it is not the code of the answer."""


class CallFailed(HubError):
    """facts are members of the answer's details. span_code is the name under which monitoring knows the failure, and
    category its category where that is not the one of the code."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int,
        facts: JSONObject | None = None,
        span_code: str = "",
        category: str = "",
    ) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.facts = facts or {}
        self.span_code = span_code or SPAN_CODES.get(code, code)
        self.category = category

    def redacted(self, secrets: frozenset[str]) -> CallFailed:
        """The same without these secrets in its message."""
        message = redact(self.message, secrets)
        return CallFailed(
            message,
            code=self.code,
            status=self.status,
            facts=self.facts,
            span_code=self.span_code,
            category=self.category,
        )


def not_permitted() -> CallFailed:
    """Nothing about addresses: whoever asks often enough would draw a map of the network."""
    return CallFailed("The target of this call is not permitted.", code=NOT_PERMITTED, status=400)


def of_expression(failure: Failure) -> CallFailed:
    """A mapping that failed; its place is told where it is known."""
    place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
    message = f"{failure.where} failed{place}: {failure.message}"
    category = str(Category.VALIDATION) if failure.is_data else ""
    return CallFailed(message, code=EXECUTION_ERROR, status=400, span_code=MAPPING_FAILED, category=category)


def of_any(failure: HubError) -> CallFailed:
    """What the failure of a step means for the call; one that says so itself already stays as it is."""
    if isinstance(failure, CallFailed):
        return failure
    if isinstance(failure, HttpFailure):
        return _of_http(failure)
    if isinstance(failure, TokenFailure):
        facts: JSONObject = {} if failure.answered is None else {"status": failure.answered}
        return CallFailed(failure.message, code=failure.code, status=502, facts=facts)
    if isinstance(failure, RenderingRefused):
        return CallFailed(failure.message, code=failure.code, status=400)
    if isinstance(failure, ConfigurationError | SecretUnavailable):
        return CallFailed(failure.message, code=failure.code, status=500)
    return CallFailed(failure.message, code=failure.code, status=failure.status)


def _of_http(failure: HttpFailure) -> CallFailed:
    if failure.status == NOT_LISTED:
        return CallFailed(failure.message, code=failure.code, status=failure.status)
    if failure.kind in REFUSED:
        return not_permitted()
    if failure.kind in {FailureKind.HEADER_REFUSED, FailureKind.REQUEST_TOO_LARGE}:
        return CallFailed(failure.message, code=EXECUTION_ERROR, status=400)
    code = EXTERNAL_TIMEOUT if failure.kind is FailureKind.TIMEOUT else EXTERNAL_ERROR
    return CallFailed(failure.message, code=code, status=502, facts={"code": failure.network_code or failure.code})
