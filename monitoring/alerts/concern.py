"""failing: channels that take no notices, one line each."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from monitoring.alerts.queries import failing_channels
from monitoring.concerns import Concern, Concerns, Urgency
from monitoring.models import AlertChannel


def failing(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """Those that fail for the longest time first; one query."""
    found = failing_channels(organization)
    lines = [_line(one, at) for one in found[:most]]
    if len(found) > most:
        text = ngettext("%(count)s more alert channel fails", "%(count)s more alert channels fail", len(found) - most)
        lines.append(_concern(text % {"count": number(len(found) - most)}))
    return Concerns(tuple(lines), len(found))


def _line(one: AlertChannel, at: datetime) -> Concern:
    since = _("since %(when)s") % {"when": relative_time(one.failing_since, at)}
    return _concern(_("Alerts do not arrive"), f"{one.name}, {since}")


def _concern(title: str, note: str = "") -> Concern:
    return Concern(Urgency.MISSED, "error", title, reverse("monitoring:alert-channels"), _("Open"), note=note)
