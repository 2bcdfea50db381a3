"""JSON Schemas and examples: over the whole catalogue, what is published is true."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.entities.schemas import Schema, catalogue, misfits, missing, schema_of
from hub.entities.schemas.catalogue import bare_schema, groups
from hub.entities.schemas.example import example_of
from hub.entities.schemas.json_schema import DRAFT, json_schema_of
from hub.entities.schemas.types import KINDS, WITH_OPTIONS

every_schema = pytest.mark.parametrize("slug", catalogue())


def fits(schema: Schema, document: Any) -> bool:
    return bool(jsonschema_rs.validator_for(json_schema_of(schema)).is_valid(document))


@every_schema
def test_an_example_validates_against_its_schema(slug: str):
    schema = schema_of(slug)
    jsonschema_rs.validate(json_schema_of(schema), example_of(schema))


@every_schema
def test_an_example_has_no_misfits_and_leaves_nothing_out(slug: str):
    schema = schema_of(slug)
    assert (misfits(schema, example_of(schema)), missing(schema, example_of(schema))) == ([], [])
    assert set(schema.attributes) <= set(example_of(schema))


@every_schema
def test_a_schema_is_a_document_of_the_draft_of_2020(slug: str):
    document = json_schema_of(schema_of(slug))
    assert document["$schema"] == DRAFT
    jsonschema_rs.meta.validate(document)


@every_schema
def test_an_entity_without_values_validates_where_nothing_is_required(slug: str):
    schema = schema_of(slug)
    empty = dict.fromkeys(set(schema.attributes) - set(schema.required))
    assert fits(schema, empty) is not schema.required
    assert misfits(schema, empty) == []


def own(**attributes: str) -> Schema:
    return Schema("own", "Own", "Own", "{a}", (), attributes, is_core=False)


kinds = st.sampled_from(sorted(set(KINDS) - WITH_OPTIONS)) | st.lists(
    st.text(st.characters(exclude_characters="|", codec="utf-8"), min_size=1), min_size=1, unique=True
).map(lambda options: f"enum({'|'.join(options)})")


@given(attributes=st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True), kinds, max_size=6))
def test_the_example_of_any_schema_validates_and_fits(attributes: dict[str, str]):
    schema = own(**attributes)
    jsonschema_rs.validate(json_schema_of(schema), example_of(schema))
    assert misfits(schema, example_of(schema)) == []


VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["", "2026-01-15", "2026-01-15T08:00:00Z", "EUR", "12.50", "a@b", "open", "DE"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["email", "phone", "value", "type", "_tags", "country", "a"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@given(kind=st.sampled_from([*sorted(set(KINDS) - {"enum"}), "enum(open|closed)"]), value=VALUES)
def test_what_validates_has_no_misfits(kind: str, value: Any):
    schema = own(a=kind)
    if fits(schema, {"a": value}):
        assert misfits(schema, {"a": value}) == []


def test_the_group_of_requests_adds_to_core_schemas_and_repeats_nothing():
    for group in groups().values():
        for slug, attributes in group.schemas.items():
            assert not set(attributes) & set(schema_of(slug).attributes)
            jsonschema_rs.validate(json_schema_of(own(**attributes)), example_of(own(**attributes)))


def test_a_schema_that_nobody_defined_describes_what_all_entities_have():
    assert set(json_schema_of(bare_schema("spare-part"))["properties"]) >= {"_tags", "_purpose"}
