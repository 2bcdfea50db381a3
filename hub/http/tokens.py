"""TokenCache: access tokens in memory, each fetched once however many threads ask for it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from hub import clock
from hub.http.messages import Request
from hub.http.oauth import Token, TokenFailure

MOST_TOKENS: Final = 10_000
FAILURE_LASTS_S: Final = 1.0
"""So long everybody who asks gets the failure of the last try: those who waited for it do not storm the server."""


class _Flight:
    """What is known under one key; whoever holds the lock fetches."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.token: Token | None = None
        self.failure: TokenFailure | None = None
        self.failed_at = 0.0

    def known(self) -> Token | None:
        """A token that can still be used. Raises the failure of a moment ago."""
        if self.token is not None and self.token.expires_at > clock.now():
            return self.token
        if self.failure is not None and clock.monotonic() - self.failed_at < FAILURE_LASTS_S:
            failure = self.failure
            raise TokenFailure(failure.message, is_transient=failure.is_transient, answered=failure.answered)
        return None

    def fetch(self, fetch: Callable[[], Token]) -> Token:
        try:
            self.token, self.failure = fetch(), None
        except TokenFailure as failure:
            self.token, self.failure, self.failed_at = None, failure, clock.monotonic()
            raise
        return self.token


class TokenCache:
    """Of one process. Keys are digests: neither they nor anything else here tells a secret."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._flights: OrderedDict[bytes, _Flight] = OrderedDict()
        self._lock = threading.Lock()

    def key_of(self, organization_id: Hashable, request: Request) -> bytes:
        """Another one for every organization, and for every change of what is sent, the secret included."""
        parts = [repr(organization_id), request.method, request.url.text, repr(request.headers), repr(request.body)]
        digest = hmac.new(self._salt, digestmod=hashlib.sha256)
        for part in parts:
            encoded = part.encode(errors="surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return digest.digest()

    def get(self, key: bytes, fetch: Callable[[], Token]) -> Token:
        """The token under key; without one fetch is called, by one thread while the others wait.

        Raises what fetch raises. A TokenFailure is remembered for FAILURE_LASTS_S.
        """
        flight = self._flight(key)
        with flight.lock:
            return flight.known() or flight.fetch(fetch)

    def drop(self, key: bytes, refused: Token | None = None) -> None:
        """Forget the token under key, after a 401. With refused only that one: another thread may have a newer."""
        flight = self._flight(key)
        with flight.lock:
            if refused is None or flight.token == refused:
                flight.token = None

    def forget_all(self) -> None:
        """Forget every token."""
        with self._lock:
            self._flights.clear()

    def _flight(self, key: bytes) -> _Flight:
        with self._lock:
            flight = self._flights.setdefault(key, _Flight())
            self._flights.move_to_end(key)
            if len(self._flights) > MOST_TOKENS:
                self._flights.popitem(last=False)
        return flight
