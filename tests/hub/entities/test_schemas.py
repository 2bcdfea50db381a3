"""The catalogue of schemas, and what entities are called."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hub.entities.schemas import catalogue, declared_identifiers, is_repeatable, schema_of, title_of, type_of

SOMEBODY = UUID("01a20e4a-aad7-2ea1-64e4-b2be9472073b")


def title(schema: str, **attributes: Any) -> str:
    return title_of(schema=schema, entity_id=SOMEBODY, attributes=attributes)


def test_the_catalogue_lists_the_core_schemas():
    assert {
        "contact",
        "account",
        "contract",
        "billing_account",
        "billing_event",
        "meter",
        "meter_counter",
        "file",
    } < set(catalogue())
    assert {"article", "article_category", "product_order", "work_instruction", "recording"} < set(catalogue())


@pytest.mark.parametrize("slug", catalogue())
def test_declared_identifiers_and_required_attributes_are_attributes(slug: str):
    schema = schema_of(slug)
    assert {*schema.identifiers, *schema.required} <= set(schema.attributes)


@pytest.mark.parametrize("slug", catalogue())
def test_relations_lead_to_known_schemas(slug: str):
    targets = {kind.partition("(")[2].rstrip(")") for kind in schema_of(slug).attributes.values() if "relation" in kind}
    assert targets - {"", "journey"} <= set(catalogue())


def test_a_contact_is_called_by_its_names():
    assert title("contact", first_name="Ute", last_name="Petersen", customer_number="C-1") == "Ute Petersen"
    assert title("contact", last_name=" Petersen ") == "Petersen"


def test_a_contact_without_names_is_called_by_its_number():
    assert title("contact", first_name="", last_name=None, customer_number=7) == "7"


def test_a_contact_with_an_email_alone_is_called_by_it():
    assert title("contact", email=[{"email": "a@x.test"}]) == "a@x.test"


def test_an_entity_without_any_name_is_called_by_its_kind():
    assert title("billing_account") == "Billing account 9472073b"


def test_an_unknown_schema_has_a_title_of_its_own():
    assert schema_of("spare-part").title == "Spare part"
    assert title("spare-part", name="Bolt") == "Bolt"
    assert declared_identifiers("spare-part") == ()


def test_types_are_known_without_their_brackets():
    assert (type_of("contact", "email"), type_of("contact", "salutation")) == ("email", "enum")
    assert type_of("contact", "favourite_colour") is None


def test_emails_and_addresses_are_repeatable():
    assert is_repeatable("contact", "email")
    assert is_repeatable("contact", "address")
    assert not is_repeatable("contact", "last_name")
