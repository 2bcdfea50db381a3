"""The filter bar of the list: a chip per filter that is set, a menu per filter that can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hub.web.templatetags.statuses import status_look
from inbound.models import EventStatus
from inbound.ui.filters import EVENT_TYPES, LABELS, Asked
from inbound.ui.narrowing import any_of
from monitoring.codes import CODES, Level

if TYPE_CHECKING:
    from inbound.ui.names import Names

Inputs = dict[str, Any]  # Any: named inputs of a component

MOST_NAMED = 3
"""Values a chip spells out."""
MONO = frozenset({"use_case", "code", "type", "correlation", "event"})
TEXTS = {"correlation": "isu-20260312-0088213", "event": "evt_01JP5K8Q4T7WZ3N5K2VB6M9XHD"}
"""Fields that are typed, with an example of what is typed."""
SHOWN_CODES = sorted(code.name for code in CODES.values() if code.level is not Level.SUCCESS)


def chips_of(asked: Asked, names: Names, zone: ZoneInfo, empties: str = "") -> list[Inputs]:
    """One chip per field that narrows the list; empties names the one to blame for an empty list."""
    chips = [
        {
            "label": LABELS[name],
            "value": text_of(name, values, names),
            "remove_url": asked.address((name,)),
            "status": values[0] if name == "status" else "",
            "mono": name in MONO and len(values) <= MOST_NAMED,
            "empties": name == empties,
        }
        for name, values in asked.values.items()
    ]
    if asked.window.name:
        return chips
    remove_url = asked.address(("from", "to"))
    return [*chips, {"label": _("Time"), "value": asked.window.label(zone), "remove_url": remove_url}]


def text_of(name: str, values: tuple[str, ...], names: Names) -> str:
    """The values of a field, in words."""
    if len(values) > MOST_NAMED:
        return any_of(len(values))
    return ", ".join(_word(name, value, names) for value in values)


def choices_of(asked: Asked, names: Names) -> list[Inputs]:
    """The menus: lists to choose from, and fields for ids that are not set yet."""
    options = {
        "status": [(one, str(status_look(one).label)) for one in EventStatus.values],
        "integration": [(str(one.pk), one.name) for one in names.integrations.values()],
        "use_case": [(str(one.pk), one.slug) for one in names.inbound_use_cases],
        "code": [(one, one) for one in SHOWN_CODES],
        "type": [(one, one) for one in EVENT_TYPES],
    }
    lists = [_choice(name, found, asked) for name, found in options.items() if len(found) > 1]
    typed = [
        {"name": name, "label": LABELS[name], "text": "", "placeholder": example}
        for name, example in TEXTS.items()
        if name not in asked.values
    ]
    return lists + typed


def _choice(name: str, found: list[tuple[str, str]], asked: Asked) -> Inputs:
    chosen = asked.values.get(name, ())
    options = [{"value": value, "label": label, "selected": value in chosen} for value, label in found]
    return {"name": name, "label": LABELS[name], "options": options}


def _word(name: str, value: str, names: Names) -> str:
    if name == "status":
        return str(status_look(value).label)
    if name == "integration":
        return names.integration(UUID(value)) or value
    if name == "use_case":
        return names.use_case(UUID(value)) or value
    return value
