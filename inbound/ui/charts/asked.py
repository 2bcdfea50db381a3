"""Asked: what the address of the charts asks for, and the slots and lists that it means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from inbound.ui.filter_bar import FilterBar
from inbound.ui.histogram import SMALLEST, whole_steps
from inbound.ui.names import Names
from inbound.ui.narrowing import Field, Narrowed, Zoom, is_uuid
from inbound.ui.windows import HOUR
from monitoring.charting import FINE, HOURLY, Slots, Subjects
from monitoring.counting.reading import FINE_KEPT

INBOUND: Final = "inbound"
DIRECTIONS: Final = (INBOUND, "outbound")
FIELDS: Final = (
    Field("integration", _("Integration"), is_uuid),
    Field("use_case", _("Use case"), is_uuid),
    Field("direction", _("Direction"), lambda text: text in DIRECTIONS, is_single=True),
)
BAR: Final = FilterBar({field.name: field.label for field in FIELDS}, frozenset({"use_case"}), {})


class Asked(Narrowed):
    """The filters of the charts."""

    __slots__ = ()

    @property
    def direction(self) -> str:
        """Whose endings are drawn: of events that came in, or of deliveries."""
        return next(iter(self.of("direction")), INBOUND)

    def subjects(self, organization: Organization) -> Subjects:
        """Whose counters are read."""
        return Subjects(organization, tuple(map(UUID, self.of("integration"))), tuple(map(UUID, self.of("use_case"))))

    def use_cases(self, names: Names) -> list[UUID]:
        """Those that there are and that all filters let through."""
        chosen, integrations = set(map(UUID, self.of("use_case"))), set(map(UUID, self.of("integration")))
        return [
            one.pk
            for one in names.use_cases.values()
            if (not chosen or one.pk in chosen) and (not integrations or one.integration_id in integrations)
        ]

    def slots(self, at: datetime, zone: ZoneInfo) -> Slots:
        """Whole steps of local time, the first of which holds the beginning of the window; hours at least where
        five minutes are no longer kept. at is now."""
        window = self.window
        has_fine = window.since >= at - FINE_KEPT and window.step < HOUR
        step = window.step if has_fine else HOUR * max(1, -(-window.step // HOUR))
        starts = list(whole_steps(window.since - step + SMALLEST, window.until, step, zone))
        return Slots(starts[0], step, len(starts), FINE if has_fine else HOURLY)

    def moved(self, share: float, factor: float = 1) -> str:
        """The address of a window that is shifted by a share of its length and that many times as long."""
        window, length = self.window, self.window.until - self.window.since
        middle = window.since + length / 2 + share * length
        return self.zoomed(middle - length * factor / 2, middle + length * factor / 2)

    def rows_between(self, since: datetime, until: datetime) -> str:
        """The query of the list of events, or of deliveries, with the same filters in that window."""
        return self.rows_zoom()(since, until)

    def rows_zoom(self) -> Zoom:
        """rows_between for many windows."""
        return replace(self.without("direction"), is_usual_window=True).zoom()


def asked_of(query: QueryDict, now: datetime, zone: ZoneInfo) -> Asked:
    """What a query string asks for."""
    return Asked.read(query, FIELDS, now, zone)
