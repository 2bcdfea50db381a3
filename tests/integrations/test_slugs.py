"""How a slug comes from a name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slugs import LONGEST_SLUG, derive_slug, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Customer Sync", "customer-sync"),
        ("  Zähler – Stände!  ", "z-hler-st-nde"),
        ("meter_readings v2", "meter_readings-v2"),
        ("a - b", "a-b"),
        ("__x", "x"),
        ("???", "use-case"),
        ("İstanbul", "i-stanbul"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_slug_is_the_lower_case_name_with_hyphens_for_other_characters(name, slug):
    assert slugify(name) == slug


@given(st.text(max_size=400), st.sets(st.text(max_size=20)))
def test_a_derived_slug_is_always_valid_and_free(name, taken):
    slug = derive_slug(name, taken)
    assert re.fullmatch("[a-z0-9][a-z0-9_-]*", slug)
    assert len(slug) <= LONGEST_SLUG
    assert slug not in taken


def test_a_taken_slug_gets_the_first_free_number():
    assert derive_slug("Customers", {"customers", "customers-2"}) == "customers-3"


def test_a_number_never_makes_a_slug_too_long():
    assert derive_slug("x" * 255, {"x" * 255}) == "x" * 253 + "-2"
