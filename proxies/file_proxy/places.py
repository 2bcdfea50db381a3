"""place_of: how many files of an organization are on their way at once, so that others have their turn."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final

from django.conf import settings

from hub.shared_places import Scarce, shared_place
from proxies.file_proxy.failures import DownloadFailed

LIFE: Final = timedelta(minutes=15)
"""A file that somebody takes longer for is not counted any more; a process that died counts no longer than that."""


def place_of(organization_id: int) -> AbstractContextManager[None]:
    """Around a download. Raises DownloadFailed beyond HUB_FILE_DOWNLOADS of them in all processes, see shared_place."""
    full = DownloadFailed(
        429, "TOO_MANY_DOWNLOADS", "The organization has all of its downloads on their way.", is_transient=True
    )
    return shared_place(Scarce("download", settings.HUB_FILE_DOWNLOADS, LIFE, full), organization_id)
