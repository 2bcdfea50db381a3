"""ROOM: core events with the entities as they were, what automations have fired, and what is configured."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.events.models import AutomationFiring, CoreEvent, CustomEvent, EventSwitch
from hub.retention.kinds import FixedAge, Kept, RetentionKind, Room
from hub.retention.walking import expire_oldest, walk_table

ROOM: Final = Room(
    _("Core events"),
    (
        RetentionKind(
            key="core_events",
            label=_("Core events"),
            about=_("What happened to entities, with the entities as they were then."),
            default_days=90,
            least_days=7,
            most_days=400,
            models=(CoreEvent,),
            walks=CoreEvent,
            walk=partial(walk_table, CoreEvent, "occurred_at"),
        ),
        FixedAge(
            label=_("What automations have fired, so that nothing fires twice"),
            age=timedelta(days=90),
            models=(AutomationFiring,),
            expire=partial(expire_oldest, AutomationFiring.objects.all(), "fired_at"),
        ),
        Kept(
            label=_("Event catalogue"),
            how_long=_("as long as it is wanted"),
            models=(EventSwitch, CustomEvent),
        ),
    ),
)
