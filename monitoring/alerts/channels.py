"""address_of and secret_of: what a channel keeps sealed; and what may be an address."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hub.environments.references import has_remnant, names_in
from hub.environments.resolve import resolve, seal, unseal, unsealed
from hub.environments.trust.policies import usual_policy
from hub.errors import ErrorDetail, Invalid
from hub.http.failures import NEVER_SENT, HttpFailure
from hub.http.resolving import resolve as resolve_name
from hub.http.url import UrlRefused
from hub.http.url import parse as parse_url
from monitoring.models import AlertChannel

Kind = AlertChannel.Kind
MOST_ADDRESSES: Final = 20
LONGEST_ADDRESS: Final = 2000
SECRET_PREFIX: Final = "whsec_"
LOOK_UP_S: Final = 2.0
"""Somebody waits for the form meanwhile; sending asks again."""


def seal_address(channel: AlertChannel, address: str, at: datetime) -> None:
    """Put a checked address on the row, sealed, beside what may be shown of it; unsaved. Raises Invalid."""
    text = checked(channel.kind, address)
    channel.sealed_address = seal(channel.organization_id, name_of(channel.pk, "address"), text, at)
    channel.shown_address = shown(channel.kind, text)[:500]


def seal_new_secret(channel: AlertChannel, at: datetime) -> str:
    """A new signing secret on the row, sealed; unsaved. What it is, for the one page that shows it."""
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    channel.sealed_signing_secret = seal(channel.organization_id, name_of(channel.pk, "signing_secret"), secret, at)
    return secret


def written_address_of(channel: AlertChannel) -> str:
    """As somebody wrote it, with its references to variables. Raises SecretUnavailable."""
    return unseal(channel.organization_id, name_of(channel.pk, "address"), channel.sealed_address)


def written_addresses_of(organization_id: int, channels: Iterable[AlertChannel]) -> dict[UUID, str]:
    """The same of those that open, by id. One query."""
    names = {name_of(one.pk, "address"): one for one in channels}
    opened = unsealed(organization_id, {name: one.sealed_address for name, one in names.items()})
    return {names[name].pk: text for name, text in opened.items()}


def address_of(channel: AlertChannel) -> str:
    """With values in the place of references. Raises SecretUnavailable or ConfigurationError."""
    written = written_address_of(channel)
    is_mail = channel.kind == Kind.MAIL
    return resolve(written, organization_id=channel.organization_id, single_line=not is_mail).texts[0]


def secret_of(channel: AlertChannel) -> bytes:
    """The key that requests of a webhook are signed with. Raises SecretUnavailable."""
    name = name_of(channel.pk, "signing_secret")
    text = unseal(channel.organization_id, name, channel.sealed_signing_secret)
    return base64.b64decode(text.removeprefix(SECRET_PREFIX))


def recipients(address: str) -> list[str]:
    """Those of a mail, each once."""
    return list(dict.fromkeys(address.replace(",", " ").replace(";", " ").split()))


def checked(kind: str, address: str) -> str:
    """The address without blanks around it. Raises Invalid for one that nothing can be sent to."""
    text = address.strip()
    if not text or len(text) > LONGEST_ADDRESS:
        raise _wrong(f"must have 1 to {LONGEST_ADDRESS} characters")
    if has_remnant(text):
        raise _wrong("has {{env. without a key after it; write {{env.KEY}}")
    if names_in([text]):
        return text
    if kind == Kind.MAIL:
        _check_mail(recipients(text))
        return text
    try:
        parse_url(text)
    except UrlRefused as error:
        raise _wrong(error.message) from error
    return text


def refuse_forbidden(organization_id: int, kind: str, address: str) -> None:
    """Raise Invalid for an address that the rules of outgoing requests forbid, as sending does. What cannot be said now
    is let pass: a name that does not resolve at the moment, and one that a variable is a part of. Belongs outside of
    transactions: a name is looked up."""
    text = checked(kind, address)
    if kind == Kind.MAIL or names_in([text]):
        return
    url, policy = parse_url(text), usual_policy(organization_id)
    try:
        policy.check_url(url)
        resolve_name(url, policy, within_s=LOOK_UP_S)
    except HttpFailure as failure:
        if failure.kind in NEVER_SENT:
            raise _wrong(failure.message) from failure


def shown(kind: str, address: str) -> str:
    """What pages may show: who gets a mail, and of a URL the host alone, since the rest may be a secret."""
    if names_in([address]):
        return f"{{{{env.{names_in([address])[0]}}}}}"
    if kind == Kind.MAIL:
        return ", ".join(recipients(address))
    return parse_url(address).host


def _check_mail(addresses: list[str]) -> None:
    if not 1 <= len(addresses) <= MOST_ADDRESSES:
        raise _wrong(f"must be 1 to {MOST_ADDRESSES} mail addresses")
    for one in addresses:
        try:
            validate_email(one)
        except ValidationError as error:
            raise _wrong(f"{one} is no mail address") from error


def _wrong(message: str) -> Invalid:
    return Invalid(f"address: {message}", details=[ErrorDetail("address", message)])


def name_of(pk: UUID, member: str) -> str:
    return f"monitoring_alertchannel.{pk}.{member}"
