"""What the histogram draws: {% load histogram %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hub.web.templatetags.moments import machine_time
from hub.web.templatetags.ui import number_cells, rectangles

if TYPE_CHECKING:
    from inbound.ui.histogram import Bar, Histogram

register = template.Library()


@register.simple_tag
def bar_links(histogram: Histogram) -> SafeString:
    """Each bar as a link to its own time; a loop in a template would cost five times as much."""
    return format_html_join("\n", "{}", ((_link(bar, histogram.height),) for bar in histogram.bars))


@register.simple_tag
def bar_rows(histogram: Histogram) -> SafeString:
    """The numbers behind the bars as rows of a table, the newest first; empty steps are left out."""
    rows = ((bar.url, bar.label, number_cells(bar.cells)) for bar in reversed(histogram.bars) if bar.total)
    return format_html_join("\n", '<tr><th scope="row"><a href="{}">{}</a></th>{}</tr>', rows)


def _link(bar: Bar, height: int) -> SafeString:
    return format_html(
        '<a href="{}" tabindex="-1" data-since="{}" data-until="{}" data-label="{}"><title>{}</title>'
        '<rect x="{}" y="0" width="{}" height="{}" class="ih-histogram__slot"/>{}</a>',
        bar.url,
        machine_time(bar.since),
        machine_time(bar.until),
        bar.label,
        bar.title,
        bar.x,
        bar.width,
        height,
        rectangles(bar.pieces),
    )
