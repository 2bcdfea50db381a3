"""What pages say of codes: {% load codes %}."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitoring.codes.addresses import address_of

register = template.Library()
register.filter("code_address", address_of)


@register.simple_tag
def code_link(code: str) -> SafeString:
    """A code that leads to what it means, if the catalogue knows it."""
    return _code_link(str(code))


@lru_cache(maxsize=1024)  # always the same text, and lists have one in each row
def _code_link(code: str) -> SafeString:
    url = address_of(code)
    if not url:
        return format_html('<span class="ih-code-name">{}</span>', code)
    return format_html('<a class="ih-code-name" href="{}">{}</a>', url, code)
