"""sweep: bytes that no version has are removed: of purged files, of uploads that ended in between."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from hub import clock
from hub.accounts.models import Organization
from hub.entities.files.storage import StorageUnreadable, remove
from hub.entities.models import FileVersion, UnclaimedBytes

SWEPT_AT_ONCE: Final = 200
MOST_FAILURES: Final = 5
"""Of one sweep: then the storage is away rather than an object odd."""
TRIED_AGAIN_AFTER: Final = timedelta(minutes=30)
"""So that others have their turn before what could not be removed."""

log = logging.getLogger(__name__)


def sweep() -> int:
    """Remove what is due; how many objects went. What the storage does not remove is tried again after the others."""
    due = UnclaimedBytes.objects.filter(forget_at__lte=clock.now()).order_by("forget_at", "key")
    gone = failed = 0
    for key in list(due.values_list("key", flat=True)[:SWEPT_AT_ONCE]):
        try:
            gone += _remove(key)
        except StorageUnreadable as error:
            log.warning("the storage of files does not remove an object: %s", type(error.__cause__).__name__)
            UnclaimedBytes.objects.filter(key=key).update(forget_at=clock.now() + TRIED_AGAIN_AFTER)
            failed += 1
            if failed == MOST_FAILURES:
                break
    return gone


def forget(organization: Organization, key: str) -> None:
    """Have the bytes of an upload that failed removed, at once where the storage can, else by the next sweep."""
    if not UnclaimedBytes.objects.of(organization).filter(key=key).update(forget_at=clock.now()):
        if FileVersion.objects.of(organization).filter(key=key).exists():
            return
        # Given up while they came: what was written since belongs to nobody.
        UnclaimedBytes.objects.create(key=key, organization=organization, size_bytes=0, forget_at=clock.now())
    try:
        _remove(key)
    except StorageUnreadable:
        log.warning("the bytes of an upload that failed are removed later")


def _remove(key: str) -> int:
    """Marked before anything goes, so that no version claims what is half gone; 0 where a version was quicker."""
    row = UnclaimedBytes.objects.filter(key=key)
    if not row.update(is_leaving=True):
        return 0
    remove(key)
    return row.delete()[0]
