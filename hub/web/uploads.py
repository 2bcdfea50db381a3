"""BoundedUpload and SpooledUpload: files that people send, small ones in memory, those to be stored on the disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from hub.entities.transfer.read_rows import LARGEST_FILE


class BoundedUpload(FileUploadHandler):
    """Keeps a file of up to LARGEST_FILE bytes; of a larger one nothing but its size, for the form to say so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # Any: the framework's own signature
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a part of the file, unless it is too large."""
        if start + len(raw_data) > LARGEST_FILE:
            self._kept = BytesIO()
        else:
            self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file; size is what was sent."""
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


class SpooledUpload(TemporaryFileUploadHandler):
    """Keeps a file of up to HUB_STORED_FILE_MAX_BYTES on the disk until the request ends; of a larger one only its
    size, for the form to say so. For pages that say so themselves, behind their sign-in."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a part of the file, unless it is too large."""
        if start + len(raw_data) > settings.HUB_STORED_FILE_MAX_BYTES:
            self.file.truncate(0)
        else:
            super().receive_data_chunk(raw_data, start)
