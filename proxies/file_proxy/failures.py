"""DownloadFailed: why a file was not handed out, in words for whoever asked and in others for who set it up."""

from __future__ import annotations

from typing import Final

from hub.environments.resolve import ConfigurationError, SecretUnavailable
from hub.errors import HubError, Invalid
from hub.hops import LoopDetected
from hub.http.failures import FailureKind, HttpFailure
from hub.http.oauth import TokenFailure
from hub.jsonata.pool import Busy
from hub.jsonata.process import NoChild
from proxies.encodings import RenderingRefused
from proxies.secure_proxy.modes import ModeUnavailable
from proxies.secure_proxy.policies import NotListed
from proxies.waiting import TooManyWaiting

SENTENCES: Final = {
    403: "This file may not be opened from the page that asked for it.",
    404: "There is no such file.",
    413: "The file is larger than the hub passes on.",
    429: "Too many files are on their way. Try again in a moment.",
    500: "This download is not set up completely. Whoever runs it finds the reason in its monitoring.",
    502: "The system that holds the file did not hand it out. Try again later.",
    508: "The file is looked for in a circle of hubs.",
    504: "The system that holds the file did not answer in time. Try again later.",
}
"""What whoever asked is told; upstream texts, addresses and keys of variables only go to monitoring."""

RETRIED: Final = frozenset({408, 429})
"""Answers beside those from 500 on that may be others later."""

NOT_REACHED: Final = "The system that holds the file is not among those that may be asked."

HIDDEN: Final = frozenset({500, 502, 504})
"""Failures of which only who set it up learns more than the status."""


class DownloadFailed(HubError):
    """reason goes to monitoring; the message is for whoever asked. is_transient: the same may succeed later."""

    def __init__(self, status: int, code: str, reason: str, message: str = "", *, is_transient: bool = False) -> None:
        super().__init__(message or SENTENCES[status], code=code)
        self.is_transient = is_transient
        self.status = status
        self.reason = reason


class MissingParameters(Invalid):
    """A parameter that the recipe requires is not in the link."""

    code = "REQUIRED_PARAM_MISSING"


def not_found(reason: str) -> DownloadFailed:
    """The same answer whatever it is that is not there."""
    return DownloadFailed(404, "NOT_FOUND", reason)


def not_extracted(code: str, reason: str) -> DownloadFailed:
    """What came back holds no file in the place where the recipe looks; another answer may."""
    return DownloadFailed(502, code, reason, is_transient=True)


def refused_by_upstream(position: int, status: int) -> DownloadFailed:
    """A step that was answered, but not with what was asked for. 401 and 403 are about the hub, not who asked."""
    reason = f"Step {position} was answered with {status}."
    return DownloadFailed(
        404 if status == 404 else 502,
        "FILE_FETCH_FAILED",
        reason,
        is_transient=status >= 500 or status in RETRIED,
    )


def may_pass(failure: HubError) -> bool:
    """Whether the same may succeed later, for what knows nothing of itself: what is out of order on the hub's side."""
    is_of_hub = isinstance(failure, SecretUnavailable | ModeUnavailable | TooManyWaiting | Busy | NoChild)
    return is_of_hub or bool(getattr(failure, "is_transient", False))


def as_failed(failure: HubError) -> DownloadFailed:
    """What any failure on the way means for whoever asked."""
    if isinstance(failure, DownloadFailed):
        return failure
    if isinstance(failure, Invalid | RenderingRefused):
        return DownloadFailed(400, failure.code, failure.message, failure.message)
    if isinstance(failure, ConfigurationError | SecretUnavailable):
        return DownloadFailed(500, failure.code, failure.message, is_transient=may_pass(failure))
    if isinstance(failure, TokenFailure):
        return DownloadFailed(502, "OAUTH2_TOKEN_FAILURE", failure.message, is_transient=may_pass(failure))
    if isinstance(failure, HttpFailure):
        return _of_http(failure)
    if isinstance(failure, LoopDetected):
        return DownloadFailed(508, failure.code, failure.message)
    if isinstance(failure, TooManyWaiting | Busy):
        return DownloadFailed(429, failure.code, failure.message, is_transient=True)
    return DownloadFailed(502, failure.code, failure.message, is_transient=may_pass(failure))


def _of_http(failure: HttpFailure) -> DownloadFailed:
    if failure.kind is FailureKind.TIMEOUT:
        return DownloadFailed(504, "TIMEOUT", failure.message, is_transient=True)
    if failure.kind is FailureKind.RESPONSE_TOO_LARGE:
        return DownloadFailed(413, "FILE_TOO_LARGE", failure.message)
    if isinstance(failure, NotListed):
        return DownloadFailed(403, failure.code, failure.message, NOT_REACHED)
    return DownloadFailed(502, "FILE_FETCH_FAILED", failure.message, is_transient=failure.is_transient)
