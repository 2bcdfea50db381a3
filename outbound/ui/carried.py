"""What a delivery's page shows of the files that it carries: never their bytes, nor where they are stored."""

from __future__ import annotations

from dataclasses import dataclass

from outbound.attachments.bodies import signed_of
from outbound.attachments.carrying import Carried, shown_body
from outbound.models import DeliveryBody
from outbound.ui.facts import find_url


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file. url: of its entity; empty for a sample. Of a linked file, whose bytes are read anew for each attempt,
    size_bytes is what the event says or None, and sha256 is empty."""

    name: str
    mime_type: str
    size_bytes: int | None
    version: int
    sha256: str
    url: str
    is_sample: bool
    is_linked: bool


@dataclass(frozen=True, slots=True)
class ShownFiles:
    """field_name: of their parts, empty where they stand in JSON."""

    files: tuple[ShownFile, ...]
    field_name: str

    @property
    def size_bytes(self) -> int | None:
        """Of all of them; None where that of one is unknown."""
        sizes = [one.size_bytes for one in self.files]
        return None if None in sizes else sum(one for one in sizes if one is not None)

    @property
    def has_linked(self) -> bool:
        """Whether there are some whose bytes lie in another system."""
        return any(one.is_linked for one in self.files)


def carried_by(body: DeliveryBody | None) -> ShownFiles | None:
    """None where none go along."""
    carried = Carried.find(body.request) if body is not None else None
    if carried is None:
        return None
    files = tuple(
        ShownFile(
            one.filename,
            one.mime_type,
            one.told_bytes,
            one.version_index,
            one.sha256,
            "" if one.is_sample else find_url("web:entity", "file", one.entity_id),
            one.is_sample,
            one.is_linked,
        )
        for one in carried.files
    )
    return ShownFiles(files, carried.field_name if carried.is_multipart else "")


def text_of(body: DeliveryBody | None) -> bytes | None:
    """The body as people read it: a few words in the place of each file."""
    return None if body is None else shown_body(bytes(body.body), body.request)


def signed_text(body: DeliveryBody | None) -> bytes:
    """What the signature covers, as far as a page can hold it: nothing of JSON with files in it, nor where a
    file is linked."""
    if body is None:
        return b""
    carried = Carried.find(body.request)
    if carried is None:
        return bytes(body.body)
    is_known = carried.is_multipart and not any(one.is_linked for one in carried.files)
    return signed_of(carried.files) if is_known else b""
