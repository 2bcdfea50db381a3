"""places_of: the sections of the side bar, and what a person may begin, by name; no query is needed for either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from hub.accounts.grants import Capability, allows
from hub.accounts.principals import Principal
from hub.web.navigation import NAVIGATION, mounted
from hub.web.palette.matches import Group, Match

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person may begin, or read, on a page of its own, and what it takes."""

    label: _StrPromise
    url_name: str
    icon: str
    needs: Capability
    arguments: tuple[str, ...] = ()


ACTIONS: Final = (
    Action(_("New integration"), "integrations:new", "plug-connected", Capability.WRITE),
    Action(_("New webhook"), "outbound:new-webhook", "webhook", Capability.WEBHOOK_CREATE),
    Action(_("New automation"), "outbound:new-automation", "bolt", Capability.AUTOMATION_MANAGE),
    Action(_("New variable or secret"), "integrations:new-variable", "variable", Capability.ENVIRONMENTS_EDIT),
    Action(_("New core event"), "web:new-core-event", "broadcast", Capability.EVENTS_MANAGE),
    Action(_("New alert rule for errors"), "monitoring:new-alert-rule", "bell", Capability.ADMIN, ("error_rate",)),
    Action(_("New alert rule for silence"), "monitoring:new-alert-rule", "bell", Capability.ADMIN, ("silence",)),
    Action(_("Replay many events"), "inbound:replay-many", "repeat", Capability.SEND),
    Action(_("Issue token"), "web:new-token", "lock-square", Capability.TOKEN_CREATE),
)
"""A new one is one line here; it leads to a form or a question, never does anything by itself."""
READING: Final = (Action(_("Monitoring codes"), "monitoring:codes", "info-circle", Capability.MONITOR),)
"""Pages to read in, which the side bar has no line for."""


def places_of(*, principal: Principal, text: str) -> list[Group]:
    """Actions, then sections, whose name has every word of text; all of them for ""."""
    words = text.casefold().split()
    groups = (
        Group("actions", _("Actions"), [one for one in _open_to(principal, ACTIONS) if _has(one, words)]),
        Group("pages", _("Go to"), [one for one in [*_sections(), *_open_to(principal, READING)] if _has(one, words)]),
    )
    return [group for group in groups if group.matches]


def _open_to(principal: Principal, actions: Iterable[Action]) -> list[Match]:
    found = []
    for one in actions:
        try:
            url = reverse(one.url_name, args=one.arguments)
        except NoReverseMatch:
            continue  # an app that is not installed has no such page
        if allows(principal, one.needs):
            found.append(Match(str(one.label), url, one.icon))
    return found


def _sections() -> list[Match]:
    links = [link for group in NAVIGATION for link in mounted(group.entries)]
    return [Match(str(one.entry.label), one.url, one.entry.icon, keys=("g", one.entry.shortcut)) for one in links]


def _has(match: Match, words: list[str]) -> bool:
    return all(word in match.label.casefold() for word in words)
