"""The world of uploads."""

from __future__ import annotations

from tests.outbound.conftest import receiver
from tests.proxies.uploading.world import world

__all__ = ["receiver", "world"]
