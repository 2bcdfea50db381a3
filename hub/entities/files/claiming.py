"""Room and names in the storage: reserve before bytes are written, claim when a version has them, release after."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Sum

from hub.accounts.models import Organization
from hub.entities.models import FileVersion, UnclaimedBytes
from hub.errors import Conflict, HubError

LONGEST_UPLOAD: Final = timedelta(hours=2)
"""Bytes that no version has by then were forgotten: by a process that died, or by a client that hung for so long."""
KEY_BYTES: Final = 16


class NoRoomLeft(HubError):
    """The files of the organization would come to more than it may store."""

    code = "FILE_QUOTA_EXCEEDED"
    status = 507

    def __init__(self, most_bytes: int) -> None:
        super().__init__(
            f"The stored files of this organization would come to more than {most_bytes} bytes. Purge files that nobody"
            " needs, or ask whoever runs the hub for more (HUB_STORED_FILES_BYTES)."
        )


class TookTooLong(Conflict):
    """The bytes were removed before a version could claim them."""

    code = "FILE_UPLOAD_EXPIRED"


def reserve(organization: Organization, *, size_bytes: int, at: datetime) -> str:
    """A new random key under which as many bytes may be written. Raises NoRoomLeft.

    To be committed before the first byte is written. Two that come at once both count the other one: they may both be
    refused where one had fitted, but never both be let in where one does not.
    """
    key = f"{organization.pk}/{secrets.token_hex(KEY_BYTES)}"
    row = UnclaimedBytes.objects.create(
        key=key, organization=organization, size_bytes=size_bytes, forget_at=at + LONGEST_UPLOAD
    )
    most = settings.HUB_STORED_FILES_BYTES
    if most and stored_bytes(organization) > most:
        row.delete()
        raise NoRoomLeft(most)
    return key


def stored_bytes(organization: Organization) -> int:
    """What the files of the organization come to, with what is on its way or about to be removed."""
    kept = FileVersion.objects.of(organization).aggregate(sum=Sum("size_bytes"))["sum"] or 0
    others = UnclaimedBytes.objects.of(organization).aggregate(sum=Sum("size_bytes"))["sum"] or 0
    return int(kept) + int(others)


def claim(organization: Organization, key: str) -> None:
    """In the transaction that writes the version: its bytes are nobody's no more. Raises TookTooLong."""
    unclaimed = UnclaimedBytes.objects.of(organization).filter(key=key, is_leaving=False)
    if not unclaimed.delete()[0]:
        raise TookTooLong("The upload took too long and was given up; nothing was stored. Send the file again.")


def release(versions: Collection[FileVersion], *, at: datetime) -> None:
    """Take the versions away and have their bytes removed once the caller's transaction is committed."""
    UnclaimedBytes.objects.bulk_create(
        UnclaimedBytes(key=one.key, organization_id=one.organization_id, size_bytes=one.size_bytes, forget_at=at)
        for one in versions
    )
    FileVersion.objects.filter(pk__in=[one.pk for one in versions]).delete()
