"""The one gate to the storage of files: write, open and remove bytes under a key; its failures have one name."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final, Protocol, TypeVar, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from hub.database import no_transaction_is_open
from hub.errors import HubError, Unavailable

ALIAS: Final = "files"
"""Of the setting STORAGES."""
PIECE_BYTES: Final = 64 * 1024

Result = TypeVar("Result")
log = logging.getLogger(__name__)


class StorageUnreadable(Unavailable):
    """The storage does not answer, or the object is not there as it should be: whoever runs the hub has to look.

    Says nothing of the storage, its address or its keys.
    """

    code = "FILE_STORAGE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "The storage of files cannot be used at the moment. Try again; if that does not help, tell whoever runs"
            " the hub."
        )


class Readable(Protocol):
    """What bytes are read from: a request, an opened file."""

    def read(self, size: int, /) -> bytes:
        """At most size bytes; none at the end."""


class _Content(File):  # type: ignore[type-arg]  # of bytes
    """What a storage writes, in pieces of PIECE_BYTES; it can be read once."""

    DEFAULT_CHUNK_SIZE = PIECE_BYTES

    def __init__(self, source: Readable) -> None:
        super().__init__(cast("BinaryIO", source))

    def seekable(self) -> bool:
        """Never: a request cannot be read again."""
        return False

    def seek(self, *_: int) -> int:
        """Refused, as files do that cannot."""
        raise io.UnsupportedOperation


def save(key: str, source: Readable) -> None:
    """Write everything source has under a new key. Raises StorageUnreadable, and what reading source raises.

    Waits for disk or network: no transaction may be open.
    """
    no_transaction_is_open()
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        _guarded(lambda: storage.save(key, _Content(source)))
        return
    # A client of a bucket would hold parts of several megabytes in memory of what it cannot read twice.
    with tempfile.TemporaryFile() as spool:
        while piece := source.read(PIECE_BYTES):
            _guarded(partial(spool.write, piece))
        spool.seek(0)
        _guarded(lambda: storage.save(key, File(spool)))


def remove(key: str) -> None:
    """Remove what lies under the key; nothing to do where nothing does. Raises StorageUnreadable."""
    _guarded(lambda: _storage().delete(key))


def open_object(key: str, size_bytes: int) -> BinaryIO:
    """The bytes under the key, from their beginning. Raises StorageUnreadable, also for another size, and later when
    reading fails."""
    opened = _guarded(lambda: _storage().open(key))
    try:
        size = _guarded(lambda: opened.size)
        if size != size_bytes:
            raise StorageUnreadable
    except BaseException:
        opened.close()
        raise
    return io.BufferedReader(_Guarded(opened), PIECE_BYTES)


class _Guarded(io.RawIOBase):
    """An opened object whose failures have the one name."""

    def __init__(self, opened: File) -> None:  # type: ignore[type-arg]  # of bytes
        super().__init__()
        self._opened = opened

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer
        piece = _guarded(lambda: self._opened.read(len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return int(_guarded(lambda: self._opened.seek(offset, whence)))

    def tell(self) -> int:
        return int(_guarded(self._opened.tell))

    def close(self) -> None:
        if not self.closed:
            self._opened.close()
        super().close()


def _storage() -> Storage:
    return storages[ALIAS]


def _guarded(act: Callable[[], Result]) -> Result:
    """What act returns. Whatever a storage raises of its own is StorageUnreadable: each has errors of its own."""
    try:
        return act()
    except (HubError, AssertionError):
        raise
    except Exception as error:
        log.warning("the storage of files failed: %s", type(error).__name__)
        raise StorageUnreadable from error
