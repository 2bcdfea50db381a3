"""Wiring of held prunes: what needs a person is shown by apps and pages below the one that keeps it."""

from __future__ import annotations

HELD_PRUNE_SOURCE = "inbound.prunes.waiting.read_waiting"
"""The function that says which prunes wait for a decision (monitoring/held_prunes.py)."""
NAVIGATION_COUNTS = {"held-prunes": "inbound.prunes.query.waiting_count"}
"""Section of the side bar → the function that counts what waits for a person there (hub/web/navigation.py)."""
