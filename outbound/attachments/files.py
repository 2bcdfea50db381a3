"""File and KnownFiles: attachments that the hub can send, as far as that shows without reading them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from hub.entities.files.reading import StoredVersion, find_versions
from hub.json_types import JSONObject
from outbound.attachments.links import Link, Links
from outbound.attachments.listing import Attachment, Place
from outbound.attachments.problems import TOO_LARGE, Unsuitable

MOST_BYTES: Final = 100 * 1024 * 1024
"""Of one file (outbound.md 7.4)."""
MOST_SENT: Final = 500 * 1024 * 1024
"""Bytes of all files of one request as they are sent: it bounds the disk that a delivery takes on its way."""
SAMPLE: Final = b"A sample: in a real delivery the bytes of the file stand here.\n"
UNNAMED: Final = "file"
UNTYPED: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be sent, as deliveries keep it: nothing of it says where it is stored.

    sha256 in hex. is_sample: it stands for one that nobody has stored, in a test of a webhook. is_linked: its bytes lie
    in another system; until they are read, size_bytes is what its event says, 0 where it says nothing, and sha256 is
    empty.
    """

    entity_id: UUID
    version_index: int
    filename: str
    mime_type: str
    size_bytes: int
    sha256: str
    is_sample: bool = False
    is_linked: bool = False

    @property
    def told_bytes(self) -> int | None:
        """What others are told of its size: None where nobody knows."""
        return None if self.is_linked and not self.sha256 and not self.size_bytes else self.size_bytes

    @property
    def shown(self) -> str:
        """What people read of it."""
        return shown(self.filename, self.place)

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
            "size_bytes": self.told_bytes,
            "sha256": self.sha256 or None,
        }
        kept |= {"is_sample": True} if self.is_sample else {}
        return kept | {"is_linked": True} if self.is_linked else kept

    @classmethod
    def of_json(cls, kept: JSONObject) -> Self:
        """What as_json made."""
        members = dict(kept)
        facts = {
            "entity_id": UUID(str(members["entity_id"])),
            "size_bytes": members["size_bytes"] or 0,
            "sha256": members["sha256"] or "",
        }
        return cls(**members | facts)  # type: ignore[arg-type]  # see as_json


class KnownFiles:
    """What the hub has of the attachments of some events, or can read by their addresses.

    One query, however many there are; where some are not stored one more, and one for each that is linked. has_samples:
    a few bytes of the hub's own stand for what it cannot get, so that a webhook can be tried out.
    """

    def __init__(self, organization_id: int, attachments: Iterable[Attachment], *, has_samples: bool = False) -> None:
        self._has_samples = has_samples
        places = list(dict.fromkeys(one.place for one in attachments))
        self._found = find_versions(organization_id, places) if places else {}
        self._links = Links(organization_id, [one for one in places if one not in self._found])

    def link_of(self, attachment: Attachment) -> Link | None:
        """What reads it, None where it is stored. Raises Unsuitable for one that is neither stored nor linked."""
        if attachment.place in self._found:
            return None
        return self._links.link(attachment.place, shown(attachment.filename, attachment.place))

    def files(self, attachments: Sequence[Attachment], *, most_bytes: int = MOST_BYTES) -> list[File]:
        """In their order; what the event calls a file counts more than what it was stored as.

        Nothing is read. Raises Unsuitable for one that is neither stored nor linked, or has more than most_bytes.
        """
        return [self._file(one, most_bytes) for one in attachments]

    def _file(self, attachment: Attachment, most_bytes: int) -> File:
        file = self._known(attachment)
        if file.size_bytes > most_bytes:
            name = shown(attachment.filename, attachment.place)
            raise Unsuitable(TOO_LARGE, f"{name} has {file.size_bytes} bytes; at most {most_bytes} are sent.")
        return file

    def _known(self, attachment: Attachment) -> File:
        version = self._found.get(attachment.place)
        if version is not None:
            return _file_of(attachment, version)
        try:
            return _linked(attachment, self._links.link(attachment.place, shown(attachment.filename, attachment.place)))
        except Unsuitable:
            if self._has_samples:
                return _sample_of(attachment)
            raise


def _file_of(attachment: Attachment, version: StoredVersion) -> File:
    return File(
        entity_id=version.entity_id,
        version_index=version.version_index,
        filename=attachment.filename or version.filename or UNNAMED,
        mime_type=attachment.mime_type or version.mime_type or UNTYPED,
        size_bytes=version.size_bytes,
        sha256=version.sha256,
    )


def _linked(attachment: Attachment, link: Link) -> File:
    return File(
        entity_id=attachment.entity_id,
        version_index=attachment.version_index,
        filename=attachment.filename or link.filename or UNNAMED,
        mime_type=attachment.mime_type or link.mime_type or UNTYPED,
        size_bytes=max(attachment.size_bytes or 0, 0),
        sha256="",
        is_linked=True,
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


def shown(filename: str, place: Place) -> str:
    """A file in a sentence."""
    entity_id, version_index = place
    return f"{filename[:200] or 'A file'} (version {version_index} of {entity_id})"
