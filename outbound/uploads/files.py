"""files_to_send: the files of a delivery, each with what reads it: from the storage, or by the recipe of its link."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Final

from hub import clock
from hub.accounts.models import Organization
from hub.entities.files.reading import StorageUnreadable, open_version
from hub.json_types import JSONObject
from outbound.attachments.files import File, KnownFiles
from outbound.attachments.listing import Attachment
from outbound.attachments.loading import PIECE_BYTES, sources_of
from outbound.attachments.problems import Unsuitable
from outbound.uploads.splitting import NotUploaded
from proxies.file_proxy.reading import FilePieces
from proxies.uploading.failures import UploadFailed
from proxies.uploading.orders import FileToSend

ANY_SIZE: Final = 1 << 62
"""The recipe says what is too large, in its own words."""


def files_to_send(
    organization: Organization, attachments: Sequence[Attachment], correlation_id: str
) -> list[FileToSend]:
    """In their order. Nothing is read yet.

    Raises NotUploaded for one that is neither stored nor linked. Queries: see KnownFiles.
    """
    known = KnownFiles(organization.pk, attachments)
    try:
        return [_file(organization, one, known, correlation_id) for one in attachments]
    except Unsuitable as problem:
        raise NotUploaded(problem.code, problem.message) from problem


def _file(organization: Organization, attachment: Attachment, known: KnownFiles, correlation_id: str) -> FileToSend:
    [file] = known.files([attachment], most_bytes=ANY_SIZE)
    link = known.link_of(attachment) if file.is_linked else None
    read = (
        partial(_stored, organization.pk, file)
        if link is None
        else partial(link.pieces, at=clock.now(), correlation_id=correlation_id)
    )
    return FileToSend(_facts(attachment, file), file.size_bytes, read)


def _facts(attachment: Attachment, file: File) -> JSONObject:
    return {
        **attachment.told,
        "entity_id": str(file.entity_id),
        "version_index": file.version_index,
        "filename": file.filename,
        "mime_type": file.mime_type,
        "size_bytes": file.told_bytes,
    }


def _stored(organization_id: int, file: File) -> FilePieces:
    """The bytes as they were stored. Raises UploadFailed."""
    digest = hashlib.sha256()
    try:
        version = sources_of(organization_id, [file]).versions[file.place]
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
