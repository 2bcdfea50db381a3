"""authenticate: the text of a token becomes a Principal; verified ones are remembered by config_version."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from hub import clock
from hub.accounts import token_use
from hub.accounts.grant_lines import parse_grants
from hub.accounts.models import ApiToken
from hub.accounts.present_version import present_version
from hub.accounts.principals import Principal
from hub.accounts.token_text import find_public_id
from hub.errors import HubError

CREDENTIAL_CHARACTERS = 512
"""Longest credential looked at; a token has 75."""
REMEMBERED_TOKENS = 10_000
REMEMBERED_S = 5.0
"""A remembered token is read again after this, for changes that bypass the hub's own operations."""

_DUMMY = bytes(32)
_remembered: dict[bytes, _Remembered] = {}


class Unauthenticated(HubError):
    """No credential, or one that opens nothing. All reasons read alike, so that nobody learns which it was."""

    code = "UNAUTHORIZED"
    status = 401
    counts_as_guess = False
    """True when the credential was not that of any token: what the limit per client address counts."""


class UnknownCredential(Unauthenticated):
    """The credential belongs to no token."""

    counts_as_guess = True


@dataclass(frozen=True, slots=True)
class _Remembered:
    principal: Principal
    read_at_s: float


def authenticate(authorization: str | None, x_api_key: str | None, at: datetime) -> Principal:
    """The caller behind the headers. One query, whether the token is remembered or not.

    Raises Unauthenticated for a missing, malformed, unknown, expired or revoked token and for two credentials.
    """
    text = credential(authorization, x_api_key)
    digest = digest_of(text)
    known = _recall(digest)
    trusted = known is not None and is_current(known)
    principal = _unexpired(known, at) if known and trusted else _read(text, digest, at)
    token_use.note(principal.token_id or "", at)
    return principal


def recall(authorization: str | None, x_api_key: str | None, at: datetime) -> Principal | None:
    """As authenticate, without a query: None when the token is not remembered.

    Only for callers whose writing statement contains ``WHERE config_version = principal.config_version``
    (engine rule 3.1), or who ask is_current, and who call authenticate when it has moved.
    """
    known = _recall(digest_of(credential(authorization, x_api_key)))
    if known is None:
        return None
    token_use.note(known.token_id or "", at)
    return _unexpired(known, at)


def is_current(principal: Principal) -> bool:
    """Whether the configuration, and with it every right, is what it was when principal was read. One query."""
    return present_version(principal.organization_id) == principal.config_version


def credential(authorization: str | None, x_api_key: str | None) -> str:
    """The one token text presented: ``Authorization: Bearer`` or ``X-API-Key``, never both."""
    if authorization is not None and x_api_key is not None:
        raise Unauthenticated("Send the token either as Authorization: Bearer or as X-API-Key, not as both.")
    if authorization is None:
        text = (x_api_key or "").strip()
    else:
        scheme, _, text = authorization.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the token as Authorization: Bearer.")
        text = text.strip()
    if not text:
        raise Unauthenticated("A token is needed: send it as Authorization: Bearer.")
    if len(text) > CREDENTIAL_CHARACTERS or not text.isascii():
        raise unknown_credential()
    return text


def digest_of(text: str) -> bytes:
    """What is stored instead of the token: SHA-256 keyed by a pepper that is not in the database."""
    return hmac.digest(_pepper(settings.SECRET_KEY, getattr(settings, "HUB_TOKEN_PEPPER", "")), text.encode(), "sha256")


def forget_all() -> None:
    """Drop everything remembered; the next request of each token reads its row."""
    _remembered.clear()


def unknown_credential() -> UnknownCredential:
    """One sentence for unknown, wrong, expired and revoked."""
    return UnknownCredential("The token is not valid.")


@lru_cache(maxsize=4)
def _pepper(secret_key: str, pepper: str) -> bytes:
    return hmac.digest((pepper or secret_key).encode(), b"hub.accounts.tokens", "sha256")


def _recall(digest: bytes) -> Principal | None:
    known = _remembered.get(digest)
    if known is None or clock.monotonic() - known.read_at_s > REMEMBERED_S:
        return None
    return known.principal


def _unexpired(principal: Principal, at: datetime) -> Principal:
    if principal.expires_at is not None and at >= principal.expires_at:
        raise Unauthenticated(unknown_credential().message)
    return principal


def _read(text: str, digest: bytes, at: datetime) -> Principal:
    public_id = find_public_id(text)
    row = None
    if public_id is not None:
        row = ApiToken.objects.select_related("organization").filter(pk=public_id).first()
    matches = hmac.compare_digest(bytes(row.digest) if row else _DUMMY, digest)
    if row is None or not matches:
        raise unknown_credential()
    if not row.is_valid(at):
        _remembered.pop(digest, None)
        raise Unauthenticated(unknown_credential().message)
    return _remember(digest, principal_of(row))


def _remember(digest: bytes, principal: Principal) -> Principal:
    if len(_remembered) >= REMEMBERED_TOKENS:
        _remembered.clear()
    _remembered[digest] = _Remembered(principal, clock.monotonic())
    return principal


def principal_of(token: ApiToken) -> Principal:
    """The facts of a token row, whose organization must have been fetched with it."""
    return Principal(
        organization_id=token.organization_id,
        organization_slug=token.organization.slug,
        organization_name=token.organization.name,
        config_version=token.organization.config_version,
        token_id=token.pk,
        grants=parse_grants(token.grants),
        integration_ids=frozenset(UUID(identifier) for identifier in token.integration_ids),
        read_only=token.read_only,
        expires_at=token.expires_at,
    )
