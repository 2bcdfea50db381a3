"""BoundedUpload: a file in memory, and nothing of one that is too large."""

from __future__ import annotations

from hub.entities.transfer.read_rows import LARGEST_FILE
from hub.web.uploads import BoundedUpload


def received(*chunks: bytes) -> tuple[int | None, int]:
    """The size that a file says, and how many bytes of it are kept."""
    handler = BoundedUpload()
    handler.new_file("file", "people.csv", "text/csv", None)
    size = 0
    for chunk in chunks:
        handler.receive_data_chunk(chunk, size)
        size += len(chunk)
    file = handler.file_complete(size)
    return file.size, len(file.read())


def test_a_file_is_kept_whole():
    assert received(b"ab", b"c") == (3, 3)


def test_of_a_file_that_is_too_large_its_size_is_kept_alone():
    assert received(b"a" * LARGEST_FILE, b"bc") == (LARGEST_FILE + 2, 0)
