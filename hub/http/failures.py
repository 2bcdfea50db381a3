"""HttpFailure: why a request was not sent or not answered, in a sentence that holds no secret."""

from __future__ import annotations

import ssl
from enum import StrEnum
from typing import Final

from hub.errors import HubError


class FailureKind(StrEnum):
    """What went wrong; also the code of the failure."""

    URL_REFUSED = "URL_REFUSED"
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    HEADER_REFUSED = "HEADER_REFUSED"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    NOT_RESOLVABLE = "NOT_RESOLVABLE"
    CONNECT_FAILED = "CONNECT_FAILED"
    TLS_FAILED = "TLS_FAILED"
    CERTIFICATE_REFUSED = "CERTIFICATE_REFUSED"
    TIMEOUT = "TIMEOUT"
    CONNECTION_LOST = "CONNECTION_LOST"
    RESPONSE_TOO_LARGE = "RESPONSE_TOO_LARGE"
    BAD_RESPONSE = "BAD_RESPONSE"


NEVER_SENT: Final = frozenset(
    {
        FailureKind.URL_REFUSED,
        FailureKind.ADDRESS_REFUSED,
        FailureKind.HEADER_REFUSED,
        FailureKind.REQUEST_TOO_LARGE,
    }
)
"""Whoever wrote the request has to change it."""
TRANSIENT: Final = frozenset(
    {
        FailureKind.NOT_RESOLVABLE,
        FailureKind.CONNECT_FAILED,
        FailureKind.TLS_FAILED,
        FailureKind.TIMEOUT,
        FailureKind.CONNECTION_LOST,
    }
)
"""The same request may succeed later. A refused certificate and a peer that does not speak HTTP stay as they are."""


class HttpFailure(HubError):
    """A request without a usable answer. The message names the host and nothing else of the request."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message, code=kind.value)
        self.kind = kind
        self.status = _status(kind)

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed later."""
        return self.kind in TRANSIENT


def _status(kind: FailureKind) -> int:
    if kind in NEVER_SENT:
        return 400
    return 504 if kind is FailureKind.TIMEOUT else 502


def timed_out(host: str) -> HttpFailure:
    """The failure of everything that took too long."""
    return HttpFailure(FailureKind.TIMEOUT, f"{host} did not answer in time.")


def lost(host: str) -> HttpFailure:
    """The connection ended before the answer did."""
    return HttpFailure(FailureKind.CONNECTION_LOST, f"{host} closed the connection before it had answered.")


def not_http(host: str) -> HttpFailure:
    """What came back cannot be read as an answer."""
    return HttpFailure(FailureKind.BAD_RESPONSE, f"{host} answered with something that is not HTTP.")


def of_connecting(host: str, error: OSError) -> HttpFailure:
    """Why no connection came about."""
    if isinstance(error, TimeoutError):
        return timed_out(host)
    reason = f": {error.strerror}" if error.strerror else ""
    return HttpFailure(FailureKind.CONNECT_FAILED, f"No connection to {host}{reason}.")


def of_securing(host: str, error: OSError) -> HttpFailure:
    """Why a connection did not become an encrypted one with whom it was meant for."""
    if isinstance(error, TimeoutError):
        return timed_out(host)
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message.rstrip(".")
        return HttpFailure(FailureKind.CERTIFICATE_REFUSED, f"The certificate of {host} is refused: {reason}.")
    return HttpFailure(FailureKind.TLS_FAILED, f"No encrypted connection with {host} came about.")


def went_elsewhere(host: str) -> HttpFailure:
    """The other end of a connection is not the address that was checked."""
    return HttpFailure(
        FailureKind.ADDRESS_REFUSED, f"The connection to {host} ended at an address that was not checked."
    )
