"""Parts of the frame that are the same on page after page: {% load frame %}."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.web.navigation import Entry, LinkGroup

register = template.Library()


class Line(NamedTuple):
    """A link of the frame. waiting: how many things wait for a person behind it."""

    entry: Entry
    url: str
    waiting: int


class LineGroup(NamedTuple):
    """The links under one heading, "" for none."""

    label: str
    links: tuple[Line, ...]


@register.simple_tag
def frame_part(name: str, navigation: Iterable[LinkGroup], section: str = "") -> SafeString:
    """components/<name>.html with navigation and section, drawn once for all pages on which they are the same."""
    groups = tuple(
        LineGroup(str(group.label), tuple(Line(link.entry, link.url, link.waiting) for link in group.links))
        for group in navigation
    )
    return _drawn(name, groups, section, get_language() or "")


@lru_cache(maxsize=512)  # a tenth of what a page costs is these links, twice, and the list of keys
def _drawn(name: str, groups: tuple[LineGroup, ...], section: str, language: str) -> SafeString:
    """language: of the words, which it is cached for."""
    return render_to_string(f"components/{name}.html", {"navigation": groups, "section": section})
