"""Authentication: how the hub shows a receiver who it is; the secrets themselves stand elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.credentials import RESERVED_PARAMETERS, VALUE_CHARACTERS
from integrations.env_references import is_reference
from integrations.findings import Findings
from integrations.headers import check_header_name, check_header_value
from outbound.webhooks.address import NOT_FILLED_IN, is_left_as_it_is, url_findings
from outbound.webhooks.headers import sounds_secret
from outbound.webhooks.templates import check_text

DEFAULT_KEY_NAME: Final = "X-API-Key"
MOST_PARAMETERS: Final = 50
SECRET_CHARACTERS: Final = 4096
TOKEN_METHODS: Final = ("POST", "GET")


class AuthType(StrEnum):
    """The ways there are."""

    NONE = "NONE"
    API_KEY = "API_KEY"
    BASIC = "BASIC"
    OAUTH = "OAUTH_CLIENT_CREDENTIALS"


SECRET_OF: Final = {AuthType.API_KEY: "keyValue", AuthType.BASIC: "password", AuthType.OAUTH: "clientSecret"}
"""The member of each that is a secret; beside it stands a flag, named with IsEnvVar at its end."""
SECRETS: Final = frozenset(SECRET_OF.values())


class ParameterPlace(StrEnum):
    """Where a parameter of a token request goes."""

    BODY = "body"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class TokenParameter:
    """One further parameter of a token request; its value may refer to the environment."""

    place: ParameterPlace
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A header with a key."""

    key_name: str


@dataclass(frozen=True, slots=True)
class Basic:
    """A user name and a password."""

    username: str


@dataclass(frozen=True, slots=True)
class OAuth:
    """A token that is fetched with the client's id and secret."""

    endpoint: str
    client_id: str
    http_method: str
    parameters: tuple[TokenParameter, ...]


Authentication = ApiKey | Basic | OAuth | None
"""None: nothing but the signature."""


def secret_name_of(authentication: Authentication) -> str | None:
    """The name of the secret that it needs."""
    if isinstance(authentication, ApiKey):
        return SECRET_OF[AuthType.API_KEY]
    if isinstance(authentication, Basic):
        return SECRET_OF[AuthType.BASIC]
    return SECRET_OF[AuthType.OAUTH] if isinstance(authentication, OAuth) else None


def read_authentication(raw: JSONValue, at: JSONPath, findings: Findings) -> Authentication:
    """The block as it was sent, with or without its secret, or as it is stored or shown; absent means none.

    A member that nobody knows is refused: it could be a secret, and would be kept and shown as it is.
    """
    auth = findings.optional_object(raw, at)
    if auth is None or not isinstance(raw, dict):
        return None
    types = [one.value for one in AuthType]
    if auth.get("authType") not in types:
        findings.word(auth.get("authType"), at.key("authType"), types)
        return None
    type = AuthType(str(auth["authType"]))
    if type is AuthType.NONE:
        findings.refuse_others(auth, at, ("authType",))
        return None
    _check_secret(auth, at, findings, SECRET_OF[type])
    return _READERS[type](auth, at, findings)


def _api_key(auth: JSONObject, at: JSONPath, findings: Findings) -> Authentication:
    _refuse_others(auth, at, findings, AuthType.API_KEY, ("keyName",))
    name = findings.optional_text(auth.get("keyName"), at.key("keyName"), shortest=1) or DEFAULT_KEY_NAME
    check_header_name(name, at.key("keyName"), findings)
    return ApiKey(name)


def _basic(auth: JSONObject, at: JSONPath, findings: Findings) -> Authentication:
    _refuse_others(auth, at, findings, AuthType.BASIC, ("username",))
    name = _line(auth.get("username"), at.key("username"), findings)
    if ":" in name and not is_reference(name):
        findings.error(at.key("username"), "must not contain a colon")
    return Basic(name)


def _oauth(auth: JSONObject, at: JSONPath, findings: Findings) -> Authentication:
    members = ("endpoint", "clientId", "httpMethod", "customParameterList")
    _refuse_others(auth, at, findings, AuthType.OAUTH, members)
    endpoint = findings.text(auth.get("endpoint"), at.key("endpoint"), longest=VALUE_CHARACTERS)
    for message in url_findings(endpoint) if endpoint else ():
        findings.error(at.key("endpoint"), message)
    if is_left_as_it_is(endpoint):
        findings.warn(at.key("endpoint"), NOT_FILLED_IN)
    if auth.get("httpMethod") == "GET":
        findings.warn(
            at.key("httpMethod"), "is kept, but tokens are fetched by POST: secrets do not belong in addresses"
        )
    place = at.key("customParameterList")
    listed = findings.objects(auth.get("customParameterList"), place, most=MOST_PARAMETERS)
    return OAuth(
        endpoint=endpoint,
        client_id=_line(auth.get("clientId"), at.key("clientId"), findings),
        http_method=findings.word(auth.get("httpMethod"), at.key("httpMethod"), TOKEN_METHODS),
        parameters=tuple(_parameter(one, inner, findings) for one, inner in listed),
    )


def _parameter(raw: JSONObject, at: JSONPath, findings: Findings) -> TokenParameter:
    findings.refuse_others(raw, at, ("type", "key", "value"))
    place = findings.word(raw.get("type"), at.key("type"), [one.value for one in ParameterPlace])
    key = findings.text(raw.get("key"), at.key("key"))
    value = findings.text(raw.get("value"), at.key("value"), longest=VALUE_CHARACTERS, shortest=0)
    check_text(value, at.key("value"), findings)
    if place == ParameterPlace.HEADER:
        check_header_name(key, at.key("key"), findings)
        check_header_value(value, at.key("value"), findings)
    elif key.lower() in RESERVED_PARAMETERS:
        findings.error(at.key("key"), "is set by the token request itself")
    if value and "{{" not in value and sounds_secret(key):
        findings.warn(at.key("value"), "is shown to whoever may look at webhooks; refer to a secret with {{env.KEY}}")
    return TokenParameter(ParameterPlace(place), key, value)


def _check_secret(auth: JSONObject, at: JSONPath, findings: Findings, name: str) -> None:
    secret = findings.optional_text(auth.get(name), at.key(name), longest=SECRET_CHARACTERS, shortest=1)
    is_variable = findings.optional_boolean(auth.get(f"{name}IsEnvVar"), at.key(f"{name}IsEnvVar"))
    if secret is None:
        return
    check_text(secret, at.key(name), findings)
    check_header_value(secret, at.key(name), findings)
    if is_variable and not is_reference(secret):
        findings.error(at.key(name), f"must be a reference such as {{{{env.my_secret}}}}, as {name}IsEnvVar says")


def _line(raw: JSONValue, at: JSONPath, findings: Findings) -> str:
    text = findings.text(raw, at, longest=VALUE_CHARACTERS)
    check_header_value(text, at, findings)
    check_text(text, at, findings)
    return text


def _refuse_others(auth: JSONObject, at: JSONPath, findings: Findings, type: AuthType, members: Iterable[str]) -> None:
    secret = SECRET_OF[type]
    findings.refuse_others(auth, at, ("authType", *members, secret, f"{secret}IsEnvVar", f"{secret}IsSet"))


_READERS: Final[dict[AuthType, Callable[[JSONObject, JSONPath, Findings], Authentication]]] = {
    AuthType.API_KEY: _api_key,
    AuthType.BASIC: _basic,
    AuthType.OAUTH: _oauth,
}
