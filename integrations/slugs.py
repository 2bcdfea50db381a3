"""Slugs: how one is derived from a name, and how a derived one avoids those that are taken."""

from __future__ import annotations

import re
from collections.abc import Container

LONGEST_SLUG = 255
NAMELESS = "use-case"
"""The slug of a name without a single letter or digit."""

_OTHER = re.compile(r"[^a-z0-9_]+")


def slugify(name: str) -> str:
    """The name in lower case with every run of other characters as one hyphen; always a valid slug."""
    slug = _OTHER.sub("-", name.lower()).strip("-").lstrip("-_")
    return slug[:LONGEST_SLUG] or NAMELESS


def derive_slug(name: str, taken: Container[str]) -> str:
    """slugify(name), with -2, -3, … appended when that is taken already."""
    base = slugify(name)
    slug, number = base, 1
    while slug in taken:
        number += 1
        suffix = f"-{number}"
        slug = base[: LONGEST_SLUG - len(suffix)] + suffix
    return slug
