"""Why a list of deliveries is empty, in words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.web.access import may
from hub.web.requests import HubRequest
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from inbound.ui.windows import ALL_KEPT
from outbound.deliveries import held_webhooks
from outbound.delivery_list import Wanted, count_deliveries, list_deliveries
from outbound.ui.chips import text_of
from outbound.ui.filters import LABELS, Asked
from outbound.ui.names import Names

MOST_COUNTED = 1000
"""Counting further would be slow and tell nobody more."""


@dataclass(frozen=True, slots=True)
class Emptiness:
    """What stands in place of the rows; blamed is the field whose chip leaves nothing."""

    title: str
    text: str
    url: str = ""
    action: str = ""
    blamed: str = ""
    is_first: bool = False
    """True before the first delivery ever: filters would only be in the way."""


def reason_of(request: HubRequest, asked: Asked, names: Names) -> Emptiness:
    """The one chip that empties the list, else the window, else all together; or that nothing was ever delivered."""
    organization = request.organization
    if not list_deliveries(organization=organization, wanted=Wanted(), limit=1):
        return _nothing_ever(request, names)
    return _chip(organization, asked, names) or _window(organization, asked) or _everything()


def _nothing_ever(request: HubRequest, names: Names) -> Emptiness:
    title = _("No deliveries yet")
    if names.webhooks:
        return _nothing_sent(request, title, names)
    text = _("Events leave the hub by webhooks. Create one; every delivery to it stands here, with every attempt.")
    if not may(request, Capability.WEBHOOK_CREATE):
        return Emptiness(title, text, is_first=True)
    return Emptiness(title, text, reverse("outbound:new-webhook"), _("New webhook"), is_first=True)


def _nothing_sent(request: HubRequest, title: str, names: Names) -> Emptiness:
    """There is where to send to: a test shows at once how a delivery looks, for those who may send one."""
    text = _("As soon as an event happens that a webhook listens to, its delivery stands here, with every attempt.")
    if not may(request, Capability.SEND):
        return Emptiness(title, text, reverse("outbound:webhooks"), _("Open webhooks"), is_first=True)
    text = f"{text} {_('A test delivery shows at once how that looks; it counts nowhere.')}"
    only = next(iter(names.webhooks)) if len(names.webhooks) == 1 else ""
    url = f"{reverse('outbound:webhook', args=[only])}#connection-title" if only else reverse("outbound:webhooks")
    return Emptiness(title, text, url, _("Send a test") if only else _("Choose a webhook"), is_first=True)


def _chip(organization: Organization, asked: Asked, names: Names) -> Emptiness | None:
    held = held_webhooks(organization)
    for name, values in asked.values.items():
        wanted = asked.without(name).wanted()
        found = count_deliveries(organization=organization, wanted=wanted, most=MOST_COUNTED, held=held)
        if found:
            text = _("The chip %(chip)s leaves nothing; without it there are %(count)s.") % {
                "chip": f"{LABELS[name]}: {text_of(name, values, names)}",
                "count": f"{number(found)}+" if found >= MOST_COUNTED else number(found),
            }
            url = asked.address((name,))
            return Emptiness(_("No deliveries match"), text, url, _("Remove that chip"), blamed=name)
    return None


def _window(organization: Organization, asked: Asked) -> Emptiness | None:
    """The newest row that the chips would show, were the window wider."""
    wanted = replace(asked.wanted(), since=None, until=None)
    rows = list_deliveries(organization=organization, wanted=wanted, limit=1)
    if not rows:
        return None
    when = relative_time(rows[0].delivery.created_at, clock.now())
    text = _("Nothing in this window. The last one that matches was made %(when)s.") % {"when": when}
    url = asked.address(("from", "to"), window=ALL_KEPT)
    return Emptiness(_("No deliveries in this window"), text, url, _("Last 90 days"))


def _everything() -> Emptiness:
    text = _("No single chip is to blame: together they leave nothing.")
    return Emptiness(_("No deliveries match"), text, "?", _("Clear all filters"))
