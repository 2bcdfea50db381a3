"""The filter bar of the list: a chip per filter that is set, a menu per filter that can be."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.web.templatetags.statuses import status_look
from inbound.models import EventStatus
from inbound.ui.filter_bar import FilterBar, Inputs, words_of
from inbound.ui.filters import EVENT_TYPES, LABELS, Asked
from monitoring.codes import CODES, Level

if TYPE_CHECKING:
    from inbound.ui.names import Names

MONO = frozenset({"use_case", "code", "type", "correlation", "event", "issue", "payload"})
TEXTS = {
    "correlation": "isu-20260312-0088213",
    "event": "evt_01JP5K8Q4T7WZ3N5K2VB6M9XHD",
    "payload": "BUT000.PARTNER = 0001032977",
}
"""Fields that are typed, with an example of what is typed."""
SHOWN_CODES = sorted(code.name for code in CODES.values() if code.level is not Level.SUCCESS)


BAR = FilterBar(LABELS, MONO, TEXTS, {"issue": "monitoring:issue"})


def chips_of(asked: Asked, names: Names, zone: ZoneInfo, empties: str = "") -> list[Inputs]:
    """One chip per field that narrows the list; empties names the one to blame for an empty list."""
    return BAR.chips(asked, partial(_word, names), zone, empties)


def refused_of(asked: Asked) -> list[Inputs]:
    """One chip per filter that cannot be read: because of them nothing is done to all that match."""
    return BAR.unread_chips(asked)


def text_of(name: str, values: tuple[str, ...], names: Names) -> str:
    """The values of a field, in words."""
    return words_of(name, values, partial(_word, names))


def choices_of(asked: Asked, names: Names) -> list[Inputs]:
    """The menus: lists to choose from, and fields for ids that are not set yet."""
    options = {
        "status": [(one, str(status_look(one).label)) for one in EventStatus.values],
        "integration": [(str(one.pk), one.name) for one in names.integrations.values()],
        "use_case": [(str(one.pk), one.slug) for one in names.inbound_use_cases],
        "code": [(one, one) for one in SHOWN_CODES],
        "type": [(one, one) for one in EVENT_TYPES],
    }
    return BAR.choices(asked, options)


def _word(names: Names, name: str, value: str) -> str:
    if name == "status":
        return str(status_look(value).label)
    if name == "integration":
        return names.integration(UUID(value)) or value
    if name == "use_case":
        return names.use_case(UUID(value)) or value
    if name == "issue":
        return names.issues.get(UUID(value)) or value
    return value
