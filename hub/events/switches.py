"""switch_on, change_switch: whether an organization wants an event at all, and how it is published."""

from __future__ import annotations

from hub.events.models import EventSwitch


def switch_on(*, organization_id: int, name: str) -> None:
    """Have the event published from now on, in the caller's transaction, which bumps config_version."""
    switch, is_new = EventSwitch.objects.get_or_create(organization_id=organization_id, name=name)
    if not is_new and not switch.enabled:
        EventSwitch.objects.filter(pk=switch.pk).update(enabled=True)
