"""FilterBar: a chip per filter that is set, a menu per filter that can be; each list says what its fields are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from inbound.ui.narrowing import Narrowed, any_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Inputs = dict[str, Any]  # Any: named inputs of a component
Word = Callable[[str, str], str]
"""From the name of a field and a value to what people call the value."""

MOST_NAMED = 3
"""Values a chip spells out."""


@dataclass(frozen=True, slots=True)
class FilterBar:
    """labels: field → its name. mono: fields whose values are codes. texts: fields that are typed → an example.
    pages: field → name of the page of its value."""

    labels: Mapping[str, _StrPromise]
    mono: frozenset[str]
    texts: Mapping[str, str]
    pages: Mapping[str, str] = field(default_factory=dict)

    def chips(self, asked: Narrowed, word: Word, zone: ZoneInfo, empties: str) -> list[Inputs]:
        """One chip per field that narrows the list; empties names the one to blame for an empty list."""
        chips = [
            {
                "label": self.labels[name],
                "value": words_of(name, values, word),
                "url": self._page_of(name, values[0], word),
                "remove_url": asked.address((name,)),
                "status": values[0] if name == "status" else "",
                "mono": name in self.mono and len(values) <= MOST_NAMED,
                "empties": name == empties,
            }
            for name, values in asked.values.items()
        ]
        chips += self.unread_chips(asked)
        if asked.window.name:
            return chips
        remove_url = asked.address(("from", "to"))
        return [*chips, {"label": _("Time"), "value": asked.window.label(zone), "remove_url": remove_url}]

    def _page_of(self, name: str, value: str, word: Word) -> str:
        """Of a value that has one and is known, which its word tells; else empty."""
        is_known = name in self.pages and word(name, value) != value
        return reverse(self.pages[name], args=[value]) if is_known else ""

    def unread_chips(self, asked: Narrowed) -> list[Inputs]:
        """One chip per parameter that makes no sense, with an example of what would; they narrow nothing."""
        times = dict.fromkeys(("from", "to"), _("2026-01-31T08:00; what ends before it begins is no window."))
        return [
            {
                "label": self.labels.get(name, _("Time")),
                "value": value,
                "remove_url": asked.without_unread((name, value)).address(),
                "is_unread": True,
                "example": self.texts.get(name) or times.get(name, ""),
            }
            for name, value in asked.unread
        ]

    def choices(self, asked: Narrowed, options: Mapping[str, Sequence[tuple[str, str]]]) -> list[Inputs]:
        """The menus: lists to choose from, by field as (value, words), and inputs for what is typed and not set yet."""
        lists = [self._choice(name, found, asked) for name, found in options.items() if len(found) > 1]
        typed = [
            {"name": name, "label": self.labels[name], "text": "", "placeholder": example}
            for name, example in self.texts.items()
            if name not in asked.values
        ]
        return lists + typed

    def _choice(self, name: str, found: Sequence[tuple[str, str]], asked: Narrowed) -> Inputs:
        chosen = asked.of(name)
        options = [{"value": value, "label": label, "selected": value in chosen} for value, label in found]
        return {"name": name, "label": self.labels[name], "options": options}


def words_of(name: str, values: tuple[str, ...], word: Word) -> str:
    """The values of a field, or how many they are."""
    return any_of(len(values)) if len(values) > MOST_NAMED else ", ".join(word(name, value) for value in values)
