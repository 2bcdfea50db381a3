"""A simulation looks at what is stored: lists of addresses that would get shorter are told (mapping.md 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from hub.entities.store import EntityOperation, Source, write
from tests.builders import NOW
from tests.inbound.conftest import Erp
from tests.inbound.simulating import V2, post

pytestmark = pytest.mark.django_db


BY_MAIL = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["email"],
            "fields": [{"attribute": "email", "jsonataExpression": "mails", "_type": "email"}],
        }
    ]
}


def shortening(client: Client, configuration: Any, payload: Any) -> list[Any]:
    """Warnings about the list of addresses."""
    body = {"event_configuration": configuration, "format": "json", "payload": payload}
    return [one for one in post(client, V2, body).json().get("warnings", []) if "_append" in one["message"]]


def remember(erp: Erp, *mails: str) -> None:
    """Store a contact with these addresses."""
    attributes = {"customer_number": "C-1", "email": [{"email": mail} for mail in mails]}
    operation = EntityOperation(position=0, schema="contact", identifiers={"email": mails[0]}, attributes=attributes)
    with transaction.atomic():
        write(organization_id=erp.organization.pk, operations=[operation], at=NOW, source=Source("system"))


def test_a_list_of_addresses_that_would_be_shortened_is_advised(erp: Erp, machine: Client) -> None:
    remember(erp, "a@x.test", "b@x.test")
    [warning] = shortening(machine, BY_MAIL, {"mails": "b@x.test"})
    assert (warning["entity_schema"], warning["field"]) == ("contact", "email")
    assert "has 2 values of email, of which the mapped list would leave 1" in warning["message"]


@pytest.mark.parametrize("mail", ["a@x.test", "nobody@x.test"])
def test_a_list_of_addresses_that_stays_as_long_needs_no_advice(erp: Erp, machine: Client, mail: str) -> None:
    remember(erp, "a@x.test")
    assert shortening(machine, BY_MAIL, {"mails": mail}) == []


def test_an_append_of_an_address_needs_no_advice(erp: Erp, machine: Client) -> None:
    remember(erp, "a@x.test", "b@x.test")
    [entry] = BY_MAIL["entities"]
    more = {"attribute": "email", "jsonataExpression": '{"_append": [{"email": mails}]}'}
    configuration = {"entities": [entry | {"fields": [*entry["fields"], more]}]}
    assert shortening(machine, configuration, {"mails": "b@x.test"}) == []


def test_another_organizations_addresses_are_not_told(other_erp: Erp, machine: Client) -> None:
    remember(other_erp, "a@x.test", "b@x.test")
    assert shortening(machine, BY_MAIL, {"mails": "b@x.test"}) == []


def test_the_advice_takes_as_many_queries_for_fifty_entities(
    erp: Erp, machine: Client, count_queries: Callable[[], Any]
) -> None:
    [entry] = BY_MAIL["entities"]
    many = {"entities": [entry | {"jsonataExpression": "all"}]}

    def queries(count: int) -> int:
        body = {
            "event_configuration": many,
            "format": "json",
            "payload": {"all": [{"mails": f"{number}@x.test"} for number in range(count)]},
        }
        with count_queries() as counted:
            assert len(post(machine, V2, body).json()["entity_updates"]) == count
        return len(counted)

    remember(erp, "1@x.test", "b@x.test")
    queries(2)
    assert queries(2) == queries(50)
