"""place_of: a download of an organization's file among those that may be on their way at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from hub.served_files.places import TooManyFiles, downloads
from proxies.file_proxy.failures import DownloadFailed


@contextmanager
def place_of(organization_id: int) -> Iterator[None]:
    """Around a download. Raises DownloadFailed beyond HUB_FILE_DOWNLOADS of them; a place is not waited for."""
    place = downloads.one_of(settings.HUB_FILE_DOWNLOADS, organization_id)
    try:
        place.__enter__()
    except TooManyFiles as error:
        reason = "The organization has all of its downloads on their way."
        raise DownloadFailed(429, error.code, reason) from error
    try:
        yield
    finally:
        place.__exit__(None, None, None)
