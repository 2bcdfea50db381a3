"""HttpFailure: why a request was not sent or not answered, in a sentence that holds no secret."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Mapping
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


NETWORK_CODES: Final[Mapping[FailureKind, str]] = {
    FailureKind.NOT_RESOLVABLE: "ENOTFOUND",
    FailureKind.CONNECT_FAILED: "ECONNREFUSED",
    FailureKind.TLS_FAILED: "EPROTO",
    FailureKind.CERTIFICATE_REFUSED: "EPROTO",
    FailureKind.CONNECTION_LOST: "ECONNRESET",
    FailureKind.BAD_RESPONSE: "HPE_INVALID_CONSTANT",
    FailureKind.RESPONSE_TOO_LARGE: "RESPONSE_TOO_LARGE",
}
"""The code that callers of proxies know, where nothing more exact is known (proxies-and-security.md 5.6)."""
CERTIFICATE_CODES: Final[Mapping[int, str]] = {
    9: "CERT_NOT_YET_VALID",
    10: "CERT_HAS_EXPIRED",
    18: "DEPTH_ZERO_SELF_SIGNED_CERT",
    19: "SELF_SIGNED_CERT_IN_CHAIN",
    20: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    21: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    62: "ERR_TLS_CERT_ALTNAME_INVALID",
    64: "ERR_TLS_CERT_ALTNAME_INVALID",
}
"""OpenSSL's reason for refusing a certificate, by its number."""


class HttpFailure(HubError):
    """A request without a usable answer. The message names the host and nothing else of the request.

    network_code says more exactly than the kind what the network did, in the words of Node: ECONNREFUSED and the like.
    Empty where the request was never sent, or took longer than its budget after a connection stood.
    """

    def __init__(self, kind: FailureKind, message: str, *, network_code: str = "") -> None:
        super().__init__(message, code=kind.value)
        self.kind = kind
        self.status = _status(kind)
        self.network_code = network_code or NETWORK_CODES.get(kind, "")

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


def connecting_timed_out(host: str) -> HttpFailure:
    """No connection came about in time; what would have been sent was not."""
    return HttpFailure(FailureKind.TIMEOUT, f"{host} did not answer in time.", network_code="ETIMEDOUT")


def not_resolvable(host: str, how: str, *, is_temporary: bool = False) -> HttpFailure:
    """The name leads to no address; how says what was missing."""
    code = "EAI_AGAIN" if is_temporary else ""
    return HttpFailure(FailureKind.NOT_RESOLVABLE, f"The name {host} could not be resolved {how}.", network_code=code)


def is_temporary(error: Exception) -> bool:
    """Whether the resolver said that it may know more later."""
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN


def lost(host: str) -> HttpFailure:
    """The connection ended before the answer did."""
    return HttpFailure(FailureKind.CONNECTION_LOST, f"{host} closed the connection before it had answered.")


def not_http(host: str) -> HttpFailure:
    """What came back cannot be read as an answer."""
    return HttpFailure(FailureKind.BAD_RESPONSE, f"{host} answered with something that is not HTTP.")


def of_connecting(host: str, error: OSError) -> HttpFailure:
    """Why no connection came about."""
    if isinstance(error, TimeoutError):
        return connecting_timed_out(host)
    # What an event loop says itself names its own calls and tuples.
    reason = f": {os.strerror(error.errno)}" if error.errno else ""
    code = errno.errorcode.get(error.errno or 0, "")
    return HttpFailure(FailureKind.CONNECT_FAILED, f"No connection to {host}{reason}.", network_code=code)


def of_securing(host: str, error: OSError) -> HttpFailure:
    """Why a connection did not become an encrypted one with whom it was meant for."""
    if isinstance(error, TimeoutError):
        return connecting_timed_out(host)
    if isinstance(error, ssl.SSLCertVerificationError):
        reason, code = error.verify_message.rstrip("."), CERTIFICATE_CODES.get(error.verify_code, "")
        return HttpFailure(
            FailureKind.CERTIFICATE_REFUSED, f"The certificate of {host} is refused: {reason}.", network_code=code
        )
    return HttpFailure(FailureKind.TLS_FAILED, f"No encrypted connection with {host} came about.")


def went_elsewhere(host: str) -> HttpFailure:
    """The other end of a connection is not the address that was checked."""
    return HttpFailure(
        FailureKind.ADDRESS_REFUSED, f"The connection to {host} ended at an address that was not checked."
    )
