"""Match, one line of the palette; read_groups: what every app finds for a text, by name (SEARCH_SOURCES)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.plugins import load

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_OF_A_SOURCE: Final = 6
"""Lines that one source shows; of the others the palette says how many there are."""
MOST_FOUND: Final = 50
"""What one source looks for; beyond it nobody counts."""
LONGEST_TEXT: Final = 255
"""Characters of a text that may mean something: no name, key or id is longer."""


@dataclass(frozen=True, slots=True)
class Match:
    """One line. note: what tells it from others of its name; keys: what is typed instead, one after the other."""

    label: str
    url: str
    icon: str
    note: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading; id tells it from others in the markup. more: how many were found that are not shown;
    has_others: whether there may be even more."""

    id: str
    label: str | _StrPromise
    matches: Sequence[Match]
    more: int = 0
    has_others: bool = False


class Source(Protocol):
    """Finds things of the organization that the principal may see, with queries whose number never grows."""

    def __call__(self, *, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
        """The best first, MOST_FOUND at most; text is never empty."""


LABELS: Final = {
    "entities": _("Entities"),
    "events": _("Events"),
    "deliveries": _("Deliveries"),
    "traces": _("Traces"),
    "issues": _("Issues"),
    "integrations": _("Integrations"),
    "use-cases": _("Use cases"),
    "webhooks": _("Webhooks"),
    "codes": _("Codes"),
}
"""What stands above the matches of a source, by the name that SEARCH_SOURCES gives it."""


def read_groups(*, organization: Organization, principal: Principal, text: str) -> list[Group]:
    """What there is of that name, key or id; sources that find nothing are left out, and nothing is found for "". A
    source that has the very name comes first."""
    if not text or len(text) > LONGEST_TEXT or "\0" in text:
        return []
    groups = []
    for path, name in settings.SEARCH_SOURCES.items():
        source: Source = load(path)
        if found := source(organization=organization, principal=principal, text=text):
            groups.append(_group(name, found))
    return sorted(groups, key=lambda group: group.matches[0].label.casefold() != text.casefold())


def _group(name: str, found: Sequence[Match]) -> Group:
    shown = found[:MOST_OF_A_SOURCE]
    return Group(name, LABELS[name], shown, len(found) - len(shown), has_others=len(found) >= MOST_FOUND)


def find_uuid(text: str) -> UUID | None:
    """The id that is written so, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
