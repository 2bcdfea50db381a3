"""What both statements name alike."""

from __future__ import annotations

from typing import Final

KEY: Final = (
    "integration_id",
    "width_minutes",
    "starts_at",
    "use_case_id",
    "sync_type",
    "level",
    "code",
    "category",
    "object_type",
)
"""The columns of SpanBucket's unique constraint."""
KEY_COLUMNS: Final = ", ".join(KEY)
TAKEN_COLUMNS: Final = ", ".join(name for name in KEY if name not in ("width_minutes", "starts_at"))
