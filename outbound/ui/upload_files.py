"""files_of: the files that a delivery carries, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from django.urls import reverse

from hub.entities.files.reading import StoredVersion, find_versions
from outbound.attachments.files import UNNAMED
from outbound.attachments.listing import Attachment
from outbound.deliveries import DeliveryDetail
from outbound.uploads.splitting import NotUploaded, attachments_in, chosen
from proxies.file_proxy.minting import FILE


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as its event names it, or else as it is stored. size None: neither says."""

    name: str
    kind: str
    version: int
    size: int | None
    url: str


def files_of(detail: DeliveryDetail) -> list[FileRow]:
    """None for a delivery that carries no files. One query where it does."""
    kept = detail.body.request.get("upload") if detail.body else None
    if detail.body is None or not isinstance(kept, dict):
        return []
    try:
        found = chosen(attachments_in(orjson.loads(bytes(detail.body.body))), int(kept.get("part", 0)))
    except NotUploaded:
        return []
    stored = find_versions(detail.delivery.organization_id, [one.place for one in found])
    return [_row(one, stored.get(one.place)) for one in found]


def _row(one: Attachment, stored: StoredVersion | None) -> FileRow:
    url = reverse("web:entity", args=[FILE, one.entity_id])
    if stored is None:
        return FileRow(one.filename or UNNAMED, one.mime_type, one.version_index, one.size_bytes, url)
    return FileRow(
        one.filename or stored.filename, one.mime_type or stored.mime_type, one.version_index, stored.size_bytes, url
    )
