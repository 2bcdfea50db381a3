"""DurableDisk: files in a folder of this machine that are on the disk, not only on their way to it, once saved."""

from __future__ import annotations

import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class DurableDisk(FileSystemStorage):
    """Django's own storage in a folder. A version is written to the database only after its bytes cannot get lost."""

    def _save(self, name: str, content: Any) -> str:  # Any: the framework's own signature
        saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        path = self.path(saved)
        _settle(path)
        _settle(os.path.dirname(path))
        _settle(str(self.location))  # the folder of an organization lies in it
        return saved


def _settle(path: str | os.PathLike[str]) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
