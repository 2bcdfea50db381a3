"""address_of: where a person reads what a code means."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse

from monitoring.codes import get_code


@lru_cache(maxsize=512)  # rows of a list ask for the same few
def address_of(name: str) -> str:
    """The entry of a code on the page of all codes; "" for a code that the catalogue does not know."""
    anchor = get_code(name).anchor
    return f"{reverse('monitoring:codes')}#{anchor}" if anchor else ""
