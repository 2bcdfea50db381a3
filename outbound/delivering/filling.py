"""filled: a request gets the bytes of the files that it carries, read from their storage, and is signed with them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from hub.entities.files.reading import StorageUnreadable
from hub.ids import to_text
from outbound.attachments.bodies import form_body, json_body, signed_of
from outbound.attachments.carrying import Carried
from outbound.attachments.loading import Loaded, load
from outbound.delivering.requests import MESSAGE_PREFIX, Outgoing
from outbound.ed25519 import MessageChanged


@dataclass(frozen=True, slots=True)
class Filled:
    """A request whose files are here until it is closed; a context manager."""

    outgoing: Outgoing
    loaded: Loaded

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.loaded.close()


def filled(one: Outgoing, at: datetime) -> Filled:
    """The request as it goes out, signed at that moment. Reads all files, so it belongs into a thread of its own.

    Asks no database. Raises StorageUnreadable, and then nothing is left on disk.
    """
    assert one.files is not None  # whoever carries none needs nothing
    carried = one.files.carried
    loaded = load(carried.files, one.files.versions)
    try:
        going = _form(one, carried, loaded, at) if carried.is_multipart else _document(one, carried, loaded, at)
    except BaseException:
        loaded.close()
        raise
    return Filled(going, loaded)


def _document(one: Outgoing, carried: Carried, loaded: Loaded, at: datetime) -> Outgoing:
    """The signature covers the very bytes of the body, so they are read before they are sent."""
    body = json_body(one.parcel.body, carried, loaded)
    signer = one.parcel.receiver.signer
    try:
        signature = signer.headers_of_pieces(message_id=_message_id(one), at=at, read=body.read)
    except MessageChanged as error:
        raise StorageUnreadable from error
    return replace(one, request=replace(one.request, headers=(*one.request.headers, *signature), body=body))


def _form(one: Outgoing, carried: Carried, loaded: Loaded, at: datetime) -> Outgoing:
    """The signature covers what is said of the files, their hashes among it."""
    boundary = f"hub-{secrets.token_hex(16)}"
    body = form_body(json.loads(one.parcel.body), carried, loaded, boundary)
    signer = one.parcel.receiver.signer
    signature = signer.headers(message_id=_message_id(one), at=at, body=signed_of(carried.files))
    headers = (("Content-Type", f"multipart/form-data; boundary={boundary}"), *one.request.headers, *signature)
    return replace(one, request=replace(one.request, headers=headers, body=body))


def _message_id(one: Outgoing) -> str:
    return to_text(MESSAGE_PREFIX, one.parcel.delivery.message_id)
