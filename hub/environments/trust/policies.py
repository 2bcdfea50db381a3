"""usual_policy: what the calls of an organization may reach, and whose certificates they believe."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hub.environments.models import CertificateAuthority
from hub.environments.remembered import Remembered
from hub.http.addresses import EgressPolicy
from hub.http.authorities import Authorities

REMEMBERED_S: Final = 300.0
"""Longest time that a change outside the hub's own operations stays unseen."""


def usual_policy(organization_id: int, config_version: int | None = None) -> EgressPolicy:
    """The policy of this installation with the certificate authorities of the organization.

    Every call for an organization starts from it. A change counts from the next call on, on connections of its own.
    One query, none when the caller names the config_version that it has just read.
    """
    policy, own = EgressPolicy.of_settings(), _authorities.of(organization_id, config_version)
    return replace(policy, authorities=own) if own else policy


def forget_all() -> None:
    """Everything is read again."""
    _authorities.forget_all()


def _read(organization_id: int) -> Authorities:
    rows = CertificateAuthority.objects.filter(organization_id=organization_id)
    return Authorities.of(rows.values_list("pem", flat=True))


_authorities = Remembered(_read, REMEMBERED_S)
