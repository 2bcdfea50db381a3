"""distribution_of: what the newest failures of an issue are like, by version, value, message and more; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from monitoring.findings import place_of
from monitoring.issues.fingerprint import host_of, own_detail
from monitoring.models import MonitoringEvent

MOST_VALUES: Final = 5
"""Values of one kind that are named; the rest is counted together."""
SHORT_CHARACTERS: Final = 120
"""Of a text that is longer the page shows the beginning, and the whole of it on demand."""
LONGEST_GIVEN: Final = 120
"""A value that is longer is a document rather than a value; neither does it tell failures apart."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many failures have this value; percent of all that were looked at, 0 to 100."""

    value: str
    number: int
    percent: int

    @property
    def beginning(self) -> str:
        """Of a value that is too long for a line, with a mark where it is cut; empty for a short one."""
        return "" if len(self.value) <= SHORT_CHARACTERS else f"{self.value[: SHORT_CHARACTERS - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Distribution:
    """The commonest values of one kind; rest counts failures with other values."""

    label: str
    shares: tuple[Share, ...]
    rest: int


def distribution_of(spans: Sequence[MonitoringEvent]) -> list[Distribution]:
    """One per kind that any of the failures has a value of."""
    kinds: list[tuple[str, Callable[[MonitoringEvent], str]]] = [
        (_("Version"), lambda span: f"v{span.use_case_version}" if span.use_case_version else ""),
        (_("Value that was given"), lambda span: _scalar(place_of(own_detail(span)).given)),
        (_("Message"), lambda span: span.message),
        (_("Event type"), lambda span: span.event_type),
        (_("Object"), lambda span: span.object_type),
        (_("Target"), lambda span: host_of(own_detail(span))),
    ]
    counted = [(label, Counter(filter(None, map(value_of, spans)))) for label, value_of in kinds]
    return [_distribution(label, values, len(spans)) for label, values in counted if values]


def _scalar(given: str) -> str:
    """The JSON text of a string, a number, a boolean or null; empty for objects and lists, which are whole payloads
    where an expression reads everything: each is another one, and full of what people are called."""
    return "" if given.startswith(("{", "[")) or len(given) > LONGEST_GIVEN else given


def _distribution(label: str, values: Counter[str], total: int) -> Distribution:
    shares = tuple(
        Share(value, number, round(100 * number / total)) for value, number in values.most_common(MOST_VALUES)
    )
    return Distribution(label, shares, values.total() - sum(share.number for share in shares))
