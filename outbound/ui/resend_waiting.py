"""sentences_of: what the new deliveries of a resend wait for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.display_zone import display_zone
from hub.web.templatetags.moments import absolute_time
from hub.web.templatetags.numbers import number
from outbound.resends.waiting import WaitingDeliveries
from outbound.ui.names import Names
from outbound.ui.rows import held_words


def sentences_of(told: WaitingDeliveries, names: Names) -> Iterator[str]:
    """Those that are tried again by themselves come first, then the receivers that take nothing now."""
    if told.retried:
        text = ngettext(
            "%(count)s new delivery waits for another try, at %(moment)s.",
            "%(count)s new deliveries wait for another try, the next at %(moment)s.",
            told.retried,
        )
        yield text % {"count": number(told.retried), "moment": absolute_time(told.next_at, display_zone())}
    for one in told.held:
        text = _("%(name)s takes nothing now (%(why)s): %(count)s of the new deliveries wait for it.")
        yield text % {"name": names.webhook(one.webhook_id), "why": held_words(one.hold), "count": number(one.count)}
