"""split: which files of an event are delivered, all of them at once or each for itself; request_of: what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hub.accounts.models import Organization
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from outbound.attachments.files import NO_ATTACHMENTS, NOT_FOUND
from outbound.attachments.listing import Attachment, UnknownAttachment, attachments_of
from outbound.models import Delivery
from proxies.uploading.recipes import RecipeUnfit, find_upload_recipe

ALL: Final = 0
"""The part of a delivery that carries every file of its event."""
MALFORMED: Final = "MALFORMED_PAYLOAD"


class NotUploaded(Exception):
    """Why nothing of an event is uploaded; is_skipped: because there is nothing."""

    def __init__(self, code: str, message: str, *, is_skipped: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.is_skipped = is_skipped


def split(delivery: Delivery, slug: str, document: JSONObject) -> Sequence[int]:
    """The parts that the delivery becomes, one at least. One that has a part already, of its own or made again, keeps
    it. Two queries. Raises NotUploaded.
    """
    attachments = attachments_in(document)
    if delivery.part:
        chosen(attachments, delivery.part)
        return (delivery.part,)
    if not attachments:
        raise NotUploaded(NO_ATTACHMENTS, "The event names no files.", is_skipped=True)
    try:
        recipe = find_upload_recipe(
            organization=Organization.objects.get(pk=delivery.organization_id),
            integration_id=delivery.integration_id or delivery.id,
            slug=slug,
        )
    except RecipeUnfit as failure:
        raise NotUploaded(failure.code, failure.message) from failure
    return range(1, len(attachments) + 1) if recipe.configuration.fans_out else (ALL,)


def attachments_in(document: JSONObject) -> Sequence[Attachment]:
    """The files that the event names. Raises NotUploaded."""
    try:
        return attachments_of(document)
    except UnknownAttachment as failure:
        raise NotUploaded(MALFORMED, str(failure)) from failure


def chosen(attachments: Sequence[Attachment], part: int) -> Sequence[Attachment]:
    """Those that a delivery carries. Raises NotUploaded for one that the event does not have any more."""
    if part == ALL:
        return attachments
    if part > len(attachments):
        raise NotUploaded(NOT_FOUND, f"The event does not name {part} files any more.")
    return attachments[part - 1 : part]


def request_of(slug: str, part: int, moment: datetime) -> JSONObject:
    """What the body of a delivery keeps beside the event. moment: when it happened."""
    return {"upload": {"use_case_slug": slug, "part": part, "at": timestamp(moment)}, "blocks": False}


def for_part(request: JSONObject | None, part: int) -> JSONObject:
    """The same for another file."""
    whole = request or {}
    upload = whole.get("upload")
    return whole | {"upload": (upload if isinstance(upload, dict) else {}) | {"part": part}}
