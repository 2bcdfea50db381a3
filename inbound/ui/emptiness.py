"""Why a list of events is empty, in words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hub import clock
from hub.accounts.models import Organization
from hub.web.templatetags.moments import machine_time, relative_time
from hub.web.templatetags.numbers import number
from inbound.query import EventFilter, count_events, list_events
from inbound.ui.chips import text_of
from inbound.ui.filters import LABELS, Asked
from inbound.ui.names import Names
from inbound.ui.windows import ALL_KEPT
from integrations.models import UseCase

MOST_COUNTED = 1000
"""Counting further would be slow and tell nobody more."""


@dataclass(frozen=True, slots=True)
class Emptiness:
    """What stands in place of the rows; blamed is the field whose chip leaves nothing."""

    title: str
    text: str
    icon: str = ""
    url: str = ""
    action: str = ""
    url2: str = ""
    action2: str = ""
    code: str = ""
    blamed: str = ""
    is_first: bool = False
    """True before the first event ever: filters and chart would only be in the way."""


def reason_of(organization: Organization, asked: Asked, names: Names) -> Emptiness:
    """The one chip that empties the list, else the window, else all of them together; or that nothing ever came."""
    newest = list_events(organization_id=organization.pk, wanted=EventFilter(), limit=1)
    if not newest:
        return nothing_ever(names)
    if asked.of("payload"):
        return _payload(organization, asked, names)
    return _chip(organization, asked, names) or _window(organization, asked) or _everything(asked)


def nothing_ever(names: Names) -> Emptiness:
    """Before the first event: the command that sends one, as soon as there is somewhere to send it."""
    title = _("No events yet")
    use_case = next((one for one in names.inbound_use_cases if one.enabled), None)
    if use_case is None:
        text = _("Events arrive at an inbound use case. Create one; its page shows how to send the first event.")
        url, action = _address("integrations:list"), _("Open integrations")
        return Emptiness(title, text, icon="send", url=url, action=action, is_first=True)
    text = _("Send the first one with this curl command; it appears here within a second.")
    return Emptiness(title, text, icon="send", code=curl_for(use_case, clock.now()), is_first=True)


def curl_for(use_case: UseCase, at: datetime) -> str:
    """A command that sends one event to the use case."""
    return (
        f'curl -X POST "{settings.HUB_BASE_URL}/v3/erp/updates/events" \\\n'
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f'  -d \'{{"integration_id": "{use_case.integration_id}", "events": [{{"use_case_slug": "{use_case.slug}",\n'
        f'       "timestamp": "{machine_time(at)}", "payload": {{"id": "1"}}}}]}}\''
    )


def _payload(organization: Organization, asked: Asked, names: Names) -> Emptiness:
    """Nobody counts what other chips leave of a search: either there is nothing to search, or no payload matches."""
    others = asked.without("payload")
    if not count_events(organization_id=organization.pk, wanted=others.event_filter(), most=1):
        return _chip(organization, others, names) or _window(organization, others) or _everything(asked)
    text = _("No payload in this window has the value at this place. A payload that retention has removed has none.")
    return Emptiness(
        _("No events match"),
        text,
        url=asked.address(("payload",)),
        action=_("Remove that chip"),
        url2=asked.address(("from", "to"), window=ALL_KEPT),
        action2=_("Last 90 days"),
        blamed="payload",
    )


def _chip(organization: Organization, asked: Asked, names: Names) -> Emptiness | None:
    for name, values in asked.values.items():
        without = asked.without(name)
        found = count_events(organization_id=organization.pk, wanted=without.event_filter(), most=MOST_COUNTED)
        if found:
            chip = f"{LABELS[name]}: {text_of(name, values, names)}"
            text = _("The chip %(chip)s leaves nothing; without it there are %(count)s.")
            return Emptiness(
                _("No events match"),
                text % {"chip": chip, "count": _counted(found)},
                url=asked.address((name,)),
                action=_("Remove that chip"),
                blamed=name,
            )
    return None


def _window(organization: Organization, asked: Asked) -> Emptiness | None:
    """The newest row that the chips would show, were the window wider."""
    wanted = replace(asked.event_filter(), since=None, until=None)
    rows = list_events(organization_id=organization.pk, wanted=wanted, limit=1)
    if not rows:
        return None
    at = rows[0].event.received_at
    text = _("Nothing in this window. The last one that matches came %(when)s.")
    return Emptiness(
        _("No events in this window"),
        text % {"when": relative_time(at, clock.now())},
        url=asked.address(("from", "to"), window=ALL_KEPT),
        action=_("Last 90 days"),
    )


def _everything(asked: Asked) -> Emptiness:
    text = _("No single chip is to blame: together they leave nothing.")
    return Emptiness(_("No events match"), text, url="?", action=_("Clear all filters"))


def _counted(found: int) -> str:
    return f"{number(found)}+" if found >= MOST_COUNTED else number(found)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
