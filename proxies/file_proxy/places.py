"""place_of: how many files of an organization are on their way at once, so that others have their turn."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings

from proxies.file_proxy.failures import DownloadFailed

_lock = threading.Lock()
_taken: Final[Counter[int]] = Counter()


@contextmanager
def place_of(organization_id: int) -> Iterator[None]:
    """Around a download. Raises DownloadFailed beyond HUB_FILE_DOWNLOADS of them; a place is not waited for."""
    with _lock:
        if _taken[organization_id] >= settings.HUB_FILE_DOWNLOADS:
            raise DownloadFailed(429, "TOO_MANY_DOWNLOADS", "The organization has all of its downloads on their way.")
        _taken[organization_id] += 1
    try:
        yield
    finally:
        with _lock:
            _taken[organization_id] -= 1
            if not _taken[organization_id]:
                del _taken[organization_id]
