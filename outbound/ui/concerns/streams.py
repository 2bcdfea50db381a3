"""streams: poll queues that one message halts, and those with dead letters."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from monitoring.concerns import Concern, Concerns, Urgency
from outbound.queue.overview import Blocked, Count, StreamView, overview_of


def streams(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """Blocked queues first, those with the most dead letters next; as many queries as overview_of."""
    found = [one for one in overview_of(organization, at) if one.blocked or one.dead.number]
    found.sort(key=lambda one: (one.blocked is None, -one.dead.number))
    lines = [_blocked(one, one.blocked, at) if one.blocked else _dead(one) for one in found[:most]]
    if len(found) > most:
        lines.append(_others(len(found) - most, lines[-1].urgency))
    return Concerns(tuple(lines), len(found))


def _blocked(one: StreamView, blocked: Blocked, at: datetime) -> Concern:
    since = _("since %(when)s") % {"when": relative_time(blocked.since, at)} if blocked.since else ""
    waiting = ngettext("%(count)s message queued", "%(count)s messages queued", one.queued.number)
    parts = (one.integration.name, since, waiting % {"count": _shown(one.queued)}, _letters(one))
    return Concern(
        urgency=Urgency.HALTED,
        glyph="error",
        title=_("Poll queue blocked"),
        url=reverse("outbound:stream", args=[one.integration.pk]),
        action=_("Open"),
        note=", ".join(part for part in parts if part),
    )


def _dead(one: StreamView) -> Concern:
    return Concern(
        urgency=Urgency.MISSED,
        glyph="warning",
        title=_("Dead letters"),
        url=f"{reverse('outbound:stream', args=[one.integration.pk])}?tab=dead",
        action=_("Open"),
        note=f"{one.integration.name}, {_letters(one)}",
    )


def _letters(one: StreamView) -> str:
    if not one.dead.number:
        return ""
    text = ngettext("%(count)s dead letter", "%(count)s dead letters", one.dead.number)
    return text % {"count": _shown(one.dead)}


def _shown(count: Count) -> str:
    return number(count.number) + ("" if count.is_exact else "+")


def _others(count: int, urgency: Urgency) -> Concern:
    text = ngettext("%(count)s more poll queue needs somebody", "%(count)s more poll queues need somebody", count)
    return Concern(urgency, "warning", text % {"count": number(count)}, reverse("outbound:queue"), _("Open"))
