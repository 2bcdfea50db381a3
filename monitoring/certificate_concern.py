"""expiring: certificates of authorities that have expired or soon will, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.environments.trust.certificates import Authority
from hub.environments.trust.changes import authorities_of
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from monitoring.concerns import Concern, Concerns, Urgency


def expiring(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """Those that end first come first; one query. One whose successor of the same name is there needs nobody."""
    believed = authorities_of(organization)
    lasting = [one for one in believed if not _is_ending(one, at)]
    found = [one for one in believed if _is_ending(one, at) and not _has_successor(one, lasting, at)]
    found.sort(key=lambda one: (one.valid_until, one.fingerprint))
    lines = [_line(one, at) for one in found[:most]]
    if len(found) > most:
        lines.append(_others(found[most:], at))
    return Concerns(tuple(lines), len(found))


def _is_ending(one: Authority, at: datetime) -> bool:
    return one.has_expired(at) or one.expires_soon(at)


def _has_successor(one: Authority, lasting: Sequence[Authority], at: datetime) -> bool:
    """Of the same name, and without a gap between them that is still to come."""
    gapless = max(at, one.valid_until)
    return any(other.subject == one.subject and not other.is_to_come(gapless) for other in lasting)


def _line(one: Authority, at: datetime) -> Concern:
    has_expired, when = one.has_expired(at), relative_time(one.valid_until, at)
    until = _("expired %(when)s") if has_expired else _("expires %(when)s")
    return Concern(
        urgency=Urgency.MISSED if has_expired else Urgency.FORGOTTEN,
        glyph="error" if has_expired else "warning",
        title=_("Certificate expired") if has_expired else _("Certificate expires soon"),
        url=reverse("web:settings"),
        action=_("Open"),
        note=f"{one.subject}, {until % {'when': when}}",
    )


def _others(found: Sequence[Authority], at: datetime) -> Concern:
    text = ngettext(
        "%(count)s more certificate expires or has", "%(count)s more certificates expire or have", len(found)
    )
    urgency = Urgency.MISSED if found[0].has_expired(at) else Urgency.FORGOTTEN
    return Concern(urgency, "warning", text % {"count": number(len(found))}, reverse("web:settings"), _("Open"))
