"""ROOM: runs of schedules, where schedules stand, and who has changed allow-lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from hub.retention.kinds import FixedAge, Kept, RetentionKind, Room
from hub.retention.walking import delete, unheld, walk_table
from integrations.models import UseCase
from proxies.models import AllowListChange, Pull, PullRun


def _forget_gone(limit: datetime, most: int) -> int:
    """Where schedules stood whose use case is gone; limit says nothing here."""
    gone = unheld(Pull.objects.filter(~Exists(UseCase.objects.filter(pk=OuterRef("use_case_id")))).order_by("pk"))
    return delete(Pull, gone.values_list("pk", flat=True)[:most])


ROOM: Final = Room(
    _("Proxies and schedules"),
    (
        RetentionKind(
            key="pull_runs",
            label=_("Runs of schedules"),
            about=_("When another system was read, from where to where, and what was handed on."),
            default_days=28,
            least_days=7,
            most_days=400,
            models=(PullRun,),
            walks=PullRun,
            walk=partial(walk_table, PullRun, "finished_at"),
        ),
        FixedAge(
            label=_("Where schedules stood, once their use case is gone"),
            age=timedelta(0),
            models=(Pull,),
            expire=_forget_gone,
        ),
        Kept(
            label=_("Changes of allow-lists"),
            how_long=_("for good: they say who has opened what"),
            models=(AllowListChange,),
        ),
    ),
)
