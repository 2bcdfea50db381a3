"""UploadOrder, FileToSend and Outcome: what is to be uploaded by which recipe, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.json_types import JSONObject
from hub.served_files.content_types import sent_type
from proxies.file_proxy.reading import FilePieces
from proxies.file_proxy.upload_rules import ATTEMPTS

UPLOADED: Final = "FILE_UPLOADED"
SKIPPED: Final = "FILE_UPLOAD_SKIPPED"


@dataclass(frozen=True, slots=True)
class FileToSend:
    """A file of an event. facts: what expressions and templates see of it, without its contents.

    size is what is known before a byte is read. pieces reads it from the beginning and raises HubError: what has
    ``is_transient`` may work later.
    """

    facts: JSONObject
    size: int
    pieces: Callable[[], FilePieces] = field(repr=False)

    @property
    def name(self) -> str:
        """What it is called, or a usual name."""
        return str(self.facts.get("filename") or "file")

    @property
    def mime_type(self) -> str:
        """What it is, or the type of any bytes, also for what is no type and would be refused as a header."""
        return sent_type(str(self.facts.get("mime_type") or ""))


@dataclass(frozen=True, slots=True)
class UploadOrder:
    """Files of one event, and the recipe by its slug. event is JSON text; at is what ``$now()`` tells.

    hint: by what a receiver recognizes that it has these files of this event already, the same for every attempt. hop:
    how many hubs and flows led to it, see hub/hops.py.
    """

    organization_id: int
    integration_id: UUID
    slug: str
    event: bytes = field(repr=False)
    files: Sequence[FileToSend]
    at: datetime
    hint: str
    ack_id: str | None = None
    hop: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended; nothing in it is secret. status_code: of the last answer that counts.

    code is UPLOADED, SKIPPED, or that of a failure. is_receivers_fault: whether the other system is ill rather than the
    recipe wrong. steps: each request with step, method, url, status, duration_ms and bytes.
    """

    code: str
    message: str = ""
    status_code: int | None = None
    is_transient: bool = False
    is_receivers_fault: bool = False
    retry_after: str | None = None
    max_attempts: int = ATTEMPTS
    steps: Sequence[JSONObject] = ()
