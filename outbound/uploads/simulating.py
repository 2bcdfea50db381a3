"""simulate_upload: what would become of the files of an event; nothing is stored, read or sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import orjson

from hub.errors import HubError
from hub.json_types import JSONObject, JSONValue
from integrations.models import Integration
from outbound.attachments.listing import Attachment
from outbound.uploads.splitting import ALL, NotUploaded, chosen, files_in
from proxies.file_proxy.reading import FilePieces
from proxies.uploading.orders import FileToSend, UploadOrder
from proxies.uploading.recipes import UploadRecipe, find_upload_recipe
from proxies.uploading.rehearsing import rehearse

HINT: Final = "simulation"
MOST_SHOWN: Final = 10
"""Deliveries of one event that are shown."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The recipe by its slug, the event as JSON text, and what its steps would be answered."""

    slug: str
    document: bytes = field(repr=False)
    answers: Sequence[JSONObject] = ()


def simulate_upload(integration: Integration, wanted: Rehearsed, at: datetime) -> dict[str, object]:
    """``valid`` with the deliveries, or why there would be none. Two queries. No transaction may be open."""
    try:
        recipe = find_upload_recipe(
            organization=integration.organization, integration_id=integration.pk, slug=wanted.slug
        )
        attachments = files_in(orjson.loads(wanted.document))
        fans_out = recipe.configuration.fans_out
        parts = range(1, min(len(attachments), MOST_SHOWN) + 1) if fans_out else (ALL,)
        return {"valid": True, "deliveries": [_delivery(recipe, wanted, attachments, part, at) for part in parts]}
    except (NotUploaded, HubError) as failure:
        return {"valid": False, "error": {"code": failure.code, "message": failure.message}}


def _delivery(
    recipe: UploadRecipe, wanted: Rehearsed, attachments: Sequence[Attachment], part: int, at: datetime
) -> JSONObject:
    files = [_file(one) for one in chosen(attachments, part)]
    order = UploadOrder(
        organization_id=recipe.organization.pk,
        integration_id=recipe.use_case.integration_id,
        slug=wanted.slug,
        event=wanted.document,
        files=files,
        at=at,
        hint=HINT,
    )
    facts: list[JSONValue] = [one.facts for one in files]
    requests: list[JSONValue] = [*rehearse(order, recipe, wanted.answers)]
    return {"part": part, "files": facts, "requests": requests}


def _file(attachment: Attachment) -> FileToSend:
    """As the event tells of it: whether it is stored does not matter here."""
    facts: JSONObject = {
        **attachment.told,
        "entity_id": str(attachment.entity_id),
        "version_index": attachment.version_index,
        "filename": attachment.filename,
        "mime_type": attachment.mime_type,
        "size_bytes": attachment.size_bytes,
    }
    return FileToSend(facts, attachment.size_bytes or 0, _nothing)


def _nothing() -> FilePieces:
    yield b""
