"""Length-prefixed frames on a pipe: what parent and child say to each other."""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

_HEAD = struct.Struct(">I")
MOST_BYTES = 256 * 1024 * 1024
"""Longest frame: a slice of the largest bodies with room to spare."""
READ_BYTES = 1024 * 1024


class Broken(Exception):
    """The other side is gone or speaks nonsense."""


class Silent(Broken):
    """The other side said nothing for too long."""


class Work(msgspec.Struct, array_like=True, frozen=True):
    """A slice for the child: the plan's key, the plan itself where the child does not know it yet, the jobs.

    is_single asks for an answer frame per job, so that a death can be blamed on one of them.
    """

    plan_key: str
    plan: bytes | None
    jobs: Sequence[bytes]
    is_single: bool = False


class Answers(msgspec.Struct, array_like=True, frozen=True):
    """The next answers in order, as many as were ready; each is (is_failure, bytes)."""

    answers: Sequence[tuple[bool, bytes]]


class Wait(NamedTuple):
    """How long to wait for a sign of life, and whether to wait as long again."""

    seconds: float
    is_held_up: Callable[[], bool]


def _is_not() -> bool:
    return False


READY = Answers(())
"""A child's first word, once its program is loaded."""

_encode = msgspec.msgpack.Encoder().encode
_decode_work = msgspec.msgpack.Decoder(Work).decode
_decode_answers = msgspec.msgpack.Decoder(Answers).decode


def write(descriptor: int, message: Work | Answers) -> None:
    """Send one message; blocks while the pipe is full. Raises Broken when nobody reads."""
    body = _encode(message)
    data = memoryview(_HEAD.pack(len(body)) + body)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError as error:
        raise Broken(str(error)) from error


def read_work(descriptor: int) -> Work | None:
    """The next slice, or None at the end of input."""
    body = _read_frame(descriptor, None)
    return None if body is None else _decode_work(body)


def read_answers(descriptor: int, wait_s: float, is_held_up: Callable[[], bool] = _is_not) -> Answers:
    """The next answers. Raises Silent when wait_s pass without a byte, Broken at the end or for nonsense.

    is_held_up is asked before: while it says so, the other side gets another wait_s.
    """
    body = _read_frame(descriptor, Wait(wait_s, is_held_up))
    if body is None:
        raise Broken("the process ended")
    try:
        return _decode_answers(body)
    except msgspec.DecodeError as error:
        raise Broken(str(error)) from error


def _read_frame(descriptor: int, wait: Wait | None) -> bytes | None:
    head = _read_exactly(descriptor, _HEAD.size, wait)
    if head is None:
        return None
    [size] = _HEAD.unpack(head)
    if size > MOST_BYTES:
        raise Broken(f"a frame of {size} bytes")
    body = _read_exactly(descriptor, size, wait)
    if body is None:
        raise Broken("the process ended within a frame")
    return body


def _read_exactly(descriptor: int, size: int, wait: Wait | None) -> bytes | None:
    """size bytes, or None when the input ends before the first of them."""
    pieces: list[bytes] = []
    missing = size
    while missing:
        piece = _read_some(descriptor, missing, wait)
        if not piece:
            if pieces:
                raise Broken("the process ended within a frame")
            return None
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _read_some(descriptor: int, most: int, wait: Wait | None) -> bytes:
    if wait is not None:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN | select.POLLHUP)
        while not poll.poll(wait.seconds * 1000):
            if not wait.is_held_up():
                raise Silent(f"no answer within {wait.seconds} s")
    return os.read(descriptor, min(most, READ_BYTES))
