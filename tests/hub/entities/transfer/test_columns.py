"""proposed_mapping: columns by the names and the labels of attributes."""

from __future__ import annotations

import pytest

from hub.entities.schemas import Schema
from hub.entities.transfer.columns import left_out, outside, proposed_mapping

CONTACT = Schema(
    slug="contact",
    title="Contact",
    plural="Contacts",
    title_template="{last_name}",
    identifiers=("customer_number",),
    attributes={"customer_number": "string", "last_name": "string"},
    labels={"customer_number": "Kundennummer"},
)


@pytest.mark.parametrize("column", ["last_name", "Last_Name", "LAST NAME", " last name "])
def test_a_column_is_called_like_an_attribute_or_its_label(column: str):
    assert proposed_mapping(CONTACT, [column]) == {column: "last_name"}


def test_a_label_counts_as_a_name():
    assert proposed_mapping(CONTACT, ["kundennummer", "_id", "_tags"]) == {
        "kundennummer": "customer_number",
        "_id": "_id",
        "_tags": "_tags",
    }


def test_no_attribute_is_read_from_two_columns_and_the_exact_name_wins():
    columns = ["Last name", "last_name", "LAST NAME"]
    assert proposed_mapping(CONTACT, columns) == {column: column for column in columns}


def test_a_column_outside_the_schema_is_kept_as_an_attribute_of_its_name():
    columns = ["Notiz", "LAST NAME", "Farbe des Hauses"]
    mapping = proposed_mapping(CONTACT, columns)
    assert mapping == {"Notiz": "Notiz", "LAST NAME": "last_name", "Farbe des Hauses": "Farbe des Hauses"}
    assert outside(CONTACT, mapping, columns) == ["Notiz", "Farbe des Hauses"]


def test_a_column_whose_name_is_too_long_for_an_attribute_is_left_out():
    columns = ["last_name", "N" * 129]
    assert left_out(proposed_mapping(CONTACT, columns), columns) == ["N" * 129]


def test_what_only_an_export_writes_is_not_missed():
    columns = ["last_name", "Notiz", "_title", "_version", "_row", "_reason", "_acl"]
    mapping = proposed_mapping(CONTACT, columns)
    assert [*mapping] == ["last_name", "Notiz"]
    assert left_out(mapping, columns) == []
