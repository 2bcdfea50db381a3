"""filled: a request gets the bytes of the files that it carries, read from where they are, and is signed with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from django.db import connections

from hub.entities.files.reading import StorageUnreadable
from hub.http.forms import form_type, new_boundary
from hub.ids import to_text
from outbound.attachments.bodies import form_body, json_body, signed_of
from outbound.attachments.carrying import Carried
from outbound.attachments.loading import Loaded, load
from outbound.delivering.requests import MESSAGE_PREFIX, Files, Outgoing
from outbound.ed25519 import MessageChanged


@dataclass(frozen=True, slots=True)
class Filled:
    """A request whose files are here until it is closed; a context manager."""

    outgoing: Outgoing
    loaded: Loaded
    carried: Carried
    """With what is known of linked files now."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.loaded.close()


def filled(one: Outgoing, at: Callable[[], datetime]) -> Filled:
    """The request as it goes out, signed at the moment when its files are here. Reads all that it sends of them, so it
    belongs into a thread of its own.

    Asks the database where files are linked; no connection is left open then. Raises what load raises, and then
    nothing is left on disk.
    """
    assert one.files is not None  # whoever carries none needs nothing
    try:
        return _filled(one, one.files, at)
    finally:
        if one.files.sources.ask_the_database:
            connections.close_all()


def _filled(one: Outgoing, files: Files, at: Callable[[], datetime]) -> Filled:
    carried, body = files.carried, one.parcel.body
    loaded = load(carried.files, files.sources, set(carried.positions(body)))
    try:
        carried = replace(carried, files=tuple(loaded.files))
        carried.refuse_much(body)
        going = _form(one, carried, loaded, at()) if carried.is_multipart else _document(one, carried, loaded, at())
    except BaseException:
        loaded.close()
        raise
    return Filled(going, loaded, carried)


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
    boundary = new_boundary()
    body = form_body(json.loads(one.parcel.body), carried, loaded, boundary)
    signer = one.parcel.receiver.signer
    signature = signer.headers(message_id=_message_id(one), at=at, body=signed_of(carried.files))
    headers = (("Content-Type", form_type(boundary)), *one.request.headers, *signature)
    return replace(one, request=replace(one.request, headers=headers, body=body))


def _message_id(one: Outgoing) -> str:
    return to_text(MESSAGE_PREFIX, one.parcel.delivery.message_id)
