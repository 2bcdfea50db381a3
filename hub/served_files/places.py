"""How many files of an organization are on their way at once, in all processes, so that others have their turn."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import ClassVar, Final

from django.conf import settings

from hub.errors import HubError
from hub.shared_places import Scarce, shared_place

LIFE: Final = timedelta(minutes=15)
"""A file that somebody takes longer for is not counted any more; a process that died counts no longer than that."""


class TooManyDownloads(HubError):
    """Every place of the organization is taken; a place is not waited for."""

    code = "TOO_MANY_DOWNLOADS"
    status = 429
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}

    def __init__(self) -> None:
        super().__init__("Too many files are on their way. Try again in a moment.")


class TooManyUploads(TooManyDownloads):
    """Likewise of files that come in."""

    code = "TOO_MANY_UPLOADS"


def place_of_download(organization_id: int) -> AbstractContextManager[None]:
    """Around a stored file that leaves the hub. Raises TooManyDownloads beyond HUB_FILE_DOWNLOADS of them."""
    return shared_place(Scarce("stored_file", settings.HUB_FILE_DOWNLOADS, LIFE, TooManyDownloads()), organization_id)


def place_of_upload(organization_id: int) -> AbstractContextManager[None]:
    """Around a file that comes into the hub. Raises TooManyUploads beyond HUB_FILE_UPLOADS of them."""
    return shared_place(Scarce("upload", settings.HUB_FILE_UPLOADS, LIFE, TooManyUploads()), organization_id)
