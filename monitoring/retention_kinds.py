"""ROOM: spans and requests, counters, issues, and what alerts have told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.retention.kinds import FixedAge, Kept, RetentionKind, Room
from hub.retention.walking import expire_made, expire_oldest, walk_table
from monitoring.counting.ages import BUCKETS_KEPT, COARSE, FINE, expire_buckets
from monitoring.issues.forgetting import forget_issues
from monitoring.models import (
    AccessLog,
    AlertChannel,
    AlertNotice,
    AlertRule,
    AlertState,
    AlertTurn,
    Bucket,
    BucketDelta,
    EndedTotal,
    GaugeBucket,
    IntegrationBucket,
    Issue,
    IssueBucket,
    IssueDelta,
    IssueEntry,
    IssueSubject,
    MonitoringEvent,
    MonitoringGauge,
    SpanBucket,
    SpanDelta,
)

_COUNTERS: Final = (Bucket, IntegrationBucket, SpanBucket, GaugeBucket)
_OVER: Final = AlertState.objects.filter(standing=AlertState.Standing.OK, value=None)
"""What an alert rule found well and sees no more: a token that is gone, a receiver."""

CHOSEN: Final = (
    RetentionKind(
        key="spans",
        label=_("Spans"),
        about=_("The steps of events, on their pages and in traces."),
        default_days=90,
        least_days=7,
        most_days=400,
        models=(MonitoringEvent,),
        walks=MonitoringEvent,
        walk=partial(walk_table, MonitoringEvent, "completed_at"),
    ),
    RetentionKind(
        key="access_logs",
        label=_("Requests to the API"),
        about=_("Who called what, with which answer; never a body."),
        default_days=30,
        least_days=1,
        most_days=400,
        models=(AccessLog,),
        walks=AccessLog,
        walk=partial(walk_table, AccessLog, "at"),
    ),
)
FIXED: Final = (
    FixedAge(
        label=_("Counters behind charts, by five minutes"),
        age=BUCKETS_KEPT[5],
        models=_COUNTERS,
        expire=partial(expire_buckets, _COUNTERS, FINE),
    ),
    FixedAge(
        label=_("Counters behind charts, by hours and days"),
        age=BUCKETS_KEPT[60],
        models=(),
        expire=partial(expire_buckets, _COUNTERS, COARSE),
    ),
    FixedAge(
        label=_("Issues whose last failure is kept no more"),
        # Spans are kept for so long at least, so that nobody looks for those of a younger issue.
        age=timedelta(days=7),
        models=(Issue, IssueSubject, IssueEntry),
        expire=forget_issues,
        # Each with a thousand entities at most.
        at_once=100,
    ),
    FixedAge(
        label=_("Trends of issues, by hours"),
        age=timedelta(days=8),
        models=(IssueBucket,),
        expire=partial(expire_buckets, (IssueBucket,), (60,)),
    ),
    FixedAge(
        label=_("Trends of issues, by days"),
        age=timedelta(days=400),
        models=(),
        expire=partial(expire_buckets, (IssueBucket,), (1440,)),
    ),
    FixedAge(
        label=_("What alerts have told"),
        age=timedelta(days=90),
        models=(AlertNotice,),
        expire=partial(expire_made, AlertNotice),
    ),
    FixedAge(
        label=_("What an alert rule found well and sees no more"),
        age=timedelta(days=7),
        models=(AlertState,),
        expire=partial(expire_oldest, _OVER, "since"),
    ),
)
KEPT: Final = (
    Kept(
        label=_("Alert rules and channels"),
        how_long=_("as long as they are wanted"),
        models=(AlertRule, AlertChannel, AlertTurn),
    ),
    Kept(
        label=_("What is to be added to counters"),
        how_long=_("until it is added, within minutes"),
        models=(BucketDelta, SpanDelta, IssueDelta),
    ),
    Kept(
        label=_("How things stand, and totals"),
        how_long=_("a row for each number"),
        models=(MonitoringGauge, EndedTotal),
    ),
)
ROOM: Final = Room(_("Monitoring"), (*CHOSEN, *FIXED, *KEPT))
