"""values: the answers that are kept for an Idempotency-Key, for whoever looks whether they can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hub.api.idempotency.claims import place_of
from hub.api.models import KeptAnswer
from hub.database.reading import each
from hub.environments.sealed_values import SealedValue

AT_ONCE: Final = 16
"""An answer may be as large as LARGEST_ANSWER."""


def values() -> Iterator[SealedValue]:
    """All of them. A caller that repeats such a request is refused while its answer cannot be opened."""
    for row in each(KeptAnswer.objects.filter(sealed__isnull=False).only("organization_id", "sealed"), AT_ONCE):
        name = place_of(row.pk)
        told = f"{name} (an answer kept for an Idempotency-Key, forgotten after 24 hours)"
        yield SealedValue(row.organization_id, name, row.sealed or "", told)
