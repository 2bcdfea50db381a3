"""expiring: variables whose last day is past or near, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.display_zone import day_at
from hub.environments.models import Variable
from hub.web.templatetags.numbers import number
from integrations.ui.environments.expiry import SOON_DAYS, expiry_of
from monitoring.concerns import Concern, Concerns, Urgency


def expiring(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """Those that expired first come first; one query."""
    until = day_at(at) + timedelta(days=SOON_DAYS)
    found = list(Variable.objects.of(organization).filter(expires_on__lte=until).defer("sealed"))
    found.sort(key=lambda one: (one.days_left(until) or 0, one.key))
    lines = [_line(one, at) for one in found[:most]]
    if len(found) > most:
        lines.append(_others(found[most:], at))
    return Concerns(tuple(lines), len(found))


def _line(one: Variable, at: datetime) -> Concern:
    expiry = expiry_of(one, at)
    return Concern(
        urgency=_urgency(one, at),
        glyph=expiry.status if expiry else "warning",
        title=_title(one, at),
        url=reverse("integrations:variable", args=[one.key]),
        action=_("Open"),
        note=f"{one.key}, {expiry.text}" if expiry else one.key,
    )


def _title(one: Variable, at: datetime) -> str:
    if _urgency(one, at) is Urgency.MISSED:
        return _("Secret expired") if one.is_secret else _("Variable expired")
    return _("Secret expires soon") if one.is_secret else _("Variable expires soon")


def _others(found: Sequence[Variable], at: datetime) -> Concern:
    text = ngettext("%(count)s more variable expires or has", "%(count)s more variables expire or have", len(found))
    url = reverse("integrations:environments")
    return Concern(_urgency(found[0], at), "warning", text % {"count": number(len(found))}, url, _("Open"))


def _urgency(one: Variable, at: datetime) -> Urgency:
    has_expired = (one.days_left(day_at(at)) or 0) < 0
    return Urgency.MISSED if has_expired else Urgency.FORGOTTEN
