"""expiry_of: how soon a variable expires, as the pages of the environment say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.display_zone import day_at
from hub.environments.models import Variable
from hub.web.templatetags.moments import calendar_day

SOON_DAYS: Final = 30
"""From so many days before its last one on a variable is marked."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """status: the look of its mark, "" for what lasts longer and needs none."""

    day: date
    status: str
    text: str


def expiry_of(variable: Variable | None, at: datetime) -> Expiry | None:
    """None where nobody said when it expires."""
    today = day_at(at)
    left = variable.days_left(today) if variable else None
    if variable is None or variable.expires_on is None or left is None:
        return None
    status = "error" if left < 0 else "warning" if left <= SOON_DAYS else ""
    return Expiry(variable.expires_on, status, _in_words(left) if status else _far(variable.expires_on))


def _in_words(left: int) -> str:
    if left == 0:
        return _("expires today")
    if left > 0:
        return ngettext("expires in %(days)d day", "expires in %(days)d days", left) % {"days": left}
    return ngettext("expired %(days)d day ago", "expired %(days)d days ago", -left) % {"days": -left}


def _far(day: date) -> str:
    return _("expires %(day)s") % {"day": calendar_day(day)}
