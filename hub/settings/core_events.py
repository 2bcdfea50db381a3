"""Who publishes core events and who hears them, by name."""

from __future__ import annotations

ENTITY_CHANGE_LISTENERS: list[str] = []
"""Functions that get every change of entities, in the transaction that writes it (hub/entities/operations.py)."""
CORE_EVENT_SUBSCRIBERS: list[str] = []
"""Functions that get every event that is published, in its transaction (hub/events/publishing.py)."""
CORE_EVENT_AUDIENCES: list[str] = []
"""Functions from organization id and config_version to the names of the events that somebody listens to."""
CORE_EVENT_READY_STAGES: list[str] = []
"""Worker stages that go on with an event once its fields are worked out."""
EVENT_STAGES: list[str] = []
"""Parts of WORKER_STAGES: what brings an event to its receivers."""
EVENT_SCHEDULES: dict[str, int] = {"outbound.queue.expiry.expire": 60}
"""Parts of SCHEDULES."""
