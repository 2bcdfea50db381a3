"""What an inbound event is called in public."""

from __future__ import annotations

EVENT_PREFIX = "evt_"
"""Before the 26 characters of an event's id (api.md section 6)."""
