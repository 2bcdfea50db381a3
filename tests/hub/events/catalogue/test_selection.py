"""Nodes: what of an entity travels, and by which attributes others are reached."""

from __future__ import annotations

import pytest

from hub.entities.schemas import Schema
from hub.entities.schemas.book import SchemaBook
from hub.events.catalogue import Link, Node, as_node, links
from hub.events.catalogue.selection import travels
from tests.hub.events.catalogue.books import PLAIN

pytestmark = pytest.mark.once

ENTITY = {
    "_id": "1", "_schema": "contact", "_org": "o", "_title": "Ada", "_owners": [{}], "_acl": {}, "_manifest": ["m"],
    "first_name": "Ada", "last_name": "Kern", "birthdate": None,
}  # fmt: skip


def shown(*fields: str) -> set[str]:
    return set(as_node(Node("contact", "contact", "one", fields), ENTITY))


def test_a_node_shows_everything_but_nulls_and_who_may_see_it():
    assert shown() == {"_id", "_schema", "_org", "_title", "first_name", "last_name"}


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        (("first_name",), {"first_name"}),
        (("*_name",), {"first_name", "last_name"}),
        (("**",), {"first_name", "last_name", "_title"}),
        (("**", "!last_name"), {"first_name", "_title"}),
        (("!*_name",), {"_title"}),
        (("!*_name", "last_name"), {"last_name"}),
        (("nothing",), set()),
        (("!_id",), {"first_name", "last_name", "_title"}),
        (("_owners", "_acl", "_manifest"), set()),
    ],
)
def test_fields_choose_what_travels_beside_id_schema_and_organization(fields: tuple[str, ...], names: set[str]):
    assert shown(*fields) == {"_id", "_schema", "_org"} | names


def test_what_looks_like_a_pattern_is_a_name():
    assert not travels(("first.name",), "first_name")


def ways(parent: str, child: str, *, called: str = "") -> tuple[Link, ...]:
    return links(Node(parent, parent, "one"), Node(called or child, child, "many"), PLAIN)


def test_an_attribute_called_like_the_node_comes_first():
    assert ways("ticket", "contact")[0] == Link("ticket", "contact", is_forward=True)
    assert ways("ticket", "contact", called="customer")[0] == Link("ticket", "customer", is_forward=True)
    assert ways("order", "contact", called="billing_contact")[0] == Link("order", "billing_contact", is_forward=True)


def test_an_entity_may_be_reached_by_what_points_back():
    assert ways("contact", "billing_account")[0] == Link("billing_account", "billing_contact", is_forward=False)


def test_what_points_at_a_contact_may_hold_an_account():
    assert ways("billing_account", "account")[0] == Link("billing_account", "billing_contact", is_forward=True)


def test_a_relation_that_leads_anywhere_comes_last():
    assert ways("opportunity", "submission") == (Link("submission", "mapped_entities", is_forward=False),)


def test_schemas_that_know_nothing_of_each_other_have_no_link():
    own = Schema("own", "Own", "Own", "{a}", (), {"a": "string"}, is_core=False)
    book = SchemaBook({"own": own, "tax": PLAIN.schema_of("tax")})
    assert links(Node("own", "own", "one"), Node("tax", "tax", "one"), book) == ()
