"""receivers: webhooks and uploads whose receiver gets nothing, and pauses that may have been forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from monitoring.concerns import Concern, Concerns, Urgency
from outbound.ui.troubles import url_of
from outbound.webhooks.troubled import Troubled, troubled

PAUSED_FOR_LONG: Final = timedelta(days=1)
"""A pause is what somebody wanted; one of yesterday that still holds deliveries may have been forgotten."""


def receivers(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """Open circuits, then forgotten pauses, each with the most deliveries held first; as many queries as troubled."""
    found = [one for one in troubled(organization) if _needs_somebody(one, at)]
    found.sort(key=lambda one: (one.paused_at is not None, -one.held))
    lines = [_line(one, at) for one in found[:most]]
    if len(found) > most:
        lines.append(_others(len(found) - most, lines[-1].urgency))
    return Concerns(tuple(lines), len(found))


def _needs_somebody(one: Troubled, at: datetime) -> bool:
    if one.paused_at is None:
        return True
    return one.held > 0 and one.paused_at <= at - PAUSED_FOR_LONG


def _line(one: Troubled, at: datetime) -> Concern:
    is_paused = one.paused_at is not None
    return Concern(
        urgency=Urgency.FORGOTTEN if is_paused else Urgency.HALTED,
        glyph="held" if is_paused else "error",
        title=_title(one),
        url=url_of(one),
        action=_("Open"),
        note=", ".join(part for part in (one.name, _since(one, at), _held(one)) if part),
    )


def _title(one: Troubled) -> str:
    if one.paused_at is not None:
        return _("Webhook paused for long")
    return _("System takes no files") if one.upload else _("Receiver takes nothing")


def _since(one: Troubled, at: datetime) -> str:
    if one.paused_at is not None:
        return _("paused %(when)s") % {"when": relative_time(one.paused_at, at)}
    if one.endpoint is None or one.endpoint.failing_since is None:
        return ""
    return _("first failure %(when)s") % {"when": relative_time(one.endpoint.failing_since, at)}


def _held(one: Troubled) -> str:
    if one.is_at_least:
        return _("at least %(count)s deliveries held") % {"count": number(one.held)}
    text = ngettext("%(count)s delivery held", "%(count)s deliveries held", one.held)
    return text % {"count": number(one.held)}


def _others(count: int, urgency: Urgency) -> Concern:
    text = ngettext("%(count)s more receiver gets nothing", "%(count)s more receivers get nothing", count)
    held = f"{reverse('outbound:deliveries')}?status=held&window=90d"
    return Concern(urgency, "error", text % {"count": number(count)}, held, _("Open"))
