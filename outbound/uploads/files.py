"""files_to_send: the files of a delivery, each with what reads it: from the storage, or by the recipe of its link."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from hub import clock
from hub.accounts.models import Organization
from hub.entities.files.reading import StorageUnreadable, open_version
from hub.entities.models import Entity
from hub.json_types import JSONObject, JSONValue
from outbound.attachments.files import NOT_FOUND, File, KnownFiles, Unsuitable
from outbound.attachments.listing import Attachment
from outbound.attachments.loading import PIECE_BYTES, versions_of
from outbound.uploads.splitting import NotUploaded
from proxies.file_proxy.minting import ADDRESS, FILE, NotMinted, own_parameters
from proxies.file_proxy.reading import linked_pieces
from proxies.uploading.failures import UploadFailed
from proxies.uploading.orders import FileToSend

ANY_SIZE: Final = 1 << 62
"""The recipe says what is too large, in its own words."""


def files_to_send(
    organization: Organization, attachments: Sequence[Attachment], correlation_id: str
) -> list[FileToSend]:
    """In their order. Nothing is read yet.

    Raises NotUploaded for one that is neither stored nor behind an address of the hub's own download. Two queries, one
    more for each file that is not stored.
    """
    known = KnownFiles(organization.pk, attachments)
    linked = _addresses_of(organization, [one for one in attachments if not known.has(one)])
    return [_file(organization, one, known, linked, correlation_id) for one in attachments]


def _file(
    organization: Organization,
    attachment: Attachment,
    known: KnownFiles,
    linked: Mapping[UUID, JSONValue],
    correlation_id: str,
) -> FileToSend:
    if known.has(attachment):
        [file] = known.files([attachment], most_bytes=ANY_SIZE)
        facts = _facts(attachment, file.filename, file.mime_type, file.size_bytes)
        return FileToSend(facts, file.size_bytes, partial(_stored, organization.pk, file))
    address = linked.get(attachment.entity_id)
    try:
        own_parameters(organization, address)
    except NotMinted:
        name = attachment.filename[:200] or "A file"
        raise NotUploaded(
            NOT_FOUND,
            f"{name} (version {attachment.version_index} of {attachment.entity_id}) is not stored in the hub, and its"
            f" {ADDRESS} is none of the hub's own.",
        ) from None
    size = attachment.size_bytes or 0
    facts = _facts(attachment, attachment.filename, attachment.mime_type, size)
    read = partial(linked_pieces, organization, address, at=clock.now(), correlation_id=correlation_id)
    return FileToSend(facts, size, read)


def _facts(attachment: Attachment, filename: str, mime_type: str, size: int) -> JSONObject:
    return {
        **attachment.told,
        "entity_id": str(attachment.entity_id),
        "version_index": attachment.version_index,
        "filename": filename,
        "mime_type": mime_type,
        "size_bytes": size,
    }


def _addresses_of(organization: Organization, attachments: Sequence[Attachment]) -> Mapping[UUID, JSONValue]:
    """Entity → its address; files in the recycle bin have none."""
    ids = {one.entity_id for one in attachments}
    rows = Entity.objects.of(organization).filter(pk__in=ids, schema=FILE, deleted_at=None) if ids else ()
    return {row.pk: row.attributes.get(ADDRESS) for row in rows}


def _stored(organization_id: int, file: File) -> Iterator[bytes]:
    """The bytes as they were stored. Raises UploadFailed."""
    digest = hashlib.sha256()
    try:
        version = versions_of(organization_id, [file])[file.place]
        with open_version(version) as opened:
            while piece := opened.read(PIECE_BYTES):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != file.sha256:
            raise StorageUnreadable
    except Unsuitable as failure:
        raise UploadFailed(failure.code, failure.message) from failure
    except StorageUnreadable as failure:
        raise UploadFailed(failure.code, failure.message, is_transient=True) from failure
