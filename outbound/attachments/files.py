"""File and KnownFiles: attachments that the hub can send, as far as that shows without reading them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from hub.entities.files.reading import StoredVersion, find_versions
from hub.json_types import JSONObject
from outbound.attachments.listing import Attachment, Place

MOST_BYTES: Final = 100 * 1024 * 1024
"""Of one file (outbound.md 7.4)."""
NO_ATTACHMENTS: Final = "NO_FILE_ATTACHMENTS"
TOO_LARGE: Final = "FILE_TOO_LARGE"
NOT_FOUND: Final = "ATTACHMENT_NOT_FOUND"
SAMPLE: Final = b"A sample: in a real delivery the bytes of the file stand here.\n"
UNNAMED: Final = "file"
UNTYPED: Final = "application/octet-stream"


class Unsuitable(Exception):
    """A file that cannot be sent, however often it is tried. code: of monitoring; message: a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be sent, as deliveries keep it: nothing of it says where it is stored.

    sha256 in hex. is_sample: it stands for one that nobody has stored, in a test of a webhook.
    """

    entity_id: UUID
    version_index: int
    filename: str
    mime_type: str
    size_bytes: int
    sha256: str
    is_sample: bool = False

    @property
    def place(self) -> Place:
        """What it is found by."""
        return self.entity_id, self.version_index

    def as_json(self) -> JSONObject:
        """To be kept; of_json reads it."""
        kept: JSONObject = {
            "entity_id": str(self.entity_id),
            "version_index": self.version_index,
            "filename": self.filename,
            "mime_type": self.mime_type,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
        }
        return kept | {"is_sample": True} if self.is_sample else kept

    @classmethod
    def of_json(cls, kept: JSONObject) -> Self:
        """What as_json made."""
        members = dict(kept)
        return cls(**members | {"entity_id": UUID(str(members["entity_id"]))})  # type: ignore[arg-type]  # see as_json


class KnownFiles:
    """What the hub has stored of the attachments of some events; one query, however many there are.

    has_samples: a few bytes of the hub's own stand for what is not stored, so that a webhook can be tried out.
    """

    def __init__(self, organization_id: int, attachments: Iterable[Attachment], *, has_samples: bool = False) -> None:
        self._has_samples = has_samples
        places = {one.place for one in attachments}
        self._found = find_versions(organization_id, places) if places else {}

    def has(self, attachment: Attachment) -> bool:
        """Whether its bytes are stored here."""
        return attachment.place in self._found

    def files(self, attachments: Sequence[Attachment], *, most_bytes: int = MOST_BYTES) -> list[File]:
        """In their order; what the event calls a file counts more than what it was stored as.

        Nothing is read. Raises Unsuitable for one that is not stored, or has more than most_bytes.
        """
        return [self._file(one, most_bytes) for one in attachments]

    def _file(self, attachment: Attachment, most_bytes: int) -> File:
        version = self._found.get(attachment.place)
        if version is None and self._has_samples:
            return _sample_of(attachment)
        if version is None:
            raise Unsuitable(NOT_FOUND, f"{_shown(attachment)} is not stored in the hub.")
        if version.size_bytes > most_bytes:
            shown = f"{_shown(attachment)} has {version.size_bytes} bytes; at most {most_bytes} are sent."
            raise Unsuitable(TOO_LARGE, shown)
        return _file_of(attachment, version)


def _file_of(attachment: Attachment, version: StoredVersion) -> File:
    return File(
        entity_id=version.entity_id,
        version_index=version.version_index,
        filename=attachment.filename or version.filename or UNNAMED,
        mime_type=attachment.mime_type or version.mime_type or UNTYPED,
        size_bytes=version.size_bytes,
        sha256=version.sha256,
    )


def _sample_of(attachment: Attachment) -> File:
    return File(
        entity_id=attachment.entity_id,
        version_index=attachment.version_index,
        filename=attachment.filename or UNNAMED,
        mime_type=attachment.mime_type or UNTYPED,
        size_bytes=len(SAMPLE),
        sha256=hashlib.sha256(SAMPLE).hexdigest(),
        is_sample=True,
    )


def _shown(attachment: Attachment) -> str:
    name = attachment.filename[:200] or "A file"
    return f"{name} (version {attachment.version_index} of {attachment.entity_id})"
