"""files_of: the files that a delivery carries, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from django.urls import reverse

from outbound.attachments.files import UNNAMED
from outbound.attachments.listing import Attachment
from outbound.deliveries import DeliveryDetail
from outbound.uploads.splitting import NotUploaded, attachments_in, chosen
from proxies.file_proxy.minting import FILE


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as its event names it. size None: the event does not say."""

    name: str
    kind: str
    version: int
    size: int | None
    url: str


def files_of(detail: DeliveryDetail) -> list[FileRow]:
    """None for a delivery that carries no files."""
    kept = detail.body.request.get("upload") if detail.body else None
    if detail.body is None or not isinstance(kept, dict):
        return []
    try:
        found = chosen(attachments_in(orjson.loads(bytes(detail.body.body))), int(kept.get("part", 0)))
    except NotUploaded:
        return []
    return [_row(one) for one in found]


def _row(one: Attachment) -> FileRow:
    url = reverse("web:entity", args=[FILE, one.entity_id])
    return FileRow(one.filename or UNNAMED, one.mime_type, one.version_index, one.size_bytes, url)
