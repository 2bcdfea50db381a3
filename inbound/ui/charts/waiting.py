"""ages_of: how long the oldest of a queue had waited, of the integrations and use cases that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from inbound.ui.charts.asked import INBOUND, Asked
from inbound.ui.charts.drawing import Ages
from inbound.ui.names import Names
from monitoring.charting import Slots
from monitoring.gauge_history import read_highest
from monitoring.gauges import POLL_QUEUE_AGE, QUEUE_AGE

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NOBODY_LOOKED: Final = _("Nobody looked at the queue in this window. It is looked at as long as a worker runs.")
NO_USE_CASE: Final = _("Messages that an ERP polls wait for a whole integration. Leave out the use case to see them.")


def ages_of(organization: Organization, asked: Asked, names: Names, slots: Slots) -> Ages:
    """Of the events that wait to be processed, or of the messages that wait to be polled. At most one query."""
    if asked.direction != INBOUND and asked.of("use_case"):
        return _unknown(_("Poll queue age"), NO_USE_CASE, slots)
    title, gauge = (_("Queue age"), QUEUE_AGE) if asked.direction == INBOUND else (_("Poll queue age"), POLL_QUEUE_AGE)
    scope_ids = _scopes(asked, names)
    if not scope_ids and (asked.of("use_case") or asked.of("integration")):
        return _unknown(title, NOBODY_LOOKED, slots)
    return Ages(title, NOBODY_LOOKED, [*read_highest(organization, gauge, slots, scope_ids)])


def _unknown(title: _StrPromise, why: _StrPromise, slots: Slots) -> Ages:
    return Ages(title, why, [None] * slots.number)


def _scopes(asked: Asked, names: Names) -> list[UUID]:
    """Use cases, or integrations where no use case is asked for; those alone that there are."""
    if asked.of("use_case"):
        return asked.use_cases(names)
    return [one for one in map(UUID, asked.of("integration")) if names.integration(one)]
