"""The world of downloads."""

from __future__ import annotations

from tests.outbound.conftest import receiver
from tests.proxies.file_proxy.world import world

__all__ = ["receiver", "world"]
