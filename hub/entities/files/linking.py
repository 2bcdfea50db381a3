"""link_to_version and find_linked: a short-lived link to stored bytes, and the version that one opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.files.reading import StoredVersion, find_version
from hub.entities.models import Entity
from hub.errors import NotFound
from hub.served_files import links
from hub.served_files.links import BLOB, SignedLink

PATH: Final = "/files/stored"
INLINE: Final = "inline"
_MOST_DIGITS: Final = 9
"""Of numbers that every database takes."""


def link_to_version(
    *, organization: Organization, version: StoredVersion, at: datetime, is_inline: bool = False
) -> SignedLink:
    """A link that opens the version for a few minutes, whoever has it; is_inline: to be shown rather than saved."""
    parameters = [
        ("orgId", organization.public_id),
        ("fileId", str(version.entity_id)),
        ("version", str(version.version_index)),
        *([("disposition", INLINE)] if is_inline else []),
    ]
    return links.sign(PATH, parameters, at=at, purpose=BLOB)


def find_linked(parameters: Mapping[str, str], *, at: datetime) -> tuple[Organization, StoredVersion]:
    """What a link opens. Raises LinkRefused, and NotFound for what was deleted since the link was made."""
    links.verify(PATH, parameters, at=at, purpose=BLOB)
    organization = _organization(parameters["orgId"])
    entity_id, index = _reference(parameters)
    if organization is None or entity_id is None or index is None:
        raise _gone()
    is_there = Entity.objects.of(organization).filter(pk=entity_id, deleted_at=None).exists()
    version = find_version(organization=organization, entity_id=entity_id, version_index=index) if is_there else None
    if version is None:
        raise _gone()
    return organization, version


def _organization(public_id: str) -> Organization | None:
    is_id = public_id.isascii() and public_id.isdigit() and len(public_id) <= _MOST_DIGITS
    return Organization.objects.filter(pk=public_id).first() if is_id else None


def _reference(parameters: Mapping[str, str]) -> tuple[UUID | None, int | None]:
    """Only the hub signs links, so that nothing else is met; what is odd all the same leads nowhere."""
    index = parameters.get("version", "")
    try:
        entity_id = UUID(parameters.get("fileId", ""))
    except ValueError:
        return None, None
    is_index = index.isascii() and index.isdigit() and len(index) <= _MOST_DIGITS
    return entity_id, int(index) if is_index else None


def _gone() -> NotFound:
    return NotFound("This file is not there any more.")
