"""sweep: bytes that no version has are removed: of purged files, of uploads that ended in between."""

from __future__ import annotations

import logging
from typing import Final

from hub import clock
from hub.accounts.models import Organization
from hub.entities.files.storage import StorageUnreadable, remove
from hub.entities.models import UnclaimedBytes

SWEPT_AT_ONCE: Final = 200

log = logging.getLogger(__name__)


def sweep() -> int:
    """Remove what is due; how many objects went. What the storage does not remove now is tried again."""
    due = UnclaimedBytes.objects.filter(forget_at__lte=clock.now()).order_by("forget_at", "key")
    gone = 0
    for key in list(due.values_list("key", flat=True)[:SWEPT_AT_ONCE]):
        try:
            gone += _remove(key)
        except StorageUnreadable as error:
            log.warning("the storage of files removes nothing: %s", type(error.__cause__).__name__)
            break
    return gone


def forget(organization: Organization, key: str) -> None:
    """Have the bytes of an upload that failed removed, at once where the storage can, else by the next sweep."""
    if not UnclaimedBytes.objects.of(organization).filter(key=key).update(forget_at=clock.now()):
        return
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
