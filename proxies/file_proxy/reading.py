"""linked_pieces and ReadingTime: the file that a file entity's own address leads to, read by the hub itself."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from datetime import datetime
from typing import Final, TypeAlias

from hub import clock
from hub.accounts.models import Organization
from hub.errors import HubError
from hub.json_types import JSONValue
from proxies.file_proxy.download import Asked, OpenedFile, open_file
from proxies.file_proxy.failures import DownloadFailed
from proxies.file_proxy.minting import own_parameters
from proxies.file_proxy.recipes import find_recipe

FilePieces: TypeAlias = Generator[bytes, None, None]
"""To be closed by whoever does not read to the end, as monitoring is told then."""
READING_S: Final = 120.0
"""For all files of an attempt to send them: the lease of its delivery must not end before it does."""


class FileUnreadable(HubError):
    """The file did not come; is_transient: it may later."""

    code = "FILE_FETCH_FAILED"
    status = 502

    def __init__(self, code: str, message: str, *, is_transient: bool) -> None:
        super().__init__(message, code=code)
        self.is_transient = is_transient


class ReadingTime:
    """What the files of one attempt have together, read one after the other. seconds: how long it took so far."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def pieces(self, name: str, source: FilePieces) -> FilePieces:
        """What source yields, which is closed in any case. Raises FileUnreadable once there is no time left."""
        began = clock.monotonic()
        try:
            with closing(source):
                for piece in source:
                    if self.seconds + clock.monotonic() - began > READING_S:
                        raise FileUnreadable("TIMEOUT", f"{name} takes too long to be read.", is_transient=True)
                    yield piece
        finally:
            self.seconds += clock.monotonic() - began


def linked_pieces(organization: Organization, address: JSONValue, *, at: datetime, correlation_id: str) -> FilePieces:
    """The bytes, piece by piece, as a click on the file's link would bring them; its span is left likewise.

    Nothing is signed for that: only an address of the hub's own download is followed, of an integration of the
    organization itself, and by its recipe rather than over the network. Raises NotMinted for any other address, and
    FileUnreadable.
    """
    _, parameters = own_parameters(organization, address)
    try:
        with closing(_opened(parameters, at, correlation_id)) as opened:
            yield from opened
    except DownloadFailed as failure:
        raise FileUnreadable(failure.code, failure.reason, is_transient=failure.is_transient) from failure


def _opened(parameters: dict[str, str], at: datetime, correlation_id: str) -> OpenedFile:
    asked = Asked(parameters=parameters, origin=None, byte_range="", at=at, correlation_id=correlation_id)
    return open_file(find_recipe(parameters), asked)
