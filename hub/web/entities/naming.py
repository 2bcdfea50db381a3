"""Naming: differences with the titles of the entities that their relations lead to; one query for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from hub.accounts.models import Organization
from hub.web.access import may_view
from hub.web.entities.changes import Difference
from hub.web.entities.lines import Item, Links, id_in, item_of_link
from hub.web.entities.related import MayView, Relative, relatives_of
from hub.web.requests import HubRequest

MOST_LINES: Final = 12
"""Relations of one side of a difference that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Side:
    """A value before or after. text, unless has_lines: then lines are the relations that only this side has.

    more: further ones that are not named; shared: how many both sides have, members of a list likewise. hides_rest:
    both sides may have members that nobody counted.
    """

    text: str = ""
    has_lines: bool = False
    lines: tuple[Item, ...] = ()
    more: int = 0
    shared: int = 0
    hides_rest: bool = False

    @property
    def has_own(self) -> bool:
        """Whether there is something to be shown beside what both sides have."""
        return bool(self.lines or self.text) or self.is_empty

    @property
    def is_empty(self) -> bool:
        """Whether it is a relation that leads nowhere, or a list without members."""
        return not (self.lines or self.text or self.shared or self.hides_rest)


@dataclass(frozen=True, slots=True)
class Named:
    """A Difference as it is shown; None where the attribute is missing."""

    name: str
    before: Side | None
    after: Side | None

    @property
    def shared(self) -> int:
        """Relations that stayed as they were."""
        return self.after.shared if self.after else 0


@dataclass(frozen=True, slots=True)
class Naming:
    """What is needed to name them: whose entities they are, and which of those the reader may see."""

    organization: Organization
    may_view: MayView

    @classmethod
    def of(cls, request: HubRequest) -> Naming:
        """For the person who asks."""
        return cls(request.organization, partial(may_view, request))

    def named(self, differences: Sequence[Difference]) -> list[Named]:
        """The same differences, named."""
        [named] = self.named_groups([differences])
        return named

    def named_groups(self, groups: Sequence[Sequence[Difference]]) -> list[list[Named]]:
        """Several lists of differences at once; no query where none of them has relations."""
        ids = [one for group in groups for difference in group for one in _shown_ids(difference)]
        relatives = relatives_of(self.organization, ids, self.may_view)
        return [[_named(difference, relatives) for difference in group] for group in groups]


def _shown_ids(difference: Difference) -> Iterator[str]:
    for links in (difference.links_before, difference.links_after):
        yield from map(id_in, links.own[:MOST_LINES] if links else ())


def _named(difference: Difference, relatives: Mapping[str, Relative]) -> Named:
    if difference.is_of_members:
        shared, hides_rest = difference.unchanged or 0, difference.unchanged is None
        before, after = (
            Side(text or "", shared=shared, hides_rest=hides_rest) for text in (difference.before, difference.after)
        )
        return Named(difference.name, before, after)
    return Named(
        difference.name,
        _side(difference.before, difference.links_before, relatives),
        _side(difference.after, difference.links_after, relatives),
    )


def _side(text: str | None, links: Links | None, relatives: Mapping[str, Relative]) -> Side | None:
    if links is None:
        return None if text is None else Side(text)
    lines = tuple(item_of_link(one, relatives) for one in links.own[:MOST_LINES])
    return Side(has_lines=True, lines=lines, more=len(links.own) - len(lines), shared=links.shared)
