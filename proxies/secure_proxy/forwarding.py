"""forward: a caller's request goes out through a secure proxy, and what came back is told."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hub import strict_json
from hub.database import no_transaction_is_open
from hub.errors import HubError
from hub.http.addresses import EgressPolicy
from hub.http.client import send
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import MIB, Answer, Budget, Headers, Request
from hub.json_types import JSONValue
from proxies.secure_proxy.request import ProxyRequest

SECURE_PROXY: Final = Budget(
    connect_s=5, total_s=25, request_bytes=4 * MIB, read_bytes=9 * MIB // 2, kept_bytes=9 * MIB // 2
)
NOT_PASSED_ON: Final = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "set-cookie", "set-cookie2"}
)
"""They are for the connection that the answer came on, or for a jar that the hub does not keep."""
OF_THE_CODING: Final = frozenset({"content-encoding", "content-length"})
NETWORK_ERROR: Final = "Upstream network error"
UPSTREAM_ERROR: Final = "Upstream error"
_NO_ANSWER: Final = frozenset(
    {
        FailureKind.NOT_RESOLVABLE,
        FailureKind.CONNECT_FAILED,
        FailureKind.TLS_FAILED,
        FailureKind.CERTIFICATE_REFUSED,
        FailureKind.TIMEOUT,
        FailureKind.CONNECTION_LOST,
    }
)
REASONS: Final[Mapping[str, str]] = {
    "ENOTFOUND": "The host name leads to no address.",
    "EAI_AGAIN": "The host name could not be looked up for the moment.",
    "ECONNREFUSED": "The host refuses the connection.",
    "ECONNRESET": "The host closed the connection before it had answered.",
    "ETIMEDOUT": "The host did not accept the connection in time.",
    "EHOSTUNREACH": "There is no way to the host.",
    "ENETUNREACH": "There is no way to the network of the host.",
    "CERT_HAS_EXPIRED": "The certificate of the host has expired.",
    "CERT_NOT_YET_VALID": "The certificate of the host is not valid yet.",
    "DEPTH_ZERO_SELF_SIGNED_CERT": "The certificate of the host is signed by itself.",
    "SELF_SIGNED_CERT_IN_CHAIN": "The certificate of the host goes back to an authority that is not trusted.",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY": "The certificate of the host is from an authority that is not known.",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": "The host leaves out certificates between its own and the authority's.",
    "ERR_TLS_CERT_ALTNAME_INVALID": "The certificate of the host is for another name.",
    "EPROTO": "No encrypted connection with the host came about.",
    "HPE_INVALID_CONSTANT": "The host answered with something that cannot be read as HTTP.",
    "RESPONSE_TOO_LARGE": "The host answered with more than a secure proxy passes on.",
}
NO_WAY: Final = "No connection with the host came about."


class UpstreamFailed(HubError):
    """No answer of the target came back. reason is a sentence of the hub's own, never a library's."""

    status = 502

    def __init__(self, failure: HttpFailure) -> None:
        super().__init__(NETWORK_ERROR if failure.kind in _NO_ANSWER else UPSTREAM_ERROR, code=failure.network_code)
        self.reason = REASONS.get(failure.network_code, NO_WAY)


class UpstreamTooSlow(HubError):
    """The target was connected to, and did not answer within the budget."""

    code = "TIMEOUT"
    status = 504


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What the target answered. headers: lower-case names, repeated ones in one value."""

    status: int
    headers: dict[str, str] = field(repr=False)
    body: JSONValue = field(repr=False)


def forward(wanted: ProxyRequest, *, policy: EgressPolicy, hop: int) -> Forwarded:
    """The answer of the target, whatever its status; a redirect is one.

    Raises HttpFailure for what is not sent, UpstreamFailed and UpstreamTooSlow. Must not be called within a
    transaction.
    """
    request = Request(wanted.method, wanted.url, wanted.headers, wanted.body, hop=hop)
    try:
        answer = send(request, policy=policy, budget=SECURE_PROXY, forbid_in_transaction=no_transaction_is_open)
    except HttpFailure as failure:
        raise _told(failure) from failure
    body = base64.b64encode(answer.body).decode() if wanted.is_binary else _document(answer)
    return Forwarded(answer.status, _passed_on(answer.headers), body)


def _told(failure: HttpFailure) -> HubError:
    if failure.kind is FailureKind.TIMEOUT and not failure.network_code:
        return UpstreamTooSlow(f"The target did not answer within {SECURE_PROXY.total_s:g} seconds.")
    return UpstreamFailed(failure) if failure.network_code else failure


def _passed_on(received: Headers) -> dict[str, str]:
    """Without what belongs to the connection; where a body was unpacked, without what described the packing."""
    is_coded = any(name.lower() == "content-encoding" and value.lower() != "identity" for name, value in received)
    left_out = NOT_PASSED_ON | OF_THE_CODING if is_coded else NOT_PASSED_ON
    joined: dict[str, str] = {}
    for name, value in received:
        lower = name.lower()
        if lower not in left_out:
            joined[lower] = f"{joined[lower]}, {value}" if lower in joined else value
    return joined


def _document(answer: Answer) -> JSONValue:
    """JSON where it is that, else the text of it: unlike a managed call, a proxy does not judge what was answered.

    An answer that ends before its length never gets here: the client takes it for a lost connection.
    """
    try:
        return strict_json.parse(answer.body, longest_text=SECURE_PROXY.read_bytes)
    except strict_json.MalformedJSON:
        return answer.body.decode("utf-8", "replace")
