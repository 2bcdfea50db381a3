"""Settings with a wiring list that names nothing real."""

from __future__ import annotations

from hub.settings.base import *  # noqa: F403

SCHEDULES = {"hub.clock.tick": 60}
