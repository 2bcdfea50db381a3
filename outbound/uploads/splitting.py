"""Splitter: which files of an event are delivered, all of them at once or each for itself; request_of: what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hub.accounts.models import Organization
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from outbound.attachments.listing import Attachment, UnknownAttachment, attachments_of
from outbound.attachments.problems import NO_ATTACHMENTS, NOT_FOUND
from outbound.models import Delivery
from proxies.uploading.recipes import RecipeUnfit, find_upload_recipe

ALL: Final = 0
"""The part of a delivery that carries every file of its event."""
MALFORMED: Final = "MALFORMED_PAYLOAD"
TOO_MANY: Final = "TOO_MANY_ATTACHMENTS"
MOST_FILES: Final = 500
"""Of one event: each may become a delivery with a body of its own, which is the whole event."""


class NotUploaded(Exception):
    """Why nothing of an event is uploaded; is_skipped: because there is nothing."""

    def __init__(self, code: str, message: str, *, is_skipped: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.is_skipped = is_skipped


class Splitter:
    """Of deliveries of one organization and integration that go by one recipe, which is looked for once, by the first
    that needs it.
    """

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self._fans_out: bool | NotUploaded | None = None

    def split(self, delivery: Delivery, document: JSONObject) -> Sequence[int]:
        """The parts that the delivery becomes, one at least. One that has a part already, of its own or made again,
        keeps it. Two queries the first time. Raises NotUploaded.
        """
        attachments = files_in(document)
        if delivery.part:
            chosen(attachments, delivery.part)
            return (delivery.part,)
        if self._fans_out is None:
            self._fans_out = self._look(delivery)
        if isinstance(self._fans_out, NotUploaded):
            raise self._fans_out
        return range(1, len(attachments) + 1) if self._fans_out else (ALL,)

    def _look(self, delivery: Delivery) -> bool | NotUploaded:
        try:
            recipe = find_upload_recipe(
                organization=Organization.objects.get(pk=delivery.organization_id),
                integration_id=delivery.integration_id or delivery.id,
                slug=self.slug,
            )
        except RecipeUnfit as failure:
            return NotUploaded(failure.code, failure.message)
        return recipe.configuration.fans_out


def files_in(document: JSONObject) -> Sequence[Attachment]:
    """The files of an event that is to be uploaded, from one to MOST_FILES. Raises NotUploaded."""
    attachments = attachments_in(document)
    if not attachments:
        raise NotUploaded(NO_ATTACHMENTS, "The event names no files.", is_skipped=True)
    if len(attachments) > MOST_FILES:
        raise NotUploaded(
            TOO_MANY, f"The event names {len(attachments)} files; at most {MOST_FILES} of one event are uploaded."
        )
    return attachments


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
