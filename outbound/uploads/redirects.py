"""note_of: what is to be known of an upload whose last answer was a redirect (outbound.md 15: below 400 is success)."""

from __future__ import annotations

from typing import Final

from outbound.models import DeliveryAttempt
from proxies.uploading.orders import UPLOADED

NOTE: Final = (
    "The answer {status} counts as success, as does every one below 400, but it leads elsewhere, and redirects are"
    " never followed. Look whether the file has arrived."
)


def has_note(attempt: DeliveryAttempt) -> bool:
    """Whether it was an upload that a redirect ended."""
    return attempt.code == UPLOADED and attempt.status_code is not None and 300 <= attempt.status_code < 400


def note_of(attempt: DeliveryAttempt) -> str:
    """A sentence, empty where nothing is to be known."""
    return NOTE.format(status=attempt.status_code) if has_note(attempt) else ""
