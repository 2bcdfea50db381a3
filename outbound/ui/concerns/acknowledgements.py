"""overdue: events of the last day that the ERP has not acknowledged in time, as one line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from monitoring.concerns import Concern, Concerns, Urgency
from outbound.models import Acknowledgement, Delivery

LOOKED_BACK: Final = timedelta(days=1)
"""An older one has been told for a day."""
MOST_COUNTED: Final = 1000


def overdue(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """Those that still have none, counted up to MOST_COUNTED, one thing all together; one query. Tests do not count."""
    tracked = Acknowledgement.objects.of(organization).filter(
        Exists(Delivery.objects.filter(ack_id=OuterRef("pk"), is_test=False)),
        state=Acknowledgement.State.TIMED_OUT,
        created_at__gte=at - LOOKED_BACK,
    )
    found = list(tracked.order_by("created_at").values_list("created_at", flat=True)[:MOST_COUNTED])
    return Concerns((_line(found, at),), 1) if found and most else Concerns()


def _line(found: list[datetime], at: datetime) -> Concern:
    text = ngettext("%(count)s event not acknowledged in time", "%(count)s events not acknowledged in time", len(found))
    shown = number(len(found)) + ("+" if len(found) >= MOST_COUNTED else "")
    return Concern(
        urgency=Urgency.MISSED,
        glyph="warning",
        title=text % {"count": shown},
        url=f"{reverse('outbound:deliveries')}?status=unacknowledged&window=24h",
        action=_("Open"),
        note=_("the oldest of %(when)s") % {"when": relative_time(found[0], at)},
    )
