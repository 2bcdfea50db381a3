"""attachments_of: the files that a core event names (outbound.md 7.4); pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeGuard
from uuid import UUID

from hub.json_types import JSONObject, JSONValue

ATTACHMENTS: Final = "event_attachments"
"""The member of an event that names its files."""
TOLD: Final = ("_tags", "relation_tags", "category", "file_date", "_created_at")
"""Members of an attachment that are passed on as they are. A reference to a storage is none of them."""
HIGHEST_INDEX: Final = 2**31 - 1
"""What the database keeps as the number of a version."""

Place: TypeAlias = tuple[UUID, int]
"""Which version of which file entity."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file as its event names it; empty texts and None are what the event leaves out.

    told: those of TOLD that it has.
    """

    entity_id: UUID
    version_index: int
    filename: str = ""
    mime_type: str = ""
    size_bytes: int | None = None
    told: Mapping[str, JSONValue] = field(default_factory=dict, hash=False)

    @property
    def place(self) -> Place:
        """What it is found by."""
        return self.entity_id, self.version_index


class UnknownAttachment(ValueError):
    """Something that should name a file does not; the text is a sentence."""


def attachments_of(payload: Mapping[str, JSONValue]) -> tuple[Attachment, ...]:
    """In their order, each version of a file once; none for an event that has no such member, or null there.

    Raises UnknownAttachment for what lacks entity_id or version_index, or has one that no file can have.
    """
    listed = payload.get(ATTACHMENTS)
    if listed is None:
        return ()
    found: dict[Place, Attachment] = {}
    for one in (attachment_of(entry) for entry in (listed if isinstance(listed, list) else [listed])):
        found.setdefault(one.place, one)
    return tuple(found.values())


def attachment_of(value: JSONValue) -> Attachment:
    """What names a file, with everything else that it says. Raises UnknownAttachment."""
    entry: JSONObject = value if isinstance(value, dict) else {}
    entity_id, version_index = _uuid(entry.get("entity_id")), entry.get("version_index")
    if entity_id is None or not _is_index(version_index):
        raise UnknownAttachment("An attachment names no file: it needs an entity_id and a version_index.")
    size = entry.get("size_bytes")
    return Attachment(
        entity_id=entity_id,
        version_index=version_index,
        filename=_text(entry.get("filename")),
        mime_type=_text(entry.get("mime_type")),
        size_bytes=size if isinstance(size, int) and not isinstance(size, bool) else None,
        told={name: entry[name] for name in TOLD if name in entry},
    )


def _is_index(value: JSONValue) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_INDEX


def _uuid(value: JSONValue) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: JSONValue) -> str:
    return value if isinstance(value, str) else ""
