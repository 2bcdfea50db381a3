"""Columns of values as PostgreSQL parameters: binary arrays for unnest(), twice as fast to read there as JSON rows."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, ClassVar, Final
from uuid import UUID
from weakref import WeakSet

_HEADER: Final = struct.Struct(">iiIii")
_LENGTH: Final = struct.Struct(">i")
_MISSING: Final = _LENGTH.pack(-1)
_LENGTHS: Final = tuple(_LENGTH.pack(length) for length in range(4096))
"""Ready-made length words: most values are short."""

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECONDS_OF_A_DAY: Final = 86_400


class Array:
    """An encoded array. Subclasses name the type of the array and of its elements."""

    __slots__ = ("binary",)
    oid: ClassVar[int]
    element_oid: ClassVar[int]

    def __init__(self, elements: Sequence[bytes | None], width: int | None = None) -> None:
        """elements are in the binary form of the type, each of width bytes if that is given; None is NULL."""
        header = _HEADER.pack(1, 1, self.element_oid, len(elements), 1)
        if width is None or not elements or None in elements:
            self.binary = header + _joined(elements)
        else:
            length = _LENGTHS[width]
            self.binary = header + length + length.join(elements)  # type: ignore[arg-type]  # no None among them


def _joined(elements: Sequence[bytes | None]) -> bytes:
    """Each element behind its length."""
    try:
        lengths = map(_LENGTHS.__getitem__, map(len, elements))  # type: ignore[arg-type]  # None: see below
        return b"".join(chain.from_iterable(zip(lengths, elements, strict=True)))  # type: ignore[arg-type]
    except (TypeError, IndexError):  # a NULL, or a value of more than 4095 bytes
        return b"".join(_MISSING if one is None else _LENGTH.pack(len(one)) + one for one in elements)


class TextArray(Array):
    """text[]"""

    __slots__ = ()
    oid, element_oid = 1009, 25


class UUIDArray(Array):
    """uuid[]"""

    __slots__ = ()
    oid, element_oid = 2951, 2950


class DocumentArray(Array):
    """jsonb[]"""

    __slots__ = ()
    oid, element_oid = 3807, 3802


class IntegerArray(Array):
    """integer[]"""

    __slots__ = ()
    oid, element_oid = 1007, 23


class BigintArray(Array):
    """bigint[]"""

    __slots__ = ()
    oid, element_oid = 1016, 20


class MomentArray(Array):
    """timestamptz[]"""

    __slots__ = ()
    oid, element_oid = 1185, 1184


class BlobArray(Array):
    """bytea[]"""

    __slots__ = ()
    oid, element_oid = 1001, 17


class BooleanArray(Array):
    """boolean[]"""

    __slots__ = ()
    oid, element_oid = 1000, 16


def texts(values: Iterable[str | None]) -> TextArray:
    """Raises UnicodeEncodeError for a lone surrogate; NUL is refused by the database."""
    given = list(values)
    try:
        return TextArray(list(map(str.encode, given)))  # type: ignore[arg-type]  # None: see below
    except TypeError:  # a NULL
        return TextArray([None if value is None else value.encode() for value in given])


def uuids(values: Iterable[UUID | None]) -> UUIDArray:
    """An array of ids."""
    return UUIDArray([None if value is None else value.int.to_bytes(16) for value in values], width=16)


def documents(values: Iterable[bytes | None]) -> DocumentArray:
    """values are JSON texts in UTF-8; None is SQL's NULL."""
    return DocumentArray([None if value is None else b"\x01" + value for value in values])


def integers(values: Iterable[int | None]) -> IntegerArray:
    """Raises OverflowError outside 32 bits."""
    return IntegerArray([None if value is None else value.to_bytes(4, signed=True) for value in values], width=4)


def bigints(values: Iterable[int | None]) -> BigintArray:
    """Raises OverflowError outside 64 bits."""
    return BigintArray([None if value is None else value.to_bytes(8, signed=True) for value in values], width=8)


def moments(values: Iterable[datetime | None]) -> MomentArray:
    """Aware moments, to the microsecond."""
    return MomentArray([None if value is None else _since_2000(value).to_bytes(8, signed=True) for value in values], 8)


def _since_2000(moment: datetime) -> int:
    """Microseconds, the way PostgreSQL counts time."""
    since = moment - _EPOCH
    return (since.days * _SECONDS_OF_A_DAY + since.seconds) * 1_000_000 + since.microseconds


def booleans(values: Iterable[bool]) -> BooleanArray:
    """An array of yes and no."""
    return BooleanArray([b"\x01" if value else b"\x00" for value in values], width=1)


def blobs(values: Iterable[bytes | None]) -> BlobArray:
    """An array of bytes."""
    return BlobArray(list(values))


_known: WeakSet[Any] = WeakSet()  # Any: connections of psycopg, which is not imported where SQLite runs


def teach(raw_connection: Any) -> Any:  # Any: as above
    """raw_connection, able to send arrays."""
    if raw_connection not in _known:
        raw_connection.adapters.register_dumper(Array, _dumper())
        _known.add(raw_connection)
    return raw_connection


def _dumper() -> Any:  # Any: as above
    from psycopg.adapt import Dumper
    from psycopg.pq import Format

    class ArrayDumper(Dumper):
        """Hands over what is encoded already."""

        format = Format.BINARY

        def __init__(self, cls: type[Array], context: Any = None) -> None:  # Any: psycopg's own signature
            super().__init__(cls, context)
            self.oid = cls.oid

        def dump(self, obj: Array) -> bytes:
            return obj.binary

    return ArrayDumper
