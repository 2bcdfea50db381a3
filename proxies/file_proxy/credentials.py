"""CredentialSource: the token of a recipe, fetched when its first step needs it, and once more after a 401."""

from __future__ import annotations

from hub.json_types import ROOT, JSONObject
from proxies.authentication import Credentials, Owner, Send, credentials_of, forget_token


class CredentialSource:
    """Of one download."""

    def __init__(self, auth: JSONObject | None, *, owner: Owner, send: Send) -> None:
        self._auth = auth
        self._owner = owner
        self._send = send
        self._credentials: Credentials | None = None
        self._was_renewed = False
        self.secrets: frozenset[str] = frozenset()
        """What redact has to mask."""

    def token(self) -> str | None:
        """The token, None where the recipe has no auth. Raises ConfigurationError, TokenFailure and HttpFailure."""
        if self._credentials is None:
            self._credentials = credentials_of(
                self._auth, owner=self._owner, at=ROOT.key("configuration").key("auth"), send=self._send
            )
            self.secrets |= self._credentials.secrets
        return None if self._credentials.token is None else self._credentials.token.text

    def renew(self) -> bool:
        """After a 401: whether token will tell another one, which it does once."""
        if self._was_renewed or self._credentials is None or not forget_token(self._credentials):
            return False
        self._credentials, self._was_renewed = None, True
        return True
