"""a_file: a file entity whose bytes the hub has; further_version: the next version of one."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.entities.editor import Editor
from hub.entities.files.storing import Kept, Upload, keep
from tests.builders import NOW

CONTENT = b"%PDF-1.7 a contract"


def a_file(
    organization: Organization,
    content: bytes = CONTENT,
    filename: str = "a.pdf",
    mime_type: str = "application/pdf",
    **attributes: Any,
) -> UUID:
    """The id of a new file entity with one version."""
    return kept(organization, content, filename, mime_type, **attributes).entity.pk


def further_version(
    organization: Organization,
    entity_id: UUID,
    content: bytes = b"a later contract",
    filename: str = "b.pdf",
    mime_type: str = "application/pdf",
) -> int:
    """The index of the new version."""
    return kept(organization, content, filename, mime_type, entity_id=entity_id).version.version_index


def kept(
    organization: Organization,
    content: bytes = CONTENT,
    filename: str = "a.pdf",
    mime_type: str = "application/pdf",
    *,
    entity_id: UUID | None = None,
    **attributes: Any,
) -> Kept:
    """What keeping these bytes answers."""
    upload = Upload(io.BytesIO(content), filename, mime_type, len(content), {"language": "de", **attributes})
    return keep(editor=editor_of(organization), upload=upload, entity_id=entity_id)


def editor_of(organization: Organization) -> Editor:
    """The system at work at NOW."""
    return Editor(organization=organization, actor=SYSTEM, at=NOW)
