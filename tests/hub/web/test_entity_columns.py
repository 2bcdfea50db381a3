"""columns_of: what can be a column, the most frequent attributes outside the schema among it."""

from __future__ import annotations

from hub.entities.schemas import Schema
from hub.web.entities.columns import MOST_OUTSIDE, columns_of

CONTRACT = Schema(
    slug="contract",
    title="Contract",
    plural="Contracts",
    title_template="{contract_number}",
    identifiers=("contract_number",),
    attributes={"contract_number": "string", "balance": "money"},
)


def names(choices):
    return [one.name for one in choices]


def test_the_schema_comes_first_in_its_own_order_and_the_rest_by_name():
    columns = columns_of(CONTRACT, ["zone"], [{"width": 1, "area": 2, "balance": 3}])
    assert (names(columns.known), names(columns.outside)) == (
        ["contract_number", "balance"],
        ["area", "width", "zone"],
    )
    assert [one.name for one in columns.outside if one.is_chosen] == ["zone"]


def test_parts_of_an_amount_and_tags_are_not_outside_the_schema():
    columns = columns_of(CONTRACT, [], [{"balance_decimal": "1.50", "_tags": ["vip"], "_changesets": {}}])
    assert (sorted(names(columns.known)), columns.outside) == (
        ["_tags", "balance", "balance_decimal", "contract_number"],
        [],
    )


def test_the_rarest_ones_are_left_out_and_counted_and_a_chosen_one_never_is():
    frequent = {f"z{number:02}": 1 for number in range(MOST_OUTSIDE)}
    rare = {"a": 1, "b": 1}
    columns = columns_of(CONTRACT, ["b"], [frequent, frequent | rare])
    assert names(columns.outside) == ["b", *frequent]
    assert columns.left_out == 1


def test_what_no_address_can_name_is_not_offered():
    assert columns_of(CONTRACT, [], [{"a.b": 1, "a b": 2, "": 3}]).outside == []
