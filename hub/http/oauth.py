"""token_request and token_of: two grants of OAuth 2, without a secret in anything that is raised."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

from hub.errors import HubError
from hub.http.failures import HttpFailure
from hub.http.messages import Answer, Request
from hub.http.url import Url, with_query
from hub.json_types import JSONObject

LONGEST_TOKEN: Final = 16 * 1024
MARGIN: Final = timedelta(seconds=60)
"""A token is no longer used so long before it expires: it has to live until the call arrives."""
SHORT_LIFE: Final = timedelta(minutes=10)
"""Below that the margin is a tenth of the life, so that a token of one minute is used at all."""
LONGEST_LIFE: Final = timedelta(hours=24)
LIFE_UNKNOWN: Final = timedelta(minutes=5)
"""Of a token without expires_in, no margin taken off, unless the caller of token_of knows better."""
RESERVED: Final = frozenset({"grant_type", "client_id", "client_secret", "username", "password"})
"""Body parameters that the grant itself sets."""

_TOKEN = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class In(StrEnum):
    """Where a custom parameter of a token request goes."""

    BODY = "body"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A custom parameter: scope, audience, or whatever the server asks for."""

    place: In
    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. expires_at is when the hub stops using it, a little before the server does.

    expires_in_s and type: as the server tells them, None and empty where it does not.
    """

    text: str = field(repr=False)
    expires_at: datetime
    expires_in_s: float | None = None
    type: str = ""


class TokenFailure(HubError):
    """No token came about; is_transient says whether it may later.

    answered: the status of the token endpoint, None where it did not answer.
    """

    code = "AUTH_TOKEN_ERROR"
    status = 502

    def __init__(self, message: str, *, is_transient: bool, answered: int | None = None) -> None:
        super().__init__(message)
        self.is_transient = is_transient
        self.answered = answered


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the token stands for, where it is not the client itself."""

    username: str
    password: str = field(repr=False)


def token_request(
    *,
    endpoint: Url,
    client_id: str,
    client_secret: str,
    parameters: Iterable[Parameter] = (),
    person: Person | None = None,
) -> Request:
    """A form-encoded POST with id and secret in its body: the client credentials grant, or the password grant of a
    person. Raises TokenFailure, and UrlRefused for too long a query."""
    listed = list(parameters)
    form = [
        ("grant_type", "password" if person else "client_credentials"),
        ("client_id", client_id),
        ("client_secret", client_secret),
    ]
    if person is not None:
        form += [("username", person.username), ("password", person.password)]
    extra = _pairs(listed, In.BODY)
    if any(name in RESERVED for name, _ in extra):
        raise TokenFailure("A body parameter of the token request has a reserved name. Rename it.", is_transient=False)
    return Request(
        "POST",
        with_query(endpoint, _pairs(listed, In.QUERY)),
        (
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
            *_pairs(listed, In.HEADER),
        ),
        urlencode([*form, *extra], quote_via=quote).encode(),
    )


def token_of(answer: Answer, at: datetime, *, life_unknown: timedelta = LIFE_UNKNOWN) -> Token:
    """The token in the answer to a token_request. Raises TokenFailure.

    life_unknown: how long one is used that comes without expires_in.
    """
    document = _document(answer)
    if not 200 <= answer.status < 300:
        is_transient = answer.status == 429 or answer.status >= 500
        raise TokenFailure(
            f"The token endpoint answered {answer.status}{_said(document)}. Check id, secret and parameters.",
            is_transient=is_transient,
            answered=answer.status,
        )
    text = document.get("access_token")
    if not isinstance(text, str) or len(text) > LONGEST_TOKEN or not _TOKEN.fullmatch(text):
        raise TokenFailure(
            "The token endpoint answered without a usable access_token.", is_transient=False, answered=answer.status
        )
    expires_in = _seconds(document.get("expires_in"))
    return Token(text, at + _life(expires_in, life_unknown), expires_in, _type(document))


def of_failure(failure: HttpFailure) -> TokenFailure:
    """What it means for the token that its request failed."""
    return TokenFailure(f"The token endpoint: {failure.message}", is_transient=failure.is_transient)


def _pairs(parameters: Iterable[Parameter], place: In) -> list[tuple[str, str]]:
    return [(each.name, each.value) for each in parameters if each.place is place]


def _document(answer: Answer) -> JSONObject:
    """Empty where the body is no JSON object."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _said(document: JSONObject) -> str:
    """The server's own name for what is wrong. Its description may repeat what was sent, and stays out."""
    name = document.get("error")
    return f" ({name})" if isinstance(name, str) and _NAME.fullmatch(name) else ""


def _life(seconds: float | None, unknown: timedelta) -> timedelta:
    if seconds is None or not seconds > 0:  # which is how a number that is none answers, too
        return unknown
    life = timedelta(seconds=min(seconds, LONGEST_LIFE.total_seconds()))
    return life - (MARGIN if life >= SHORT_LIFE else life / 10)


def _type(document: JSONObject) -> str:
    """What the server calls the kind of token, if that is a name."""
    name = document.get("token_type")
    return name if isinstance(name, str) and _NAME.fullmatch(name) else ""


def _seconds(expires_in: object) -> float | None:
    """Some servers send the number as text."""
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float | str):
        return None
    try:
        return min(float(expires_in), LONGEST_LIFE.total_seconds())
    except (ValueError, OverflowError):
        return None
