"""UploadFailed: why files were not uploaded, and whether they may be later."""

from __future__ import annotations

from typing import Final

from hub.environments.resolve import ConfigurationError
from hub.errors import HubError
from hub.http.failures import FailureKind, HttpFailure
from hub.http.oauth import TokenFailure
from proxies.file_proxy.failures import RETRIED, may_pass

EXPRESSION_FAILED: Final = "MAPPING_EXPRESSION_FAILED"
REFUSED: Final = "EXTERNAL_API_ERROR"


class UploadFailed(HubError):
    """is_transient: the same may succeed later. is_receivers_fault, status_code, retry_after: see Outcome."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        is_transient: bool = False,
        is_receivers_fault: bool = False,
        status_code: int | None = None,
        retry_after: str | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.is_transient = is_transient
        self.is_receivers_fault = is_receivers_fault
        self.status_code = status_code
        self.retry_after = retry_after


def refused(position: int, status: int, excerpt: str, retry_after: str | None) -> UploadFailed:
    """A step whose answer is no success."""
    said = f": {excerpt}" if excerpt else "."
    is_transient = status >= 500 or status in RETRIED
    return UploadFailed(
        f"HTTP_{status}" if is_transient else REFUSED,
        f"Step {position} was answered with {status}{said}",
        is_transient=is_transient,
        is_receivers_fault=is_transient,
        status_code=status,
        retry_after=retry_after,
    )


def no_json(position: int, status: int, why: str) -> UploadFailed:
    """A step that says its answer is JSON, and it is none: a login page, say. Its request may have done its work."""
    message = f"Step {position} was answered with {status} and a body that is no JSON: {why}"
    return UploadFailed(REFUSED, message, status_code=status)


def as_failed(failure: HubError, *, step: int | None = None) -> UploadFailed:
    """What any failure on the way means. step: during which one it happened."""
    if isinstance(failure, UploadFailed):
        return failure
    place = "" if step is None else f"Step {step}: "
    message = f"{place}{failure.message}"
    if isinstance(failure, TokenFailure):
        is_ill = failure.is_transient
        return UploadFailed("OAUTH2_TOKEN_FAILURE", failure.message, is_transient=is_ill, is_receivers_fault=is_ill)
    if isinstance(failure, HttpFailure):
        code = "TIMEOUT" if failure.kind is FailureKind.TIMEOUT else failure.code
        is_ill = failure.is_transient
        return UploadFailed(code, message, is_transient=is_ill, is_receivers_fault=is_ill)
    if isinstance(failure, ConfigurationError):
        return UploadFailed("ENV_REFERENCE_UNRESOLVED", message)
    return UploadFailed(failure.code, message, is_transient=may_pass(failure))
