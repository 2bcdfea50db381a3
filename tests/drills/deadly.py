"""Settings of a hub whose worker dies whenever it writes one certain value: as a crash in a library would end it."""

from __future__ import annotations

import os
import signal

from hub.entities.operations import Changes
from hub.settings.base import *  # noqa: F403

DEADLY = "deadly"
ENTITY_CHANGE_LISTENERS = ["tests.drills.deadly.die_of"]


def die_of(changes: Changes) -> None:
    """Nobody survives it; what the transaction had written is gone with the process."""
    if any(change.after.get("last_name") == DEADLY for change in changes.tell()):
        os.kill(os.getpid(), signal.SIGKILL)
