"""The page of all codes: what each means, what to do about it, and whether an event is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.web.access import page
from hub.web.requests import HubRequest
from monitoring.codes import ALIASES, CODES, WARNINGS, Category, Code
from monitoring.codes.deliveries import HTTP_ANSWERS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: Final[dict[Category, tuple[_StrPromise, _StrPromise]]] = {
    Category.VALIDATION: (_("Validation"), _("What was sent has to change.")),
    Category.CONFIGURATION: (_("Configuration"), _("What was configured has to change.")),
    Category.DOWNSTREAM_API: (_("Other systems"), _("Another system refused or failed.")),
    Category.TIMEOUT: (_("Timeout"), _("Somebody did not answer in time.")),
    Category.SYSTEM: (_("System"), _("The hub itself failed, or waits for itself.")),
    Category.NONE: (_("No category"), _("What went well, and what is worth knowing.")),
}
"""Category → its name and whose move it is, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of one code. warning: what it means as a warning, where that is something else; aliases: other
    names of it."""

    code: Code
    warning: Code | None
    aliases: Sequence[str]


@dataclass(frozen=True, slots=True)
class Group:
    """The codes of one category, by name."""

    id: str
    label: _StrPromise
    text: _StrPromise
    entries: Sequence[Entry]


@page(Capability.MONITOR)
@require_safe
def codes(request: HubRequest) -> HttpResponse:
    """Made from the catalogue alone; the same for everybody."""
    return render(request, "monitoring/codes.html", {"groups": groups_of([*CODES.values(), HTTP_ANSWERS])})


def groups_of(listed: Sequence[Code]) -> list[Group]:
    """A category without codes has no group."""
    by_name = sorted(listed, key=lambda code: code.name)
    groups = [
        Group(
            id=f"category-{category or 'none'}",
            label=label,
            text=text,
            entries=[_entry(code) for code in by_name if code.category == category],
        )
        for category, (label, text) in LABELS.items()
    ]
    return [group for group in groups if group.entries]


def _entry(code: Code) -> Entry:
    aliases = [alias for alias, name in ALIASES.items() if name == code.name]
    return Entry(code, WARNINGS.get(code.name), aliases)
