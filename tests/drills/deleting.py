"""Settings of a hub whose worker deletes and packs every second, in very small batches, and has nothing else to do."""

from __future__ import annotations

from hub.settings.base import *  # noqa: F403

SCHEDULES = dict.fromkeys(["tests.drills.aged.apply", "inbound.packing.pack", "outbound.bodies.pack"], 1)
