"""with_files: bodies that carry the files of their events, or why there is none; no byte of a file is read here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from hub.events.shaping.plan import EXPRESSION_FAILED, Plan, Shaped
from hub.events.shaping.pool import shape
from hub.handles import HandleChanged, Handles
from hub.json_types import JSONObject
from outbound.attachments.carrying import CARRIED, Carried, file_data, with_file_data
from outbound.attachments.files import KnownFiles
from outbound.attachments.listing import Attachment, UnknownAttachment, attachments_of
from outbound.attachments.modes import BASE64, MULTIPART
from outbound.attachments.problems import NO_ATTACHMENTS, NOT_FOUND, Unsuitable
from outbound.models import Delivery, DeliveryState
from outbound.payloads.forms import fields_of, picked_of, plan_of_form
from outbound.payloads.ready import Ready, failed, sentence_of
from outbound.targets import Target
from outbound.webhooks.files import FilesSent

CHANGED: Final = (
    "The expression changes or cuts a base64 of file_data, whose bytes are put in afterwards: it can only put it "
    "somewhere as a whole, alone or within a longer text."
)

Item = TypeVar("Item")
Result = TypeVar("Result")


class Going(NamedTuple):
    """A delivery that nothing leaves out. payload: the event as it happened; text: what expressions see of it."""

    delivery: Delivery
    payload: JSONObject
    text: bytes
    moment: datetime


class _Attached(NamedTuple):
    going: Going
    attachments: Sequence[Attachment]


class _Seen(NamedTuple):
    going: Going
    carried: Carried
    text: bytes


class _Nothing(Exception):
    """There is no file to be sent; the text says why."""


class _Desk:
    """Where deliveries of one target are worked on, one after the other; those that end on the way are put aside."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.ended: list[Ready] = []

    def each(
        self, items: Iterable[Item], going_of: Callable[[Item], Going], act: Callable[[Item], Result]
    ) -> list[Result]:
        """What act makes of each; those of which it makes nothing have ended."""
        made: list[Result] = []
        for item in items:
            delivery = going_of(item).delivery
            try:
                made.append(act(item))
            except Unsuitable as problem:
                self.ended.append(failed(delivery, self.target, problem.code, problem.message, is_data=problem.is_data))
            except _Nothing as why:
                state = DeliveryState.SKIPPED
                self.ended.append(Ready(delivery, self.target, b"", state, NO_ATTACHMENTS, str(why)))
        return made

    def carrying(self, going: Going, body: bytes, carried: Carried) -> Ready:
        """The body, and with its request what of it has yet to be filled in."""
        request = self.target.request | {CARRIED: carried.as_json()}
        target = dataclasses.replace(self.target, request=request)
        return Ready(going.delivery, target, body, DeliveryState.WAITING)


def with_files(target: Target, going: Sequence[Going], *, has_samples: bool = False) -> list[Ready]:
    """For each what its body is, and under request which files go along. An event without files is skipped.

    One query, and one trip to the child where there are expressions. has_samples: see KnownFiles.
    """
    desk = _Desk(target)
    attached = desk.each(going, lambda one: one, _attached)
    named = [file for one in attached for file in one.attachments]
    known = KnownFiles(target.webhook.organization_id, named, has_samples=has_samples)
    sent = target.configuration.files
    assert sent is not None  # whoever has no files does not come here
    return (
        _forms(desk, sent, attached, known) if sent.is_multipart else _documents(desk, attached, known)
    ) + desk.ended


def _attached(going: Going) -> _Attached:
    try:
        attachments = attachments_of(going.payload)
    except UnknownAttachment as error:
        raise Unsuitable(NOT_FOUND, str(error)) from None
    if not attachments:
        raise _Nothing("The event names no file.")
    return _Attached(going, attachments)


def _documents(desk: _Desk, attached: Sequence[_Attached], known: KnownFiles) -> list[Ready]:
    """JSON in which handles stand for the base64 of files."""

    def seen_of(one: _Attached) -> _Seen:
        handles = Handles()
        files = tuple(known.files(one.attachments))
        text = with_file_data(one.going.text, file_data(files, handles))
        return _Seen(one.going, Carried(BASE64, files, handles), text)

    def made(pair: tuple[_Seen, Shaped]) -> Ready:
        one, shaped = pair
        _raise_failure(shaped)
        body = shaped.body.encode() or one.text
        _refuse_much(one.carried, body)
        return desk.carrying(one.going, body, one.carried)

    plan = Plan(body=desk.target.plan.body, environment=desk.target.plan.environment)
    seen = desk.each(attached, lambda one: one.going, seen_of)
    shaped = shape(plan, [(one.text, one.going.moment) for one in seen])
    return desk.each(zip(seen, shaped, strict=True), lambda pair: pair[0].going, made)


def _forms(desk: _Desk, sent: FilesSent, attached: Sequence[_Attached], known: KnownFiles) -> list[Ready]:
    """Forms, whose body so far is the object of their fields."""

    def made(pair: tuple[_Attached, Shaped]) -> Ready:
        one, shaped = pair
        _raise_failure(shaped)
        values: Mapping[str, Any] = shaped.fields  # Any: JSON
        picked = picked_of(sent, values, one.attachments)
        if not picked:
            raise _Nothing("fileSource picks no file.")
        carried = Carried(MULTIPART, tuple(known.files(picked)), field_name=sent.field_name)
        body = fields_of(sent, values)
        _refuse_much(carried, body)
        return desk.carrying(one.going, body, carried)

    plan = plan_of_form(sent, desk.target.plan.environment)
    shaped = shape(plan, [(one.going.text, one.going.moment) for one in attached])
    return desk.each(zip(attached, shaped, strict=True), lambda pair: pair[0].going, made)


def _raise_failure(shaped: Shaped) -> None:
    if shaped.failure is not None:
        raise Unsuitable(EXPRESSION_FAILED, sentence_of(shaped.failure), is_data=shaped.failure.is_data)


def _refuse_much(carried: Carried, body: bytes) -> None:
    try:
        carried.refuse_much(body)
    except HandleChanged:
        raise Unsuitable(EXPRESSION_FAILED, CHANGED) from None
