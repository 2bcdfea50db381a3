"""What the spans of an event tell: whose move an error is, what a warning is about, which records went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub.entities.models import Entity
from inbound.models import QueuedEvent
from monitoring.codes import get_code
from monitoring.models import MonitoringEvent
from tests.builders import NOW, make_variable
from tests.inbound.conftest import CONTACT, Erp, customer, drain
from tests.inbound.test_process_language import CONTRACT, ENTRIES, entries, send

pytestmark = pytest.mark.django_db


def contact(*fields: dict[str, Any], **entry: Any) -> dict[str, Any]:
    """The contact mapping with some more fields."""
    [plain] = CONTACT["entities"]
    return {"entities": [plain | {"fields": [*plain["fields"], *fields]} | entry]}


def constant(attribute: str, value: Any) -> dict[str, Any]:
    return {"attribute": attribute, "constant": value}


def orders(items: int, on_error: str) -> dict[str, Any]:
    """A mapping of an order with one piece of data and so many items, of a product that is not there."""
    product = {"entity_schema": "product", "unique_ids": [constant("code", "P9")]}
    pricing = {
        "jsonataExpression": "[{'art': 'P9'}]",
        "items": [{"product": product, "quantity": {"constant": 1}}] * items,
        "on_error": on_error,
    }
    order = {"entity_schema": "order", "unique_ids": ["order_number"], "pricing": pricing}
    return {"entities": [order | {"fields": [{"attribute": "order_number", "field": "nr"}]}]}


def warned(code: str) -> tuple[str, str, str]:
    """Schema, field and message of the one warning of the last span with this code."""
    [warning] = MonitoringEvent.objects.filter(code=code).latest("id").detail["warnings"]
    return warning["schema"], warning["field"], warning["message"]


# --- whose move it is --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "category"), [("KUNNR &", "configuration"), ("$substring(KUNNR, 0, 2)", "validation")]
)
def test_a_failed_expression_is_of_the_data_when_the_data_raised_it(erp: Erp, expression: str, category: str) -> None:
    failing = contact({"attribute": "title", "jsonataExpression": expression})
    send(erp, "failing", failing, customer(4711))
    assert MonitoringEvent.objects.get(code="MAPPING_EXPRESSION_FAILED").category == category


@pytest.mark.parametrize(("items", "category"), [(2, "configuration"), (1, "validation")])
def test_items_that_do_not_pair_with_data_are_the_configurations_mistake(erp: Erp, items: int, category: str) -> None:
    send(erp, "orders", orders(items, "fail"), {"nr": "O1"})
    QueuedEvent.objects.update(attempts=get_code("PRICING_FAILED").attempts - 1, next_attempt_at=NOW)
    drain()
    assert MonitoringEvent.objects.get(code="PRICING_FAILED").category == category


def test_an_event_that_nobody_takes_is_an_error_of_the_configuration(erp: Erp) -> None:
    erp.send(erp.event(customer("C-1"), event_name="nobody"))
    told = MonitoringEvent.objects.get(code="EVENT_NOT_CONFIGURED")
    assert (told.level, told.category) == ("error", "configuration")


def test_a_failed_transformation_of_a_variable_is_always_the_configurations_mistake(erp: Erp) -> None:
    make_variable(organization=erp.organization, key="erp.region", value="north")
    erp.organization.bump_config_version()
    region = {"key": "erp.region", "return": "jsonata", "jsonataExpression": '$error("x")'}
    send(erp, "failing", contact({"attribute": "region", "env_var_ref": region}), customer("C-1"))
    assert MonitoringEvent.objects.get(code="ENV_VAR_REF_JSONATA_FAILED").category == "configuration"


# --- what went ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["purge", "delete"])
def test_the_row_of_a_removal_says_whether_it_was_a_purge(erp: Erp, mode: str) -> None:
    erp.sync(customer("C-1"))
    send(erp, "gone", contact(mode=mode), customer("C-1"))
    assert MonitoringEvent.objects.get(code="ENTITY_DELETED").detail["mode"] == mode


@pytest.mark.parametrize("deletion", ["purge", "delete"])
def test_rows_of_pruned_entities_carry_their_identifiers(erp: Erp, deletion: str) -> None:
    pruning = {"entities": [ENTRIES["entities"][0] | {"mode": f"upsert-prune-scope-{deletion}"}]}
    send(erp, "entries", pruning, entries("A", "B"))
    send(erp, "entries", pruning, entries("A"))
    detail = MonitoringEvent.objects.get(code="ENTITY_DELETED").detail
    assert (detail["identifiers"], detail["mode"]) == ({"external_id": "B"}, deletion)


# --- what a warning is about -------------------------------------------------------------------------------


def operations(*identifiers: dict[str, str]) -> dict[str, Any]:
    """A direct payload that names a contact by each."""
    named = [{"entity_slug": "contact", "unique_ids": one, "attributes": {"last_name": "Kern"}} for one in identifiers]
    return {"version": "1", "operations": named}


DIRECT = {"direct": True}
ALLOWED = {"direct": True, "entities": [{"entity_schema": "contact", "unique_ids": ["legacy_id"]}]}


@pytest.mark.parametrize("configuration", [DIRECT, ALLOWED])
def test_a_direct_event_names_an_identifier_that_its_schema_does_not_have_once(erp: Erp, configuration: Any) -> None:
    send(erp, "ready", configuration, operations({"legacy_id": "7"}, {"legacy_id": "8"}))
    [told] = MonitoringEvent.objects.filter(code="UNIQUE_ID_NOT_IN_SCHEMA")
    assert told.message == "legacy_id identifies, but the schema contact has no such attribute"
    assert (told.level, Entity.objects.count()) == ("warning", 2)


def test_identifiers_of_a_direct_event_that_its_schema_has_are_no_matter(erp: Erp) -> None:
    send(erp, "ready", DIRECT, operations({"customer_number": "7"}, {"external_id": "8"}))
    assert not MonitoringEvent.objects.filter(code="UNIQUE_ID_NOT_IN_SCHEMA").exists()


def test_the_word_about_the_identifiers_of_a_direct_event_takes_no_query_but_that_of_its_issue(
    erp: Erp, count_queries: Callable[[], Any]
) -> None:
    erp.add_use_case("ready", DIRECT)
    counted = []
    for name in ("customer_number", "legacy_id") * 2:  # the first time an identifier is met, its keys are built
        erp.send(erp.event(operations({name: f"N-{len(counted)}"}), use_case_slug="ready"))
        with count_queries() as queries:
            drain()
        counted.append(len(queries))
    assert counted[2] + 1 == counted[3]


def test_system_attributes_are_left_out_and_named(erp: Erp) -> None:
    send(erp, "system", contact(constant("_title", "Boss"), constant("_tags", ["A"])), customer("C-1"))
    assert warned("SYSTEM_ATTRIBUTE_IGNORED") == (
        "contact",
        "_title",
        "_title is given by the hub alone; the value was left out",
    )
    assert Entity.objects.get().attributes.keys() == {"customer_number", "last_name", "_tags"}


def test_a_removal_does_not_warn_of_attributes_that_it_does_not_write(erp: Erp) -> None:
    erp.sync(customer("C-1"))
    send(erp, "gone", contact(constant("_title", "Boss"), mode="delete"), customer("C-1"))
    assert not MonitoringEvent.objects.filter(level="warning").exists()


def test_an_id_that_identifies_is_no_attribute_to_warn_of(erp: Erp) -> None:
    erp.sync(customer("C-1"))
    entity = Entity.objects.get()
    by_id = {"entity_schema": "contact", "unique_ids": ["_id"], "fields": [constant("_id", str(entity.pk))]}
    send(erp, "by-id", {"entities": [by_id]}, {"x": 1})
    assert not MonitoringEvent.objects.filter(level="warning").exists()


def test_an_entity_that_was_restored_is_told_as_that(erp: Erp) -> None:
    erp.sync(customer("C-1"))
    send(erp, "gone", contact(mode="delete"), customer("C-1"))
    erp.sync(customer("C-1"))
    assert warned("SOFT_DELETED_ENTITY_MATCHED")[2].endswith("was in the recycle bin; it was restored.")


def test_a_relation_to_a_deleted_entity_restores_nothing_and_says_so(erp: Erp) -> None:
    send(erp, "contract", CONTRACT, {"vertrag": "V1", "konto": "K7"})
    account = {"entity_schema": "billing_account", "unique_ids": ["external_id"], "mode": "delete"}
    send(erp, "gone", {"entities": [account | {"fields": [constant("external_id", "K7")]}]}, {"x": 1})
    send(erp, "contract", CONTRACT, {"vertrag": "V2", "konto": "K7"})
    _, field, message = warned("SOFT_DELETED_ENTITY_MATCHED")
    assert field == "billing_account"
    assert message.endswith("billing_account points at it and does not restore it.")


def test_a_schema_that_nobody_defined_is_told_wherever_it_is_written(erp: Erp) -> None:
    relation = {"items": [{"entity_schema": "konto", "unique_ids": [constant("external_id", "K7")]}]}
    fields = [constant("external_id", "V1"), {"attribute": "account", "relations": relation}]
    entry = {"entity_schema": "vertrag", "unique_ids": ["external_id"], "fields": fields}
    send(erp, "typo", {"entities": [entry]}, {"x": 1})
    [span] = MonitoringEvent.objects.filter(code="ENTITY_SCHEMA_UNKNOWN")
    told = {(one["schema"], one["field"], one["message"].split(";")[0]) for one in span.detail["warnings"]}
    assert told == {
        ("vertrag", "", "there is no schema vertrag"),
        ("vertrag", "account", "there is no schema konto"),
    }
    assert (Entity.objects.count(), span.detail["count"]) == (2, 2)


def test_a_direct_payload_of_a_schema_that_nobody_defined_is_told(erp: Erp) -> None:
    operation = {"entity_slug": "kontakt", "unique_ids": {"external_id": "1"}, "attributes": {"_tags": "vip"}}
    sent = {"version": "1", "operations": [operation]}
    send(erp, "direct", {"direct": True}, sent)
    assert warned("ENTITY_SCHEMA_UNKNOWN")[0] == "kontakt"
    assert Entity.objects.get().attributes["_tags"] == ["vip"]


def test_a_direct_payload_that_relates_to_a_schema_that_nobody_defined_is_told(erp: Erp) -> None:
    account = {"_schema": "konto", "$entity_unique_ids": {"external_id": "K7"}}
    attributes = {"account": {"$relation": [account, account]}}
    operation = {"entity_slug": "contract", "unique_ids": {"external_id": "1"}, "attributes": attributes}
    send(erp, "direct", {"direct": True}, {"version": "1", "operations": [operation]})
    schema, field, message = warned("ENTITY_SCHEMA_UNKNOWN")
    assert (schema, field, message.split(";")[0]) == ("contract", "account", "there is no schema konto")


def test_a_text_as_tags_becomes_a_list_and_is_told(erp: Erp) -> None:
    send(erp, "tagged", contact(constant("_tags", "vip")), customer("C-1"))
    assert Entity.objects.get().attributes["_tags"] == ["vip"]
    assert warned("ATTRIBUTE_TYPE_MISMATCH")[:2] == ("contact", "_tags")


def test_tags_of_another_kind_are_kept_and_told(erp: Erp) -> None:
    send(erp, "tagged", contact(constant("_tags", {"vip": True})), customer("C-1"))
    assert Entity.objects.get().attributes["_tags"] == {"vip": True}
    assert warned("ATTRIBUTE_TYPE_MISMATCH")[:2] == ("contact", "_tags")


def test_an_amount_with_a_fraction_is_kept_and_told(erp: Erp) -> None:
    entry = {"entity_schema": "billing_account", "unique_ids": ["external_id"]}
    entry |= {"fields": [constant("external_id", "K7"), constant("balance", 1234.5)]}
    send(erp, "balances", {"entities": [entry]}, {"x": 1})
    assert Entity.objects.get().attributes["balance"] == 1234.5
    assert "must be a whole number of minor units" in warned("ATTRIBUTE_TYPE_MISMATCH")[2]


def test_a_pricing_that_only_warns_tells_its_reason_and_names_the_item(erp: Erp) -> None:
    send(erp, "orders", orders(1, "warn"), {"nr": "O1"})
    message = "line_items[0].product: the product with code P9 does not exist."
    assert warned("PRICING_FAILED") == ("order", "", message)
