"""load: the bytes of files go from where they are to a temporary file, checked on the way, and are read from there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Final, Self

from hub import clock
from hub.entities.files.reading import StorageUnreadable, StoredVersion, find_versions, open_version
from outbound.attachments.files import MOST_BYTES, MOST_SENT, SAMPLE, File
from outbound.attachments.links import Link, Links
from outbound.attachments.listing import Place
from outbound.attachments.problems import NOT_FOUND, TOO_LARGE, Unsuitable
from proxies.file_proxy.reading import FilePieces, ReadingTime

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

    def append(self, file: File, pieces: Iterable[bytes]) -> None:
        """Take over the bytes of a file; of a linked one its size and its hash are known from now on.

        Raises StorageUnreadable where they are others than those stored once, and Unsuitable for a linked one that has
        more than MOST_BYTES, or makes all of them more than MOST_SENT.
        """
        self._spool.seek(0, 2)
        start = self._spool.tell()
        digest, size = hashlib.sha256(), 0
        for piece in pieces:
            size += len(piece)
            if file.is_linked:
                _refuse_much(file, size, start + size)
            elif size > file.size_bytes:
                break
            digest.update(piece)
            self._spool.write(piece)
        sha256 = digest.hexdigest()
        if not file.is_linked and (size, sha256) != (file.size_bytes, file.sha256):
            raise StorageUnreadable
        self._starts.append(start)
        self.files.append(replace(file, size_bytes=size, sha256=sha256))

    def leave_out(self, file: File) -> None:
        """Nothing of this file is sent, so that it is not read: it has no bytes here."""
        self._starts.append(0)
        self.files.append(file)

    def close(self) -> None:
        """Nothing is left of the bytes."""
        self._spool.close()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where files are read from at this moment; never kept."""

    versions: Mapping[Place, StoredVersion]
    links: Mapping[Place, Link]
    at: datetime
    correlation_id: str

    @property
    def ask_the_database(self) -> bool:
        """Whether reading them does: what is linked is found by a recipe."""
        return bool(self.links)


def sources_of(organization_id: int, files: Sequence[File], correlation_id: str = "") -> Sources:
    """Where the files are; one query, and for those that are linked as many as Links has.

    What was linked and has been stored since is read from the storage. Raises Unsuitable for one that is neither there
    any more.
    """
    wanted = [one for one in files if not one.is_sample]
    found = find_versions(organization_id, {one.place for one in wanted}) if wanted else {}
    others = [one for one in wanted if one.place not in found]
    for one in others:
        if not one.is_linked:
            raise Unsuitable(NOT_FOUND, f"{one.filename[:200]} is not stored in the hub any more.")
    links = Links(organization_id, [one.place for one in others])
    linked = {one.place: links.link(one.place, one.shown) for one in others}
    return Sources(found, linked, clock.now(), correlation_id)


def load(files: Sequence[File], sources: Sources, wanted: Collection[int] | None = None) -> Loaded:
    """The files at the wanted positions (None: all), each read once; takes as long as storage and archives do.

    Asks the database where sources says so. Raises StorageUnreadable, Unsuitable, and for linked files FileUnreadable
    and other HubErrors; nothing is left on disk then.
    """
    loaded, time = Loaded(), ReadingTime()
    try:
        for position, one in enumerate(files):
            if wanted is not None and position not in wanted:
                loaded.leave_out(one)
                continue
            with closing(_pieces(one, sources, time)) as pieces:
                loaded.append(one, pieces)
    except BaseException:
        loaded.close()
        raise
    return loaded


def _pieces(file: File, sources: Sources, time: ReadingTime) -> FilePieces:
    """Reading what is stored is not timed: the lease of its delivery is renewed meanwhile."""
    link = sources.links.get(file.place)
    if file.is_sample:
        yield SAMPLE
    elif link is not None:
        source = link.pieces(at=sources.at, correlation_id=sources.correlation_id)
        with closing(time.pieces(file.filename[:200], source)) as pieces:
            yield from pieces
    else:
        with open_version(sources.versions[file.place]) as opened:
            while piece := opened.read(PIECE_BYTES):
                yield piece


def _refuse_much(file: File, size: int, total: int) -> None:
    """Of linked files nobody knows the size beforehand."""
    if size > MOST_BYTES:
        raise Unsuitable(TOO_LARGE, f"{file.shown} has more than {MOST_BYTES} bytes; no more are sent.")
    if total > MOST_SENT:
        raise Unsuitable(TOO_LARGE, f"The files have more than {MOST_SENT} bytes; one request carries no more.")
