"""credentials_of: the headers by which the hub says who calls, from the auth block of a connector or a file proxy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from hub import clock
from hub.environments.log_masking import keep_out_of_logs
from hub.environments.redaction import redact
from hub.environments.resolve import ConfigurationError, resolve_all
from hub.errors import ErrorDetail
from hub.http.failures import NEVER_SENT, HttpFailure
from hub.http.messages import TOKEN_REQUEST, Answer, Budget, Headers, Request
from hub.http.oauth import In, Parameter, Person, Token, TokenFailure, of_failure, token_of, token_request
from hub.http.tokens import TokenCache
from hub.http.url import parse
from hub.json_types import JSONObject, JSONPath, JSONValue

LIFE_UNKNOWN: Final = timedelta(seconds=60)
"""Of a token that comes without expires_in."""
DEFAULT_HEADER: Final = "X-API-Key"
CLIENT_CREDENTIALS: Final = "oauth2_client_credentials"
PASSWORD: Final = "oauth2_password"
API_KEY: Final = "api_key"
BEARER: Final = "bearer"
SECRETS: Final = frozenset({"client_secret", "password", "api_key", "token"})
"""Members that are secrets in themselves, wherever their text comes from."""
BODY_TEXTS: Final = ("scope", "audience", "resource")
MAPS: Final = {"body_params": In.BODY, "query_params": In.QUERY, "headers": In.HEADER}

Send = Callable[[Request, Budget], Answer]
"""Sends on the way on which the call itself goes. Raises HttpFailure."""

_tokens = TokenCache()


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose credentials they are: the integration or use case of an organization, and the way on which its calls go.

    route tells one way from another: the slug of a secure proxy, or nothing. config_version as resolve_all takes it.
    """

    organization_id: int
    id: UUID
    route: str = ""
    config_version: int | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """Headers to be added, and what redact has to mask wherever text of the call is kept. key and token: as cached."""

    headers: Headers = field(default=(), repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    key: bytes | None = field(default=None, repr=False)
    token: Token | None = None


def credentials_of(auth: JSONObject | None, *, owner: Owner, at: JSONPath, send: Send) -> Credentials:
    """The credentials, with a token from the cache, or fetched once for all who ask for the same.

    at is where the auth block stands. Raises ConfigurationError for a member that is missing or refers to a variable
    that is, TokenFailure, SecretUnavailable, and HttpFailure for a token_url that is not called.
    """
    if not auth or not auth.get("type"):
        return Credentials()
    filled = _filled(auth, owner, at)
    kind = str(auth["type"])
    if kind == API_KEY:
        header = (filled.find("api_key_header") or DEFAULT_HEADER, filled.get("api_key"))
        return Credentials((header,), filled.secrets)
    if kind == BEARER:
        return Credentials((_bearer(filled.get("token")),), filled.secrets)
    if kind not in {CLIENT_CREDENTIALS, PASSWORD}:
        raise _incomplete(at.key("type"), "is no kind of authentication")
    return _with_token(filled, kind, owner, send)


def forget_token(credentials: Credentials) -> bool:
    """After a 401: the next credentials_of gets another token. False where there is none to be had."""
    if credentials.key is None:
        return False
    _tokens.drop(credentials.key, credentials.token)
    return True


def forget_all() -> None:
    """Every token is fetched again."""
    _tokens.forget_all()


@dataclass(frozen=True, slots=True)
class _Filled:
    """The texts of an auth block with values in the place of references; maps have the names of theirs in front."""

    texts: dict[str, str] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)
    at: JSONPath

    def get(self, name: str) -> str:
        if not self.texts.get(name):
            raise _incomplete(self.at.key(name), "is missing; the call needs it")
        return self.texts[name]

    def find(self, name: str) -> str:
        return self.texts.get(name, "")

    def parameters(self) -> Iterator[Parameter]:
        for name in BODY_TEXTS:
            if self.find(name):
                yield Parameter(In.BODY, name, self.texts[name])
        for name, place in MAPS.items():
            for key, value in self.texts.items():
                if key.startswith(f"{name}."):
                    yield Parameter(place, key.removeprefix(f"{name}."), value)


def _filled(auth: JSONObject, owner: Owner, at: JSONPath) -> _Filled:
    texts = dict(_texts(auth))
    resolved = resolve_all(
        list(texts.values()),
        organization_id=owner.organization_id,
        single_line=True,
        config_version=owner.config_version,
    )
    filled = dict(zip(texts, resolved.texts, strict=True))
    own = {filled[name] for name in SECRETS if filled.get(name)}
    keep_out_of_logs(own)
    return _Filled(filled, resolved.secrets | own, at)


def _texts(auth: JSONObject) -> Iterator[tuple[str, str]]:
    for name, value in auth.items():
        if isinstance(value, str):
            yield name, value
        elif name in MAPS and isinstance(value, dict):
            yield from ((f"{name}.{key}", _text(member)) for key, member in value.items())


def _text(value: JSONValue) -> str:
    return value if isinstance(value, str) else ""


def _with_token(filled: _Filled, kind: str, owner: Owner, send: Send) -> Credentials:
    order = token_request(
        endpoint=parse(filled.get("token_url")),
        client_id=filled.get("client_id"),
        client_secret=filled.get("client_secret"),
        parameters=filled.parameters(),
        person=Person(filled.get("username"), filled.get("password")) if kind == PASSWORD else None,
    )
    key = _tokens.key_of((owner.organization_id, str(owner.id), kind, owner.route), order)
    try:
        token = _tokens.get(key, lambda: _fetch(order, send))
    except TokenFailure as failure:  # a server may say back what it was sent
        message = redact(failure.message, filled.secrets)
        raise TokenFailure(message, is_transient=failure.is_transient, answered=failure.answered) from failure
    keep_out_of_logs([token.text])
    return Credentials((_bearer(token.text),), filled.secrets | {token.text}, key, token)


def _fetch(order: Request, send: Send) -> Token:
    try:
        return token_of(send(order, TOKEN_REQUEST), clock.now(), life_unknown=LIFE_UNKNOWN)
    except HttpFailure as failure:
        if failure.kind in NEVER_SENT:
            raise
        raise of_failure(failure) from failure


def _bearer(token: str) -> tuple[str, str]:
    return "Authorization", f"Bearer {token}"


def _incomplete(path: JSONPath, message: str) -> ConfigurationError:
    return ConfigurationError(f"{path} {message}.", details=[ErrorDetail(path, message)])
