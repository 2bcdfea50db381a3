"""What the engine leaves is collected."""

from __future__ import annotations

from tests.engine_garbage import collected as collected
