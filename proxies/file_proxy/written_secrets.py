"""The secrets that are written down in an auth block: sealed where they are kept, masked where they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.environments.masking import is_telling
from hub.environments.references import names_in
from hub.environments.resolve import SecretUnavailable, seal, unseal
from hub.errors import ErrorDetail
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from integrations.env_references import is_reference, would_follow
from integrations.findings import invalid, refusal
from integrations.kinds import Target

SECRETS: Final = ("client_secret", "password")
MAPS: Final = ("headers", "query_params", "body_params")
"""What they hold is secret where its name says so, and no part of it is a reference."""
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
    return configuration | {"auth": _with(auth, {place: MASK for place, _ in _written_in(auth)})}


def sealed(configuration: JSONObject, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
    """What is stored of a configuration that was sent: MASK, and a secret that has not changed, is the stored one.

    Raises Invalid where there is none, where it would go to another token_url, and for every secret beside a token_url
    whose host comes from a variable. What was stored before there was that rule is still called.
    """
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return configuration
    _refuse_to_follow(auth, at.key("auth"))
    before = (stored or {}).get("auth")
    kept = before if isinstance(before, dict) else {}
    found: JSONObject = {
        place: _kept(place, auth, kept, at.key("auth")) if text == MASK else _stored_form(place, text, kept, target)
        for place, text in _written_in(auth)
    }
    return configuration | {"auth": _with(auth, found)}


def sealed_as_stored(configuration: JSONObject, organization_id: int, use_case_id: UUID, at: datetime) -> JSONObject:
    """A configuration of the time before anything was sealed, as it would be stored now."""
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return configuration
    found: JSONObject = {
        place: _sealed_text(organization_id, _name(use_case_id, place), text, at)
        for place, text in _written_in(auth)
        if not _is_sealed(text)
    }
    return configuration | {"auth": _with(auth, found)}


def opened(configuration: JSONObject, organization_id: int, use_case_id: UUID) -> JSONObject | None:
    """The auth block for a call, with what was written down; None without one. Raises SecretUnavailable.

    One query for each secret that is sealed.
    """
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return None
    found: JSONObject = {
        place: _opened(organization_id, _name(use_case_id, place), text)
        for place, text in _written_in(auth)
        if _is_sealed(text)
    }
    return _with(auth, found)


def sealed_texts(configuration: JSONObject, use_case_id: UUID) -> Iterator[tuple[str, str, str]]:
    """Of each secret that is sealed in it: its place in the auth block, what it is sealed for, and what seal gave."""
    auth = configuration.get("auth")
    for place, text in _written_in(auth) if isinstance(auth, dict) else ():
        if _is_sealed(text):
            yield place, _name(use_case_id, place), _record(text)


def advice_on_secrets(stored: JSONObject) -> list[ErrorDetail]:
    """A warning for each secret that is written down; what a save now refuses is told in the words of the refusal."""
    auth, at = stored.get("auth"), ROOT.key("configuration").key("auth")
    members = auth if isinstance(auth, dict) else {}
    told = _would_follow(members) or WRITTEN_DOWN
    return [ErrorDetail(_path(at, place), told) for place, _ in _written_in(members)]


def is_written_down(secret: JSONValue) -> bool:
    """Whether it is a secret itself, sealed or not, and no reference to one."""
    return isinstance(secret, str) and not is_reference(secret)


def _written_in(auth: JSONObject) -> Iterator[tuple[str, str]]:
    """Each secret that is written down, by its place: a member of the block, or of a map in it after a dot."""
    yield from ((name, str(auth[name])) for name in SECRETS if is_written_down(auth.get(name)))
    for part in MAPS:
        members = auth.get(part)
        for name, text in members.items() if isinstance(members, dict) else ():
            if isinstance(text, str) and is_telling(name) and not names_in([text]):
                yield f"{part}.{name}", text


def _would_follow(auth: JSONObject) -> str | None:
    address = auth.get("token_url")
    return would_follow(address, "token_url") if isinstance(address, str) else None


def _refuse_to_follow(auth: JSONObject, at: JSONPath) -> None:
    problem = _would_follow(auth)
    if problem:
        findings = [ErrorDetail(_path(at, place), problem) for place, _ in _written_in(auth)]
        if findings:
            raise invalid(findings)


def _with(auth: JSONObject, found: JSONObject) -> JSONObject:
    """The block with other texts at those places."""
    made = dict(auth)
    for place, text in found.items():
        part, _, name = place.partition(".")
        members = made.get(part)
        made[part] = {**members, name: text} if name and isinstance(members, dict) else text
    return made


def _at(auth: JSONObject, place: str) -> JSONValue:
    part, _, name = place.partition(".")
    members = auth.get(part)
    if not name:
        return members
    return members.get(name) if isinstance(members, dict) else None


def _path(at: JSONPath, place: str) -> JSONPath:
    part, _, name = place.partition(".")
    return at.key(part).key(name) if name else at.key(part)


def _kept(place: str, auth: JSONObject, kept: JSONObject, at: JSONPath) -> JSONValue:
    before = _at(kept, place)
    if not is_written_down(before):
        raise refusal(_path(at, place), f"{MASK} stands for a stored secret, and there is none")
    if auth.get("token_url") != kept.get("token_url"):
        raise refusal(_path(at, place), "is not sent to another token_url unless it is given again")
    return before


def _stored_form(place: str, text: str, kept: JSONObject, target: Target) -> str:
    name, before = _name(target.use_case_id, place), _at(kept, place)
    if isinstance(before, str) and _is_sealed(before):
        try:
            if _opened(target.organization.pk, name, before) == text:
                return before
        except SecretUnavailable:  # then it is set anew
            pass
    return _sealed_text(target.organization.pk, name, text, target.moment)


def _sealed_text(organization_id: int, name: str, text: str, at: datetime) -> str:
    references = (f"{{{{env.{one}}}}}" for one in names_in([text]))
    return " ".join([_SEALED + seal(organization_id, name, text, at), *references])


def _opened(organization_id: int, name: str, stored: str) -> str:
    return unseal(organization_id, name, _record(stored))


def _record(stored: str) -> str:
    return stored.removeprefix(_SEALED).partition(" ")[0]


def _is_sealed(text: JSONValue) -> bool:
    return isinstance(text, str) and text.startswith(_SEALED)


def _name(use_case_id: UUID, place: str) -> str:
    return f"file_proxy.{use_case_id}.{place}"
