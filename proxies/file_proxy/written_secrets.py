"""The secrets that are written down in an auth block: sealed where they are kept, masked where they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.environments.references import names_in
from hub.environments.resolve import SecretUnavailable, seal, unseal
from hub.errors import ErrorDetail
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from integrations.env_references import is_reference
from integrations.findings import refusal
from integrations.kinds import Target

SECRETS: Final = ("client_secret", "password")
MASK: Final = "***"
"""What is shown in place of a secret, and what a caller sends back to keep it."""
WRITTEN_DOWN: Final = "is written down here, where nobody can exchange it; refer to a secret with {{env.KEY}} instead"
_SEALED: Final = "sealed:"
"""What the stored form begins with; then come the sealed text and the references in it, for who looks for them."""


def masked(configuration: JSONObject) -> JSONObject:
    """The configuration with MASK in place of every secret that is written down."""
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return configuration
    hidden: JSONObject = {name: MASK for name in SECRETS if is_written_down(auth.get(name))}
    return configuration | {"auth": auth | hidden}


def sealed(configuration: JSONObject, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
    """What is stored of a configuration that was sent: MASK, and a secret that has not changed, is the stored one.

    Raises Invalid where there is none, or where it would go to another token_url.
    """
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return configuration
    before = (stored or {}).get("auth")
    kept = before if isinstance(before, dict) else {}
    place = at.key("auth")
    written = {name: str(auth[name]) for name in SECRETS if is_written_down(auth.get(name))}
    found: JSONObject = {
        name: _kept(name, auth, kept, place) if text == MASK else _stored_form(name, text, kept, target)
        for name, text in written.items()
    }
    return configuration | {"auth": auth | found}


def sealed_as_stored(configuration: JSONObject, organization_id: int, use_case_id: UUID, at: datetime) -> JSONObject:
    """A configuration of the time before anything was sealed, as it would be stored now."""
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return configuration
    texts = {name: auth[name] for name in SECRETS if is_written_down(auth.get(name)) and not _is_sealed(auth[name])}
    found: JSONObject = {
        name: _sealed_text(organization_id, _place(use_case_id, name), str(text), at) for name, text in texts.items()
    }
    return configuration | {"auth": auth | found}


def opened(configuration: JSONObject, organization_id: int, use_case_id: UUID) -> JSONObject | None:
    """The auth block for a call, with what was written down; None without one. Raises SecretUnavailable.

    One query for each secret that is sealed.
    """
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return None
    found: JSONObject = {
        name: _opened(organization_id, _place(use_case_id, name), text)
        for name, text in _texts(auth)
        if _is_sealed(text)
    }
    return auth | found


def advice_on_secrets(stored: JSONObject) -> list[ErrorDetail]:
    """A warning for each secret that is written down."""
    auth, at = stored.get("auth"), ROOT.key("configuration").key("auth")
    members = auth if isinstance(auth, dict) else {}
    return [ErrorDetail(at.key(name), WRITTEN_DOWN) for name, text in _texts(members) if is_written_down(text)]


def is_written_down(secret: JSONValue) -> bool:
    """Whether it is a secret itself, sealed or not, and no reference to one."""
    return isinstance(secret, str) and not is_reference(secret)


def _texts(auth: JSONObject) -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name in SECRETS if isinstance(text := auth.get(name), str))


def _kept(name: str, auth: JSONObject, kept: JSONObject, at: JSONPath) -> JSONValue:
    if not is_written_down(kept.get(name)):
        raise refusal(at.key(name), f"{MASK} stands for a stored secret, and there is none")
    if auth.get("token_url") != kept.get("token_url"):
        raise refusal(at.key(name), "is not sent to another token_url unless it is given again")
    return kept[name]


def _stored_form(name: str, text: str, kept: JSONObject, target: Target) -> str:
    place, before = _place(target.use_case_id, name), kept.get(name)
    if isinstance(before, str) and _is_sealed(before):
        try:
            if _opened(target.organization.pk, place, before) == text:
                return before
        except SecretUnavailable:  # then it is set anew
            pass
    return _sealed_text(target.organization.pk, place, text, target.moment)


def _sealed_text(organization_id: int, place: str, text: str, at: datetime) -> str:
    references = (f"{{{{env.{name}}}}}" for name in names_in([text]))
    return " ".join([_SEALED + seal(organization_id, place, text, at), *references])


def _opened(organization_id: int, place: str, stored: str) -> str:
    return unseal(organization_id, place, stored.removeprefix(_SEALED).partition(" ")[0])


def _is_sealed(text: JSONValue) -> bool:
    return isinstance(text, str) and text.startswith(_SEALED)


def _place(use_case_id: UUID, name: str) -> str:
    return f"file_proxy.{use_case_id}.{name}"
