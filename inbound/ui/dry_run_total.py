"""shown_of: what a dry run found, in a few sentences, and its events with those together that come to the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hub.web.templatetags.numbers import number
from inbound.models import EventStatus
from inbound.ui.dry_run_rows import TriedRow


@dataclass(frozen=True, slots=True)
class Block:
    """One event, or several that would change nothing and have the same to say."""

    rows: Sequence[TriedRow]

    @property
    def first(self) -> TriedRow:
        """Stands for all where they are several."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class DryRunShown:
    """total: sentences about all that were tried, none where it was one; blocks: in the order of their first events."""

    count: int
    total: Sequence[str]
    blocks: Sequence[Block]


def shown_of(rows: Sequence[TriedRow]) -> DryRunShown:
    """What a page shows of a dry run."""
    groups: dict[object, list[TriedRow]] = {}
    for row in rows:
        key = row.event_id if row.changes or row.published else (row.status, row.is_nothing, *row.problems)
        groups.setdefault(key, []).append(row)
    return DryRunShown(len(rows), [*_total(rows)] if len(rows) > 1 else [], [Block(group) for group in groups.values()])


def _total(rows: Sequence[TriedRow]) -> Iterator[str]:
    failing = [row for row in rows if row.status == EventStatus.ERROR]
    waiting = [row for row in rows if row.status == EventStatus.RETRYING]
    others = [row for row in rows if row.status not in {EventStatus.ERROR, EventStatus.RETRYING}]
    changing = sum(1 for row in others if row.changes)
    counted = [
        (len(failing), _("%(count)s of the %(total)s tried would fail: %(codes)s."), _codes(failing)),
        (len(waiting), _("%(count)s of the %(total)s tried would have to wait: %(codes)s."), _codes(waiting)),
        (changing, _("%(count)s of the %(total)s tried would change something."), ""),
        (len(others) - changing, _("%(count)s of the %(total)s tried would change nothing."), ""),
    ]
    for count, text, codes in counted:
        if count:
            yield text % {"count": number(count), "total": number(len(rows)), "codes": codes}


def _codes(rows: Iterable[TriedRow]) -> str:
    """The most frequent first."""
    counts = Counter(code for row in rows for code in {code for code, _message in row.problems})
    return ", ".join(code for code, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
