"""Places: how many files of an organization are on their way at once, so that others have their turn."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final

from hub.errors import HubError


class TooManyFiles(HubError):
    """Every place of the organization is taken; a place is not waited for."""

    code = "TOO_MANY_DOWNLOADS"
    status = 429
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}

    def __init__(self) -> None:
        super().__init__("Too many files are on their way. Try again in a moment.")


class Places:
    """Counted in this process, for each organization by itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[int] = Counter()

    @contextmanager
    def one_of(self, most: int, organization_id: int) -> Iterator[None]:
        """Around a file on its way. Raises TooManyFiles beyond most of them."""
        with self._lock:
            if self._taken[organization_id] >= most:
                raise TooManyFiles
            self._taken[organization_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[organization_id] -= 1
                if not self._taken[organization_id]:
                    del self._taken[organization_id]


downloads: Final = Places()
"""Stored files that leave the hub: HUB_FILE_DOWNLOADS of them."""
uploads: Final = Places()
"""Files that come into the hub: HUB_FILE_UPLOADS of them."""
