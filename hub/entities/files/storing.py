"""keep: bytes become a version of a file entity: first the bytes, then entity and version in one transaction."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from hub import database
from hub.entities.editing import Written, create_entity, give
from hub.entities.editor import Editor
from hub.entities.files.claiming import claim, reserve
from hub.entities.files.measuring import FileTooLarge, Measured
from hub.entities.files.reading import list_versions
from hub.entities.files.sizes import readable_size
from hub.entities.files.storage import Readable, save
from hub.entities.files.sweeping import forget
from hub.entities.models import Entity, FileVersion
from hub.errors import Conflict, NotFound
from hub.json_types import JSONObject
from hub.served_files.content_types import sent_type
from hub.served_files.names import safe_name

SCHEMA: Final = "file"
GIVEN: Final = frozenset({"filename", "mime_type", "size_bytes", "readable_size", "versions"})
"""Attributes that the upload itself gives; what else is said about them is not looked at."""
DEFAULT_LANGUAGE: Final = "de"
"""Of a new file of which nobody says it: the schema requires one, and the form asks with this one chosen."""
MOST_VERSIONS: Final = 500
"""Of one file: its entity lists them all, in every event."""


class TooManyVersions(Conflict):
    """The file can have no further version."""

    code = "FILE_VERSIONS_EXHAUSTED"

    def __init__(self) -> None:
        super().__init__(f"A file has at most {MOST_VERSIONS} versions. Make a new file.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sends it, and what they say about it. size_bytes: None where nobody knows beforehand."""

    source: Readable
    filename: str
    mime_type: str = ""
    size_bytes: int | None = None
    attributes: JSONObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """The file entity as it is now, and the version that it got."""

    entity: Entity
    version: FileVersion
    is_new: bool


def keep(*, editor: Editor, upload: Upload, entity_id: UUID | None = None, expected: int | None = None) -> Kept:
    """Store the bytes as version 0 of a new file, or (entity_id) as the next version of one.

    expected is the version of the entity that the caller knows. Opens its own transactions and waits for disk or
    network between them. Raises FileTooLarge, Incomplete, NoRoomLeft, StorageUnreadable, and what create_entity and
    change_entity raise; then nothing is stored.
    """
    most = settings.HUB_STORED_FILE_MAX_BYTES
    if upload.size_bytes is not None and upload.size_bytes > most:
        raise FileTooLarge(most)
    if entity_id is not None:
        _refuse_unknown(editor, entity_id)
    declared = most if upload.size_bytes is None else upload.size_bytes
    key = reserve(editor.organization, size_bytes=declared, at=editor.at)
    try:
        measured = Measured(upload.source, most_bytes=most, declared=upload.size_bytes)
        save(key, measured)
        version = _version_of(editor, upload, measured, key)
        return database.retrying(lambda: _written(editor, upload, version, entity_id, expected))
    except BaseException:
        forget(editor.organization, key)
        raise


def _refuse_unknown(editor: Editor, entity_id: UUID) -> None:
    """Before anybody waits for the bytes."""
    if not Entity.objects.of(editor.organization).filter(pk=entity_id, schema=SCHEMA).exists():
        raise NotFound(f"There is no {SCHEMA} with this id.")


def _version_of(editor: Editor, upload: Upload, measured: Measured, key: str) -> FileVersion:
    filename = safe_name(upload.filename)
    guessed = mimetypes.guess_type(filename)[0] or ""
    return FileVersion(
        organization=editor.organization,
        filename=filename,
        mime_type=sent_type(upload.mime_type or guessed),
        size_bytes=measured.size_bytes,
        sha256=measured.sha256,
        key=key,
        created_at=editor.at,
    )


@transaction.atomic
def _written(
    editor: Editor, upload: Upload, version: FileVersion, entity_id: UUID | None, expected: int | None
) -> Kept:
    before = [] if entity_id is None else _versions_in_turn(editor, entity_id)
    version.version_index = len(before)
    if len(before) >= MOST_VERSIONS:
        raise TooManyVersions
    written = _entity_written(editor, upload, [*before, version], entity_id, expected)
    version.pk, version.entity_id = None, written.entity.pk
    version.save(force_insert=True)
    claim(editor.organization, version.key)
    return Kept(written.entity, version, is_new=written.is_new)


def _versions_in_turn(editor: Editor, entity_id: UUID) -> list[FileVersion]:
    """The versions of the entity, which get no other one until the transaction ends.

    Nothing is locked that other writers of entities lock: the store does that, in the order of all of them.
    """
    database.take_turn(f"versions of {entity_id}")
    return list_versions(organization=editor.organization, entity_id=entity_id)


def _entity_written(
    editor: Editor, upload: Upload, versions: list[FileVersion], entity_id: UUID | None, expected: int | None
) -> Written:
    latest = versions[-1]
    given: JSONObject = {
        "filename": latest.filename,
        "mime_type": latest.mime_type,
        "size_bytes": latest.size_bytes,
        "readable_size": readable_size(latest.size_bytes),
        "versions": [one.as_json() for one in versions],
    }
    attributes = {name: value for name, value in upload.attributes.items() if name not in GIVEN}
    if entity_id is None:
        return create_entity(editor=editor, schema=SCHEMA, attributes=attributes, given=given)
    return give(
        editor=editor, schema=SCHEMA, entity_id=entity_id, attributes=attributes, given=given, expected=expected
    )
