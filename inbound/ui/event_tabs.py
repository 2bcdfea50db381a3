"""The tabs of an event's page; each has an address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hub.web.templatetags.numbers import number
from inbound.ui.filters import Asked

TABS = ("payload", "result", "replays", "json")


def tab_of(wanted: str, *, has_results: bool) -> str:
    """The tab that is open: the wanted one, else what tells most."""
    if wanted in TABS:
        return wanted
    return "result" if has_results else "payload"


def tabs_of(asked: Asked, changes: int) -> list[dict[str, Any]]:  # Any: inputs of a component
    """The tabs, with the filters of the list in their addresses."""
    labels = {"payload": _("Payload"), "result": _("Result"), "replays": _("Replays"), "json": _("JSON")}
    counts = {"result": number(changes)}
    return [{"key": key, "label": labels[key], "url": asked.address(tab=key), "count": counts.get(key)} for key in TABS]
