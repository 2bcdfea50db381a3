"""Carried: which files a delivery carries and how, as it is kept with its body; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import orjson

from hub.handles import Handles
from hub.json_types import JSONObject, JSONValue
from outbound.attachments.files import MOST_SENT, File
from outbound.attachments.listing import attachments_of
from outbound.attachments.modes import BASE64, FIELD_NAME, MULTIPART
from outbound.attachments.problems import TOO_LARGE, Unsuitable

CARRIED: Final = "files"
"""Member of DeliveryBody.request."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The body that is kept has none of the bytes.

    In JSON, a handle stands for the base64 of the file at its position. Of a form, the body is the object of its
    fields, and the files follow under field_name.
    """

    mode: str
    files: tuple[File, ...]
    handles: Handles | None = None
    field_name: str = FIELD_NAME

    @property
    def is_multipart(self) -> bool:
        """Whether it is a form."""
        return self.mode == MULTIPART

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(one.size_bytes for one in self.files)

    def positions(self, body: bytes) -> list[int]:
        """The files that stand in the body, each as often as it does. Raises HandleChanged."""
        if self.handles is None:
            return [*range(len(self.files))]
        return [part for part in self.handles.split(body, len(self.files)) if isinstance(part, int)]

    def refuse_much(self, body: bytes) -> None:
        """Raises Unsuitable where the files of that body come to more than MOST_SENT, and HandleChanged."""
        sizes = [self.files[position].size_bytes for position in self.positions(body)]
        total = sum(sizes if self.handles is None else map(base64_bytes, sizes))
        if total > MOST_SENT:
            shown = f"The files are {total} bytes together as they are sent; one request carries at most {MOST_SENT}."
            raise Unsuitable(TOO_LARGE, shown)

    def as_json(self) -> JSONObject:
        """To be kept; find reads it."""
        kept: JSONObject = {"mode": self.mode, "listed": [one.as_json() for one in self.files]}
        if self.handles is not None:
            kept["handles"] = self.handles.secret
        return kept | {"field_name": self.field_name} if self.is_multipart else kept

    @classmethod
    def find(cls, request: Mapping[str, Any]) -> Self | None:  # Any: JSON
        """What a kept request says; None where no files go along."""
        kept = request.get(CARRIED)
        if not kept:
            return None
        return cls(
            mode=kept["mode"],
            files=tuple(File.of_json(one) for one in kept["listed"]),
            handles=Handles(kept["handles"]) if kept["mode"] == BASE64 else None,
            field_name=kept.get("field_name", FIELD_NAME),
        )


def file_data(files: tuple[File, ...], handles: Handles) -> list[JSONValue]:
    """The member file_data of what the expression of a webhook sees (outbound.md 7.4)."""
    return [
        {
            "base64": handles.handle(position),
            "mime_type": one.mime_type,
            "filename": one.filename,
            "size_bytes": one.told_bytes,
        }
        for position, one in enumerate(files)
    ]


def with_told_files(document: bytes) -> bytes:
    """An event as JSON text with the file_data that a simulation shows: a few words in the place of each base64.

    Nothing is looked up. Raises UnknownAttachment.
    """
    told: list[JSONValue] = [
        {
            "base64": _words(one.filename, one.size_bytes),
            "mime_type": one.mime_type,
            "filename": one.filename,
            "size_bytes": one.size_bytes,
        }
        for one in attachments_of(orjson.loads(document))
    ]
    return with_file_data(document, told)


def with_file_data(document: bytes, listed: list[JSONValue]) -> bytes:
    """An object as compact JSON text with one member more, behind the others, of which no digit changes."""
    return document[:-1] + (b"," if len(document) > len(b"{}") else b"") + b'"file_data":' + orjson.dumps(listed) + b"}"


def base64_bytes(size: int) -> int:
    """How long the base64 of so many bytes is."""
    return (size + 2) // 3 * 4


def shown_body(body: bytes, request: Mapping[str, Any]) -> bytes:  # Any: JSON
    """A kept body for people and clients: each handle is a sentence about its file, which needs no escaping in JSON."""
    carried = Carried.find(request)
    if carried is None or carried.handles is None:
        return body
    parts = (_told(carried, one) if isinstance(one, int) else one for one in carried.handles.parts(body))
    return b"".join(parts)


def _told(carried: Carried, position: int) -> bytes:
    if position >= len(carried.files):
        return b""
    one = carried.files[position]
    return _words(one.filename, one.told_bytes).encode()


def _words(filename: str, size_bytes: int | None) -> str:
    name = re.sub(r'[\x00-\x1f\x7f"\\]', "_", filename)
    return f"<base64 of {name}>" if size_bytes is None else f"<base64 of {name}, {size_bytes} bytes>"
