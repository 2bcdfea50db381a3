"""What the preview and the report show: counts that lead to their rows, and one page of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from hub.entities.operations import Outcome
from hub.entities.read import find_entities, title
from hub.entities.transfer.results import ImportResult, RowResult

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Words:
    """What an outcome is called before and after the writing, each with the status that its badge shows."""

    before: _StrPromise
    planned: str
    after: _StrPromise
    status: str


WORDS: Final[Mapping[Outcome, Words]] = {
    Outcome.CREATED: Words(_("Create"), "planned", _("Created"), "created"),
    Outcome.UPDATED: Words(_("Change"), "planned", _("Changed"), "updated"),
    Outcome.NO_OP: Words(_("Unchanged"), "unchanged", _("Unchanged"), "unchanged"),
    Outcome.FAILED: Words(_("Error"), "error", _("Failed"), "failed"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of one outcome."""

    key: str
    label: _StrPromise
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its badge and, where the entity is there, its title."""

    result: RowResult
    label: _StrPromise
    status: str
    title: str


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of an outcome, or of all. next: the row after which the next page goes on, 0 on the last."""

    outcome: str
    rows: Sequence[ShownRow]
    total: int
    is_later: bool
    next: int


def counts_of(result: ImportResult, *, is_written: bool) -> list[Count]:
    """One for every outcome; those without rows lead nowhere."""
    return [
        Count(
            key=outcome.value,
            label=words.after if is_written else words.before,
            count=result.count(outcome),
            url=f"?outcome={outcome.value}#rows" if result.count(outcome) else "",
        )
        for outcome, words in WORDS.items()
    ]


def page_of(organization: Organization, result: ImportResult, query: QueryDict, *, is_written: bool) -> RowPage:
    """The page that an address asks for; what cannot be read of it is left out. One query for the titles."""
    outcome = query.get("outcome", "")
    wanted = [row for row in result.rows if row.outcome == outcome] if outcome in [*WORDS] else list(result.rows)
    after = _number(query.get("after", ""))
    behind = [row for row in wanted if row.row > after]
    listed = behind[:PAGE_ROWS]
    titles = _titles(organization, listed)
    rows = [
        ShownRow(
            result=row,
            label=WORDS[row.outcome].after if is_written else WORDS[row.outcome].before,
            status=WORDS[row.outcome].status if is_written else WORDS[row.outcome].planned,
            title=titles.get(row.entity_id, ""),
        )
        for row in listed
    ]
    next_after = listed[-1].row if len(behind) > PAGE_ROWS else 0
    return RowPage(outcome if outcome in [*WORDS] else "", rows, len(wanted), bool(after), next_after)


def _titles(organization: Organization, rows: Sequence[RowResult]) -> dict[str, str]:
    ids = {UUID(row.entity_id) for row in rows if row.entity_id}
    return {str(one.pk): title(one, organization) for one in find_entities(organization=organization, ids=ids)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
