"""outgoing: a claimed delivery as the request that goes out: references filled in, address checked, signed."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from hub.accounts.models import Organization
from hub.environments.log_masking import keep_out_of_logs
from hub.environments.resolve import ConfigurationError, SecretUnavailable, resolve_all
from hub.http.addresses import EgressPolicy
from hub.http.failures import HttpFailure
from hub.http.messages import WEBHOOK_AGENT, Headers, Request
from hub.http.oauth import In, Parameter, TokenFailure, token_request
from hub.http.url import parse, with_query
from hub.ids import to_text
from outbound.attachments.carrying import Carried
from outbound.attachments.loading import Sources, sources_of
from outbound.attachments.problems import Unsuitable
from outbound.delivering.claiming import FileParcel, Parcel
from outbound.hops import hop_of_request
from outbound.models.webhooks import QUERY_METHODS
from outbound.webhooks.authentication import ApiKey, Basic, OAuth
from outbound.webhooks.routes import policy_of
from proxies.secure_proxy.modes import ModeUnavailable
from proxies.secure_proxy.queries import SecureProxyDisabled, SecureProxyNotFound, SecureProxyUnset

MESSAGE_PREFIX: Final = "msg_"
ACK_HEADER: Final = "x-hub-ack-id"
TOKEN_FAILED: Final = "OAUTH2_TOKEN_FAILURE"
CONTENT_TYPE: Final = ("Content-Type", "application/json")

_parsed = lru_cache(maxsize=1024)(parse)
"""The deliveries of a webhook go to one address."""


@dataclass(frozen=True, slots=True)
class Files:
    """What a request carries, and where it is read from; the latter is never kept."""

    carried: Carried
    sources: Sources


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A parcel with its request. token: to be fetched first, and sent as bearer. secrets: never to be kept.

    policy: of its organization and the webhook's own route, for the token as well. files: yet to be read and put into
    the request, which is signed with them then.
    """

    parcel: Parcel
    request: Request
    policy: EgressPolicy
    token: Request | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    files: Files | None = None


@dataclass(frozen=True, slots=True)
class Uploading:
    """A parcel of files, whose requests are made by a recipe, one after the other, once it is sent."""

    parcel: FileParcel


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A parcel that cannot become a request, and why; is_transient: it may later."""

    parcel: Parcel
    code: str
    message: str
    is_transient: bool = False


def outgoing(parcel: Parcel, at: datetime, config_version: int | None = None) -> Outgoing | Unsendable:
    """The request of one attempt. What is secret is read now, so that a changed secret heals what waits.

    config_version: of the receiver's organization, by whoever has just read it; None costs a query, and one more where
    the webhook refers to the environment.
    """
    try:
        return _outgoing(parcel, at, config_version)
    except SecretUnavailable as error:
        return Unsendable(parcel, error.code, error.message, is_transient=True)
    except Unsuitable as problem:
        return Unsendable(parcel, problem.code, problem.message)
    except ConfigurationError as error:
        return Unsendable(parcel, "ENV_REFERENCE_UNRESOLVED", error.message)
    except TokenFailure as error:
        return Unsendable(parcel, TOKEN_FAILED, error.message)
    except HttpFailure as error:
        return Unsendable(parcel, error.code, error.message)
    except ModeUnavailable as error:
        return Unsendable(parcel, error.code, error.message, is_transient=True)
    except (SecureProxyNotFound, SecureProxyDisabled, SecureProxyUnset) as error:
        return Unsendable(parcel, error.code, error.message)


def _outgoing(parcel: Parcel, at: datetime, config_version: int | None) -> Outgoing:
    receiver, template = parcel.receiver, parcel.request
    custom: Sequence[Sequence[str]] = template.get("headers") or []
    auth = _texts_of_authentication(parcel)
    resolved = resolve_all(
        [template["url"], *(value for _, value in custom), *auth],
        organization_id=receiver.organization_id,
        single_line=True,
        config_version=config_version,
    )
    url_text, *others = resolved.texts
    url = _parsed(url_text)
    method, body = str(template["method"]), parcel.body
    if method in QUERY_METHODS:
        url, body = with_query(url, _pairs(body)), b""
    files = _files_of(parcel)
    headers, token = _authorized(parcel, others[len(custom) :])
    secrets = resolved.secrets | frozenset(_secrets_in(parcel, others[len(custom) :]))
    keep_out_of_logs(secrets)
    request = Request(
        method=method,
        url=url,
        headers=(
            *_content_type(method, files),
            *zip((name for name, _ in custom), others, strict=False),
            *(_signed(parcel, at, body) if files is None else ()),
            *_ack_header(parcel),
            *headers,
        ),
        body=None if method in QUERY_METHODS else body,
        hop=hop_of_request(template) + 1,
        agent=WEBHOOK_AGENT,
    )
    return Outgoing(parcel, request, _policy_of(parcel, config_version), token, secrets, files)


def _files_of(parcel: Parcel) -> Files | None:
    """Queries, see sources_of, where files go along. Raises Unsuitable for one that is not there any more."""
    carried = Carried.find(parcel.request)
    if carried is None:
        return None
    return Files(carried, _sources_of(parcel, carried))


def _sources_of(parcel: Parcel, carried: Carried) -> Sources:
    return sources_of(parcel.receiver.organization_id, carried.files, parcel.delivery.correlation_id)


def _content_type(method: str, files: Files | None) -> Headers:
    """That of a form names its boundary, which is made with its body."""
    return () if method in QUERY_METHODS or (files is not None and files.carried.is_multipart) else (CONTENT_TYPE,)


def _policy_of(parcel: Parcel, config_version: int | None) -> EgressPolicy:
    organization = Organization(id=parcel.receiver.organization_id)
    return policy_of(parcel.receiver.configuration.route, organization, config_version)


def _signed(parcel: Parcel, at: datetime, body: bytes) -> Headers:
    message_id = to_text(MESSAGE_PREFIX, parcel.delivery.message_id)
    return tuple(parcel.receiver.signer.headers(message_id=message_id, at=at, body=body))


def _ack_header(parcel: Parcel) -> Headers:
    """The id to acknowledge with, where somebody waits for that."""
    return () if parcel.delivery.ack_id is None else ((ACK_HEADER, str(parcel.delivery.ack_id)),)


def _pairs(body: bytes) -> Iterator[tuple[str, str]]:
    """The members of a flat object as query parameters: a list repeats its name, null is left out."""
    members: Mapping[str, Any] = orjson.loads(body)  # Any: JSON
    for name, value in members.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield name, _text(one)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _texts_of_authentication(parcel: Parcel) -> list[str]:
    """What has to be filled in before the hub can say who it is, in the order in which _authorized reads it."""
    authentication, secrets = parcel.receiver.configuration.authentication, parcel.receiver.credentials
    if isinstance(authentication, ApiKey):
        return [secrets.get("keyValue", "")]
    if isinstance(authentication, Basic):
        return [authentication.username, secrets.get("password", "")]
    if isinstance(authentication, OAuth):
        parameters = [one.value for one in authentication.parameters]
        return [authentication.endpoint, authentication.client_id, secrets.get("clientSecret", ""), *parameters]
    return []


def _authorized(parcel: Parcel, texts: Sequence[str]) -> tuple[Headers, Request | None]:
    authentication = parcel.receiver.configuration.authentication
    if isinstance(authentication, ApiKey):
        return ((authentication.key_name, texts[0]),), None
    if isinstance(authentication, Basic):
        credentials = base64.b64encode(f"{texts[0]}:{texts[1]}".encode()).decode()
        return (("Authorization", f"Basic {credentials}"),), None
    if isinstance(authentication, OAuth):
        endpoint, client_id, client_secret, *values = texts
        parameters = [
            Parameter(In(one.place.value), one.key, value)
            for one, value in zip(authentication.parameters, values, strict=True)
        ]
        return (), token_request(
            endpoint=parse(endpoint), client_id=client_id, client_secret=client_secret, parameters=parameters
        )
    return (), None


def _secrets_in(parcel: Parcel, texts: Sequence[str]) -> Iterator[str]:
    """Texts of the authentication that are secrets in themselves, filled in or written out."""
    authentication = parcel.receiver.configuration.authentication
    if isinstance(authentication, ApiKey):
        yield texts[0]
    elif isinstance(authentication, Basic):
        yield texts[1]
    elif isinstance(authentication, OAuth):
        yield texts[2]
