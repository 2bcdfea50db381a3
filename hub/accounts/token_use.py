"""note: remembers when a token was last used, written by a background thread, at most once a minute per token."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from hub.accounts.models import ApiToken
from hub.buffers import WriteBuffer

WRITTEN_EVERY = timedelta(minutes=1)
NOTED_TOKENS = 10_000

_noted: dict[str, datetime] = {}


def note(token_id: str, at: datetime) -> None:
    """Take down that the token was used; costs a look into a dict."""
    last = _noted.get(token_id)
    if last is not None and timedelta(0) <= at - last < WRITTEN_EVERY:
        return
    if len(_noted) >= NOTED_TOKENS:
        _noted.clear()
    _noted[token_id] = at
    uses.add((token_id, at))


def forget_all() -> None:
    """Write the next use of every token."""
    _noted.clear()


def _write(rows: list[tuple[str, datetime]]) -> None:
    for token_id, at in sorted(dict(rows).items()):
        older = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
        ApiToken.objects.filter(older, pk=token_id).update(last_used_at=at)


uses: WriteBuffer[tuple[str, datetime]] = WriteBuffer("token uses", _write)
"""Uses that wait for their write."""
