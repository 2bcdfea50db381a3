"""load: the bytes of files go from the storage to a temporary file, checked on the way, and are read from there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import Final, Self

from hub.entities.files.reading import StorageUnreadable, StoredVersion, find_versions, open_version
from outbound.attachments.files import NOT_FOUND, SAMPLE, File, Unsuitable
from outbound.attachments.listing import Place

PIECE_BYTES: Final = 192 * 1024
"""Read at once; three times as many bits as base64 has, so that pieces can be encoded one by one."""
MEMORY_BYTES: Final = 1024 * 1024
"""Of one delivery; what is more lies on disk."""


class Loaded:
    """Files whose bytes are here, one behind the other; a context manager. close when they are sent."""

    def __init__(self) -> None:
        self._spool = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 -- closed by close
        self._starts: list[int] = []
        self.files: list[File] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pieces(self, position: int) -> Iterator[bytes]:
        """The bytes of one file from its beginning, PIECE_BYTES each but for the last one.

        One caller after the other: they share the place where the spool is read.
        """
        at, left = self._starts[position], self.files[position].size_bytes
        while left > 0:
            self._spool.seek(at)
            piece = self._spool.read(min(PIECE_BYTES, left))
            at, left = at + len(piece), left - len(piece)
            yield piece

    def append(self, file: File, pieces: Iterator[bytes]) -> None:
        """Take over the bytes of a file. Raises StorageUnreadable where they are others than those stored once."""
        self._spool.seek(0, 2)
        self._starts.append(self._spool.tell())
        digest, size = hashlib.sha256(), 0
        for piece in pieces:
            size += len(piece)
            if size > file.size_bytes:
                break
            digest.update(piece)
            self._spool.write(piece)
        if (size, digest.hexdigest()) != (file.size_bytes, file.sha256):
            raise StorageUnreadable
        self.files.append(file)

    def close(self) -> None:
        """Nothing is left of the bytes."""
        self._spool.close()


def versions_of(organization_id: int, files: Sequence[File]) -> Mapping[Place, StoredVersion]:
    """Where the files are stored; one query. Raises Unsuitable for one that is not there any more."""
    wanted = [one for one in files if not one.is_sample]
    found = find_versions(organization_id, {one.place for one in wanted}) if wanted else {}
    for one in wanted:
        if one.place not in found:
            raise Unsuitable(NOT_FOUND, f"{one.filename[:200]} is not stored in the hub any more.")
    return found


def load(files: Sequence[File], versions: Mapping[Place, StoredVersion]) -> Loaded:
    """All of the files, read from the storage once; takes as long as the storage does, and asks no database.

    Raises StorageUnreadable, and nothing is left on disk.
    """
    loaded = Loaded()
    try:
        for one in files:
            loaded.append(one, _pieces(one, versions))
    except BaseException:
        loaded.close()
        raise
    return loaded


def _pieces(file: File, versions: Mapping[Place, StoredVersion]) -> Iterator[bytes]:
    if file.is_sample:
        yield SAMPLE
        return
    with open_version(versions[file.place]) as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
