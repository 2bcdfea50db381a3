"""look: the first events of a scope and which of them would run, page after page until some do, within one bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub import clock
from hub.accounts.models import Organization
from hub.json_types import JSONValue
from inbound.models import InboundEvent
from inbound.query import TooSlow, patience
from inbound.replays.options import Options
from inbound.replays.scopes import Page, Scope
from inbound.replays.verdicts import Verdict, Verdicts, verdicts_of

AT_ONCE: Final = 1_000
"""Rows of one page; no other is looked at where enough of its events would run."""
ENOUGH: Final = 20
"""Events that would run: as many examples as a person reads."""
MOST_LOOKED_AT: Final = 10_000
"""Rows; what is beyond is looked at by the job."""
PATIENCE_S: Final = 5.0
"""For all pages together: somebody waits."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found among the first rows of a scope.

    events: in their order, with what is known of them; missing: ids and texts that name none. looked_at: rows that were
    passed, of which those that are no event of the scope are not among events. is_all: whether no row is left, so that
    these are all.
    """

    events: Sequence[InboundEvent]
    verdicts: Verdicts
    missing: int
    looked_at: int
    is_all: bool

    @property
    def runs(self) -> Sequence[InboundEvent]:
        """Those that would run."""
        return [event for event in self.events if event.pk not in self.verdicts.left_out]


def look(*, organization: Organization, scope: Scope, options: Options) -> Looked:
    """Page after page until ENOUGH events would run, nothing is left, or MOST_LOOKED_AT or PATIENCE_S is reached.

    A dozen queries a page. The first page is there in any case, unless it raises TooSlow within somebody's patience;
    where reading payloads takes too long it is short.
    """
    seen: list[tuple[Page, Verdicts]] = []
    runs = 0
    for page, verdicts in _pages(organization, scope, options):
        seen.append((page, verdicts))
        runs += len(page.events) - len(verdicts.left_out)
        if runs >= ENOUGH:
            break
    pages = [page for page, _ in seen]
    return Looked(
        events=[event for page in pages for event in page.events],
        verdicts=_together([verdicts for _, verdicts in seen]),
        missing=sum(len(page.unknown) + len(page.unreadable) for page in pages),
        looked_at=sum(page.looked_at for page in pages),
        is_all=pages[-1].is_last,
    )


def _pages(organization: Organization, scope: Scope, options: Options) -> Iterator[tuple[Page, Verdicts]]:
    deadline, left = clock.monotonic() + PATIENCE_S, MOST_LOOKED_AT
    page, verdicts = _page(organization, scope, options, None, min(AT_ONCE, left), deadline)
    yield page, verdicts
    while not page.is_last and (left := left - page.looked_at) > 0 and (rest_s := deadline - clock.monotonic()) > 0:
        try:
            with patience(rest_s):
                page, verdicts = _page(organization, scope, options, page.cursor, min(AT_ONCE, left), deadline)
        except TooSlow:
            return
        yield page, verdicts


def _page(
    organization: Organization, scope: Scope, options: Options, cursor: JSONValue, limit: int, deadline: float
) -> tuple[Page, Verdicts]:
    page = scope.page(organization.pk, cursor, limit, deadline)
    return page, verdicts_of(organization=organization, events=page.events, options=options)


def _together(found: Sequence[Verdicts]) -> Verdicts:
    left_out: dict[UUID, Verdict] = {}
    targets: dict[UUID, UUID] = {}
    versions: dict[UUID, int] = {}
    for one in found:
        left_out |= one.left_out
        targets |= one.targets
        versions |= one.versions
    return Verdicts(left_out, targets, versions)
