"""The filter bar of the list of deliveries: a chip per filter that is set, a menu per filter that can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.web.templatetags.statuses import status_look
from inbound.ui.filter_bar import FilterBar, Inputs, words_of
from integrations.models import UseCaseType
from monitoring.codes import Level
from monitoring.codes.deliveries import DELIVERY_CODES
from outbound.delivery_list import Status
from outbound.ui.filters import LABELS, Asked
from outbound.ui.names import Names

MONO = frozenset({"use_case", "event", "code", "correlation", "core_event", "delivery"})
TEXTS = {
    "event": "ContractCreated",
    "correlation": "isu-20260312-0088213",
    "delivery": "dlv_01JP5K8Q4T7WZ3N5K2VB6M9XHD",
}
"""Fields that are typed, with an example of what is typed."""
OTHER_CODES = (
    "EXTERNAL_API_ERROR",
    "TIMEOUT",
    "MAPPING_EXPRESSION_FAILED",
    "MALFORMED_PAYLOAD",
    "HTTP_429",
    "HTTP_503",
)
SHOWN_CODES = sorted({*OTHER_CODES, *(one.name for one in DELIVERY_CODES if one.level is Level.ERROR)})


BAR = FilterBar(LABELS, MONO, TEXTS)


def chips_of(asked: Asked, names: Names, zone: ZoneInfo, empties: str = "") -> list[Inputs]:
    """One chip per field that narrows the list; empties names the one to blame for an empty list."""
    return BAR.chips(asked, partial(word_of, names), zone, empties)


def refused_of(asked: Asked) -> list[Inputs]:
    """One chip per filter that cannot be read: because of them nothing is done to all that match."""
    return BAR.unread_chips(asked)


def text_of(name: str, values: tuple[str, ...], names: Names) -> str:
    """The values of a field, in words."""
    return words_of(name, values, partial(word_of, names))


def choices_of(asked: Asked, names: Names, uploads: Mapping[str, str]) -> list[Inputs]:
    """The menus: lists to choose from, and fields for what is typed. uploads: as named_uploads has them."""
    use_cases = [one for one in names.use_cases.values() if one.type == UseCaseType.OUTBOUND]
    options = {
        "status": [(one.value, str(status_look(one).label)) for one in Status],
        "webhook": [
            *((key, one.name) for key, one in names.webhooks.items()),
            *uploads.items(),
            *names.components.items(),
        ],
        "use_case": [(str(one.pk), one.slug) for one in use_cases],
        "code": [(one, one) for one in SHOWN_CODES],
    }
    return BAR.choices(asked, options)


def word_of(names: Names, name: str, value: str) -> str:
    """One value of a field as people call it."""
    if name == "status":
        return str(status_look(value).label)
    if name == "webhook":
        return names.webhook(value)
    if name == "integration":
        return names.places.integration(UUID(value)) or value
    if name == "use_case":
        return names.places.use_case(UUID(value)) or value
    return value
