"""ROOM: jobs with what became of each thing they were about."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.jobs.models import Job, JobResult
from hub.retention.kinds import RetentionKind, Room
from hub.retention.wholes import Wholes, walk_wholes

ROOM: Final = Room(
    _("Jobs"),
    (
        RetentionKind(
            key="jobs",
            label=_("Jobs"),
            about=_("Replays, resends and other long acts that ended, with their results."),
            default_days=90,
            least_days=7,
            most_days=400,
            models=(Job, JobResult),
            walks=Job,
            walk=partial(walk_wholes, Wholes(Job, "finished_at", JobResult, "job_id", "number")),
        ),
    ),
)
