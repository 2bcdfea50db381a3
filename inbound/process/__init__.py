"""Processing a lane: claim, read, map, apply, mark; one failure spares the rest."""

from inbound.process.work import work

__all__ = ["work"]
