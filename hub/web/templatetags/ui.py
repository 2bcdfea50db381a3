"""The tags and filters of the components: {% load ui %}."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from hub import clock
from hub.display_zone import display_zone
from hub.web.templatetags import moments, numbers, source_code, sparklines, statuses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.forms import BoundField
    from django.http import QueryDict

    from hub.json_types import JSONValue

register = template.Library()

register.filter("number", numbers.number)
register.filter("duration_ms", numbers.duration_ms)
register.filter("bytes", numbers.size)
register.filter("share_of", numbers.share)
register.filter("short_id", source_code.short_id)
register.filter("status_look", statuses.status_look)
register.filter("status_tone", statuses.status_tone)
register.filter("machine_time", moments.machine_time)


@register.filter
def relative_time(at: datetime | None) -> str:
    """How long ago, seen from now."""
    return moments.relative_time(at, clock.now())


@register.filter
def absolute_time(at: datetime | None) -> str:
    """The moment in full, in the display zone."""
    return moments.absolute_time(at, display_zone())


@register.filter
def clock_parts(at: datetime) -> tuple[str, str, str]:
    """Day, time and milliseconds for a table cell."""
    return moments.clock_parts(at, clock.now(), display_zone())


@register.filter
def calendar_day(at: date) -> str:
    """A day, or that of a moment in the display zone."""
    return moments.calendar_day(at.astimezone(display_zone()) if isinstance(at, datetime) else at)


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """An icon of our sprite; decoration only, so a word or a label stands beside it."""
    return _icon(name, css_class)


@lru_cache(maxsize=1024)  # always the same text, and each page has some eighty of them
def _icon(name: str, css_class: str) -> SafeString:
    return format_html(
        '<svg class="ih-icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', css_class, static("hub/icons.svg"), name
    )


@register.simple_tag
def glyph(status: str, css_class: str = "") -> SafeString:
    """The shape of a status, without its word: the word stands beside it."""
    look = statuses.status_look(status)
    return _glyph(look.tone, look.glyph, css_class)


@lru_cache(maxsize=1024)  # as for icons
def _glyph(tone: str, shape: str, css_class: str) -> SafeString:
    return format_html(
        '<svg class="ih-glyph ih-glyph--{} {}" viewBox="0 0 16 16" aria-hidden="true"><use href="#ih-glyph-{}"/></svg>',
        tone,
        css_class,
        shape,
    )


@register.simple_tag
def badge(status: str, text: str = "", tint: str = "") -> SafeString:
    """A status as glyph and word. text: other words; tint: "always" in page heads, "never" to stay plain."""
    return _badge(status, str(text), tint, get_language() or "")


@lru_cache(maxsize=1024)  # as for icons
def _badge(status: str, text: str, tint: str, language: str) -> SafeString:
    """language: of the words, which it is cached for."""
    look = statuses.status_look(status)
    is_tinted = tint == "always" or (look.is_loud and tint != "never")
    return format_html(
        '<span class="ih-status ih-status--{}{}">{}{}</span>',
        look.tone,
        " ih-status--tint" if is_tinted else "",
        _glyph(look.tone, look.glyph, ""),
        text or look.label,
    )


@register.simple_tag
def moment(at: datetime | None, form: str = "", never: str = "") -> SafeString:
    """A moment; its other form is in the tooltip. form: "table" (time of day with milliseconds), "full" (absolute),
    "day", else relative; never: words for None."""
    if not at:
        return format_html('<span class="ih-faint">{}</span>', never or gettext("never"))
    absolute, relative = absolute_time(at), relative_time(at)
    shown: str = relative
    title, css_class = absolute, "ih-time"
    if form == "full":
        shown, title = absolute, relative
    elif form in ("table", "day"):
        shown, title = _table_time(at) if form == "table" else calendar_day(at), f"{absolute} · {relative}"
        css_class = "ih-time ih-time--table" if form == "table" else "ih-time"
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>', css_class, moments.machine_time(at), title, shown
    )


def _table_time(at: datetime) -> SafeString:
    day, time, milliseconds = clock_parts(at)
    part = format_html('<span class="ih-time__part">{}</span> ', day) if day else ""
    return format_html('{}{}<span class="ih-time__part">{}</span>', part, time, milliseconds)


@register.filter
def json_tokens(value: JSONValue) -> SafeString:
    """A JSON value, indented and coloured, every character escaped."""
    return coloured(source_code.json_tokens(value))


@register.filter
def json_text(value: JSONValue) -> str:
    """A JSON value, indented, as plain text: for text areas and for copying."""
    return source_code.json_text(value)


@register.filter
def code_tokens(text: str, language: str = "json") -> SafeString:
    """Source text coloured as json, jsonata, xml or shell, every character escaped."""
    return coloured(source_code.code_tokens(str(text), language))


def coloured(tokens: Iterable[source_code.Token]) -> SafeString:
    """Tokens as spans; plain text as it is."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="ih-token-{}">{}</span>', token.kind, token.text) if token.kind else token.text,)
            for token in tokens
        ),
    )


@register.simple_tag
def sparkline(buckets: Sequence[Mapping[str, int] | None], width: int = 240, height: int = 36) -> SafeString:
    """The rectangles of a sparkline; components/sparkline.html puts the drawing around them."""
    return rectangles(sparklines.sparkline_bars(buckets, width, height))


@register.simple_tag
def rectangles(pieces: Iterable[tuple[float | str, float | str, float | str, float | str, str]]) -> SafeString:
    """What a chart draws: x, y, width, height and class of each; a loop in a template would cost ten times as much.

    All of it is numbers and classes of ours: nothing that anybody has written may be handed in.
    """
    return mark_safe(  # noqa: S308 -- see above
        "".join(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" class="{css_class}"/>'
            for x, y, width, height, css_class in pieces
        )
    )


@register.simple_tag
def number_cells(texts: Iterable[str]) -> SafeString:
    """The cells of a row of figures, for tables as long as charts are wide."""
    cells = [f'<td class="ih-number">{escape(text)}</td>' for text in texts]
    return mark_safe("".join(cells))  # noqa: S308 -- escaped above


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's control in our classes, described by its help and its errors."""
    widget = field.field.widget
    if is_choice_list(field):
        return field.as_widget()
    css_class = "ih-check" if is_checkbox(field) else "ih-input"
    given = widget.attrs.get("class", "")
    widget.attrs.pop("placeholder", None)  # the label says it, and stays when somebody types
    return field.as_widget(attrs={"class": f"{css_class} {given}".strip()})


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether the control is a list of radio buttons or boxes: it needs a group label."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the control is one box: its label stands beside it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:  # Any: whatever a template passes
    """The query of this page with some parameters changed; None or "" removes one. Cursors are always removed."""
    query: QueryDict = context["request"].GET.copy()
    for name in ("cursor", "after", "before", "page"):
        query.pop(name, None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.filter
def initials(name: object) -> str:
    """Two letters for the round mark of a person: "JB" for Jule Brandt, "JU" for jule@example.org."""
    words = str(name).split("@")[0].replace(".", " ").split()
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]).upper()
