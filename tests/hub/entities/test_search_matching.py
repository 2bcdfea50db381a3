"""The database finds exactly what the rules in Python say, whatever the document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.entities.query.conditions import condition_of
from hub.entities.query.matching import contains, holds
from hub.entities.query.scope import Scope
from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import Selection
from hub.entities.query.syntax import Equals, Not, Prefix, Present, Range, Term, Test
from hub.entities.schemas.book import SchemaBook
from tests.builders import make_organization
from tests.hub.entities.conftest import Store

TEXTS = st.sampled_from(
    ["", "a", "ab", "B", "ä", "1", "01", "1.5", "-3", "true", "null", "%", "_", "\\", '"', "'", "$.a"]
)
SCALARS = st.one_of(TEXTS, st.sampled_from([0, 1, -3, 1.5, 10**15]), st.booleans(), st.none())
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "ä-1"]), inner, max_size=3),
    max_leaves=8,
)
PATHS = st.lists(st.sampled_from(["a", "b", "ä-1"]), min_size=1, max_size=3).map(tuple)
ENDS = st.none() | TEXTS.filter(bool)
TESTS = st.one_of(
    TEXTS.map(Equals), TEXTS.filter(bool).map(Prefix), st.just(Present()), st.builds(Range, low=ENDS, high=ENDS)
)


def finds(store: Store, term: Term | Not) -> bool:
    """Whether the database finds the one entity by this condition."""
    organization_id = store.organization.pk
    condition = condition_of(term, Scope(SchemaBook({}), frozenset({"thing"}), {}), organization_id)
    with statements().time_limit(5):
        return bool(statements().count(Selection(organization_id, "thing", None, condition), 2))


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=DOCUMENTS, path=PATHS, test=TESTS)
def test_a_test_of_an_attribute_holds_in_the_database_as_it_does_in_python(
    document: Any, path: tuple[str, ...], test: Test
):
    store = Store(make_organization())
    store.upsert("thing", number="1", root=document)
    stored = store.only("thing").attributes
    term = Term(".".join(("root", *path)), test, 0)
    expected = holds(stored, ("root", *path), test)
    assert (finds(store, term), finds(store, Not(term))) == (expected, not expected)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=DOCUMENTS, title=DOCUMENTS, needle=TEXTS.filter(bool))
def test_a_word_of_the_title_is_found_in_the_database_as_it_is_in_python(name: Any, title: Any, needle: str):
    store = Store(make_organization())
    store.upsert("thing", number="x", name=name, title=title)
    texts = tuple(((attribute,),) for attribute in ("name", "title", "code", "external_id"))
    assert finds(store, Term("_title", Equals(needle), 0)) == contains(store.only("thing").attributes, texts, needle)
