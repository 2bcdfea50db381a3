"""add_authorities and remove_authority: what an organization believes, with its audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from hub.accounts.audit import Act, Actor
from hub.accounts.models import Organization
from hub.accounts.recording import recorded
from hub.environments.models import CertificateAuthority
from hub.environments.operations.author import LimitReached
from hub.environments.trust.certificates import LARGEST_TEXT, Authority, read_authorities, read_stored
from hub.errors import Conflict, NotFound
from hub.json_types import JSONObject

MOST: Final = 20


def authorities_of(organization: Organization) -> list[Authority]:
    """All of them, those that were added last first."""
    rows = CertificateAuthority.objects.of(organization).order_by("-added_at", "pk")
    return [read_stored(pem) for pem in rows.values_list("pem", flat=True)]


def get_authority(organization: Organization, fingerprint: str) -> Authority:
    """Raises NotFound."""
    row = CertificateAuthority.objects.of(organization).filter(fingerprint=fingerprint).first()
    if row is None:
        raise NotFound("There is no such certificate.")
    return read_stored(row.pem)


def add_authorities(*, organization: Organization, text: str, actor: Actor, at: datetime) -> list[Authority]:
    """Believe every certificate of the PEM text from the next connection on; those that were not believed before.

    All or none. Raises what read_authorities raises, Conflict where there is nothing new, LimitReached.
    """
    sent = read_authorities(text, at)
    with recorded(organization=organization, actor=actor, at=at) as acts:
        rows = CertificateAuthority.objects.of(organization)
        stored = dict(rows.values_list("fingerprint", "pem"))
        new = [one for one in sent if one.fingerprint not in stored]
        if not new:
            raise Conflict("The organization believes these certificates already.", code="ALREADY_BELIEVED")
        _check_room([*stored.values(), *(one.pem for one in new)])
        for one in new:
            rows.create(organization=organization, fingerprint=one.fingerprint, pem=one.pem, added_at=at)
            acts.append(_act("add", one))
    return new


def remove_authority(*, organization: Organization, fingerprint: str, actor: Actor, at: datetime) -> Authority:
    """Believe it no longer, from the next connection on. Raises NotFound."""
    with recorded(organization=organization, actor=actor, at=at) as acts:
        one = get_authority(organization, fingerprint)
        CertificateAuthority.objects.of(organization).filter(fingerprint=fingerprint).delete()
        acts.append(_act("remove", one))
    return one


def _check_room(pems: list[str]) -> None:
    if len(pems) > MOST:
        raise LimitReached(f"An organization may have at most {MOST} certificates. Remove one that nobody uses.")
    if sum(map(len, pems)) > LARGEST_TEXT:
        room = LARGEST_TEXT // 1024
        raise LimitReached(f"All certificates together may have {room} KB. Remove one that nobody uses.")


def _act(done: str, one: Authority) -> Act:
    facts: JSONObject = {"subject": one.subject, "issuer": one.issuer, "valid_until": one.valid_until.isoformat()}
    return Act(f"certificate_authority.{done}", "certificate_authority", one.fingerprint, facts)
