"""The whole mapping language through intake, mapping child and store: links, prunes, readings, and their spans."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.entities.models import Entity, MeterReading
from hub.environments.models import Variable
from inbound.models import HeldPrune, InboundOutcome, QueuedEvent
from monitoring.codes import get_code
from monitoring.models import MonitoringEvent
from tests.builders import NOW, make_secret, make_variable
from tests.inbound.conftest import Erp, drain

pytestmark = pytest.mark.django_db


def field(attribute: str, key: str, **more: Any) -> dict[str, Any]:
    return {"attribute": attribute, "field": key, **more}


def related(attribute: str, schema: str, name: str, key: str) -> dict[str, Any]:
    items = [{"entity_schema": schema, "unique_ids": [field(name, key)]}]
    return {"attribute": attribute, "relations": {"operation": "_set", "items": items}}


CONTRACT = {
    "entities": [
        {
            "entity_schema": "contract",
            "unique_ids": ["contract_number"],
            "fields": [
                field("contract_number", "vertrag"),
                related("billing_account", "billing_account", "external_id", "konto"),
            ],
        }
    ]
}
ENTRIES = {
    "entities": [
        {
            "entity_schema": "billing_event",
            "unique_ids": ["external_id"],
            "jsonataExpression": "posten",
            "mode": "upsert-prune-scope-delete",
            "scope": {
                "scope_mode": "relations",
                "schema": "billing_account",
                "unique_ids": [field("external_id", "konto")],
            },
            "fields": [
                field("external_id", "id"),
                related("billing_account", "billing_account", "external_id", "$$.konto"),
            ],
        }
    ]
}
READINGS = {
    "meter_readings": [
        {
            "meter": {"unique_ids": [field("meter_number", "z")]},
            "jsonataExpression": "staende",
            "fields": [
                field("external_id", "id"),
                field("timestamp", "am"),
                field("value", "wert"),
                {"attribute": "source", "constant": "ERP"},
            ],
        }
    ]
}


def send(erp: Erp, slug: str, configuration: Any, payload: Any, **fields: Any) -> str:
    """Send one event and let the worker run; the event's id."""
    if not erp.integration.use_cases.filter(slug=slug).exists():
        erp.add_use_case(slug, configuration)
    [result] = erp.send(erp.event(payload, use_case_slug=slug, **fields))
    drain()
    return result.event_id


def last_outcome() -> InboundOutcome:
    return InboundOutcome.objects.latest("finished_at", "pk")


def codes() -> list[str]:
    """Of the last event, sorted."""
    spans = MonitoringEvent.objects.filter(event_id=last_outcome().event_id)
    return sorted(spans.values_list("code", flat=True))


def live(schema: str) -> set[str]:
    stored = Entity.objects.filter(schema=schema, deleted_at__isnull=True)
    return {entity.attributes["external_id"] for entity in stored}


def test_a_relation_has_its_missing_target_made_and_told(erp: Erp) -> None:
    send(erp, "contract", CONTRACT, {"vertrag": "V1", "konto": "K7"})
    account = Entity.objects.get(schema="billing_account")
    contract = Entity.objects.get(schema="contract")
    assert contract.attributes["billing_account"]["$relation"][0]["entity_id"] == str(account.pk)
    assert (codes(), last_outcome().counts) == (["ENTITY_CREATED", "ENTITY_CREATED"], {"created": 2})


def test_a_relation_that_cannot_be_followed_makes_the_event_an_error_and_writes_the_rest(erp: Erp) -> None:
    for number in ("1", "2"):
        erp.add_use_case(f"account-{number}", {"entities": [{
            "entity_schema": "billing_account", "unique_ids": ["number"],
            "fields": [field("number", "number"), {"attribute": "external_id", "constant": "K7"}],
        }]})  # fmt: skip
        send(erp, f"account-{number}", None, {"number": number})
    send(erp, "contract", CONTRACT, {"vertrag": "V1", "konto": "K7"})
    assert Entity.objects.get(schema="contract").attributes == {"contract_number": "V1"}
    assert (last_outcome().status, last_outcome().code) == ("error", "UNIQUE_ID_MULTIPLE_MATCHES")
    assert last_outcome().counts == {"created": 1, "failed": 1}


def entries(*numbers: str, account: str | None = "K1") -> dict[str, Any]:
    return {"posten": [{"id": number} for number in numbers]} | ({"konto": account} if account else {})


def test_what_a_list_names_no_more_is_pruned(erp: Erp) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B", "C"))
    send(erp, "entries", ENTRIES, entries("A", "D"))
    assert live("billing_event") == {"A", "D"}
    assert "PRUNE_SCOPE_COMPLETED" in codes()
    assert last_outcome().counts == {"created": 1, "no_op": 1, "deleted": 2}


def test_an_empty_list_empties_the_scope(erp: Erp) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B"))
    send(erp, "entries", ENTRIES, entries())
    assert live("billing_event") == set()


def test_without_scope_nothing_is_pruned_and_the_items_are_written(erp: Erp) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B"))
    send(erp, "entries", ENTRIES, entries("A", account=None))
    assert (live("billing_event"), last_outcome().code) == ({"A", "B"}, "PRUNE_SCOPE_UNRESOLVED")


def test_an_item_without_identifier_keeps_everything(erp: Erp) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B"))
    send(erp, "entries", ENTRIES, entries("C", " "))
    assert live("billing_event") == {"A", "B", "C"}
    assert last_outcome().status == "error"


def test_a_delete_event_of_a_pruning_entry_deletes_what_it_lists_and_nothing_else(erp: Erp) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B"))
    send(erp, "entries", ENTRIES, entries("A"), event_type="DELETE")
    assert live("billing_event") == {"B"}


def test_a_prune_of_too_much_is_held_while_the_writes_apply(erp: Erp) -> None:
    Organization.objects.update(settings={"prune_guard": {"most": 1, "share": 0.2}})
    send(erp, "entries", ENTRIES, entries("A", "B", "C"))
    send(erp, "entries", ENTRIES, entries("D"))
    held = HeldPrune.objects.get()
    assert (held.state, held.schema, held.member_count, held.scope_count) == ("waiting", "billing_event", 3, 4)
    assert live("billing_event") == {"A", "B", "C", "D"}
    assert (last_outcome().status, last_outcome().counts) == ("warning", {"created": 1, "held": 1})


def test_the_next_complete_list_takes_the_place_of_a_held_prune(erp: Erp) -> None:
    Organization.objects.update(settings={"prune_guard": {"most": 1, "share": 0.2}})
    for numbers in ("ABC", "D", "ABCD"):
        send(erp, "entries", ENTRIES, entries(*numbers))
    assert (HeldPrune.objects.get().state, live("billing_event")) == ("superseded", set("ABCD"))


def reading(number: str = "9", meter: str = "Z1", **more: Any) -> dict[str, Any]:
    return {"z": meter, "id": number, "am": "2025-07-01", "wert": "10.5"} | more


def meter(erp: Erp, number: str = "Z1") -> None:
    configuration = {"entities": [{
        "entity_schema": "meter", "unique_ids": ["meter_number"], "fields": [field("meter_number", "nr")],
    }]}  # fmt: skip
    send(erp, "meter", configuration, {"nr": number})


def test_readings_of_a_known_meter_are_written_in_one_batch(erp: Erp) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading("1"), reading("2", wert="812.40")]})
    stored = MeterReading.objects.order_by("external_id")
    assert [(one.external_id, str(one.value)) for one in stored] == [("1", "10.5"), ("2", "812.4")]
    span = MonitoringEvent.objects.get(code="METER_READING_UPSERTED")
    assert (span.sync_type, span.detail["count"], span.detail["external_ids"]) == ("meter_reading", 2, ["1", "2"])
    assert last_outcome().counts == {"created": 2}


def test_an_invalid_reading_fails_alone(erp: Erp) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading("1", wert="812,4"), reading("2")]})
    assert MeterReading.objects.get().external_id == "2"
    assert (last_outcome().code, last_outcome().counts) == (
        "INVALID_METER_READING_ATTRIBUTES", {"created": 1, "failed": 1},
    )  # fmt: skip


def test_everything_that_is_wrong_with_a_reading_is_told_in_one_failure(erp: Erp) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading("", am="15.01.2025", wert="812,4")]})
    [failed] = MonitoringEvent.objects.filter(code="INVALID_METER_READING_ATTRIBUTES", sync_type="meter_reading")
    assert [word in failed.message for word in ("external_id", "15.01.2025", "812,4")] == [True] * 3
    assert last_outcome().counts == {"failed": 1}


def test_readings_wait_for_their_meter_and_no_meter_is_made(erp: Erp) -> None:
    send(erp, "readings", READINGS, {"staende": [reading()]})
    waiting = QueuedEvent.objects.get()
    assert (waiting.retry["code"], MeterReading.objects.count(), Entity.objects.count()) == ("METER_NOT_FOUND", 0, 0)


def test_readings_of_an_event_that_brings_the_meter_are_written(erp: Erp) -> None:
    both = READINGS | {
        "entities": [{
            "entity_schema": "meter", "unique_ids": ["meter_number"], "fields": [field("meter_number", "nr")],
        }]
    }  # fmt: skip
    send(erp, "both", both, {"nr": "Z1", "staende": [reading()]})
    assert MeterReading.objects.get().meter_id == Entity.objects.get().pk


def test_a_list_of_readings_prunes_the_others_of_its_meter(erp: Erp) -> None:
    pruning = {"meter_readings": [READINGS["meter_readings"][0] | {"mode": "upsert-prune-scope"}]}
    meter(erp)
    meter(erp, "Z2")
    send(erp, "list", pruning, {"staende": [reading("1"), reading("2"), reading("3", "Z2")]})
    send(erp, "list", pruning, {"staende": [reading("1")]})
    assert set(MeterReading.objects.values_list("external_id", flat=True)) == {"1", "3"}
    assert last_outcome().counts == {"no_op": 1, "deleted": 1}


def test_a_list_of_a_meter_that_never_came_is_told_as_a_prune_that_could_not_be_done(erp: Erp) -> None:
    pruning = {"meter_readings": [READINGS["meter_readings"][0] | {"mode": "upsert-prune-scope"}]}
    send(erp, "list", pruning, {"z": "Z1", "staende": []})
    QueuedEvent.objects.update(attempts=get_code("METER_NOT_FOUND").attempts - 1, next_attempt_at=NOW)
    drain()
    span = MonitoringEvent.objects.get(code="PRUNE_SCOPE_UNRESOLVED")
    assert (last_outcome().status, last_outcome().counts, span.level) == ("error", {"failed": 1}, "error")


def test_an_order_is_priced_when_it_is_written(erp: Erp) -> None:
    item = {
        "_custom": True, "description": {"field": "was"}, "quantity": {"field": "menge"},
        "unit_amount": {"field": "preis"}, "tax_rate": {"constant": 19},
    }  # fmt: skip
    order = {
        "entity_schema": "order", "unique_ids": ["order_number"], "fields": [field("order_number", "nr")],
        "pricing": {"jsonataExpression": "posten", "items": [item]},
    }  # fmt: skip
    payload = {"nr": "O1", "posten": [{"was": "Power", "menge": 1, "preis": 9900}]}
    send(erp, "order", {"entities": [order]}, payload)
    assert Entity.objects.get().attributes["amount_subtotal"] == 8319


def test_an_order_that_cannot_be_priced_is_not_written(erp: Erp) -> None:
    item = {"_custom": True, "description": "x", "quantity": {"field": "menge"}, "unit_amount": {"constant": 1}}
    order = {
        "entity_schema": "order", "unique_ids": ["order_number"], "fields": [field("order_number", "nr")],
        "pricing": {"items": [item]},
    }  # fmt: skip
    send(erp, "order", {"entities": [order]}, {"nr": "O1", "menge": "two"})
    assert (last_outcome().code, Entity.objects.count()) == ("PRICING_FAILED", 0)


def test_a_mapping_sees_the_environment_as_it_is_now(erp: Erp) -> None:
    contact = {"entities": [{
        "entity_schema": "contact", "unique_ids": ["external_id"],
        "fields": [field("external_id", "id"), {"attribute": "region", "env_var_ref": {"key": "erp.region"}}],
    }]}  # fmt: skip
    for value in ("north", "south"):
        Variable.objects.all().delete()
        make_variable(organization=erp.organization, key="erp.region", value=value)
        erp.organization.bump_config_version()
        send(erp, "regional", contact, {"id": value})
    stored = Entity.objects.order_by("created_at", "id")
    assert [entity.attributes["region"] for entity in stored] == ["north", "south"]


@pytest.mark.parametrize("key", ["erp.secret", "erp.missing"])
def test_a_reference_to_a_secret_ends_as_one_to_a_key_that_is_missing(erp: Erp, key: str) -> None:
    make_secret(organization=erp.organization, key="erp.secret", value="s3cr3t-value")
    erp.organization.bump_config_version()
    fields = [field("external_id", "id"), {"attribute": "region", "env_var_ref": {"key": key}}]
    seen = {"attribute": "title", "jsonataExpression": f"$exists($lookup($env, '{key}'))"}
    contact = {"entity_schema": "contact", "unique_ids": ["external_id"], "fields": [*fields, seen]}
    send(erp, "regional", {"entities": [contact]}, {"id": "1"})
    stored = Entity.objects.get().attributes
    assert ("region" in stored, stored["title"]) == (False, False)
    assert MonitoringEvent.objects.filter(code="ENV_VAR_REF_NOT_FOUND").count() == 1
    assert "s3cr3t" not in str(list(MonitoringEvent.objects.values()))


def test_an_environment_that_cannot_be_read_makes_the_event_wait(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    contact = {"entities": [{
        "entity_schema": "contact", "unique_ids": ["external_id"],
        "fields": [field("external_id", "id"), {"attribute": "region", "env_var_ref": {"key": "erp.region"}}],
    }]}  # fmt: skip
    monkeypatch.setattr("inbound.lookups._environment", lambda organization_id, config_version: None)
    send(erp, "regional", contact, {"id": "1"})
    assert (QueuedEvent.objects.get().retry["code"], Entity.objects.count()) == ("ENV_VAR_REF_LOOKUP_FAILED", 0)


def test_a_value_that_does_not_fit_is_written_and_warned_of(erp: Erp) -> None:
    meter = {"entities": [{
        "entity_schema": "contact", "unique_ids": ["external_id"],
        "fields": [field("external_id", "id"), field("birthdate", "geb")],
    }]}  # fmt: skip
    send(erp, "people", meter, {"id": "1", "geb": "24.05.1974"})
    assert Entity.objects.get().attributes["birthdate"] == "24.05.1974"
    assert (last_outcome().status, last_outcome().code) == ("warning", "ATTRIBUTE_TYPE_MISMATCH")
    assert "birthdate" in last_outcome().message


def test_a_purged_meter_takes_its_readings_along(erp: Erp) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading()]})
    forget = {"entities": [{
        "entity_schema": "meter", "unique_ids": ["meter_number"], "mode": "purge",
        "fields": [{"attribute": "meter_number", "field": "nr"}],
    }]}  # fmt: skip
    send(erp, "forget", forget, {"nr": "Z1"})
    assert (Entity.objects.count(), MeterReading.objects.count()) == (0, 0)


def test_an_email_without_a_type_is_shaped_as_its_schema_wants_and_found_again(erp: Erp) -> None:
    contact = {"entities": [{
        "entity_schema": "contact", "unique_ids": ["email"], "fields": [field("email", "mail"), field("title", "t")],
    }]}  # fmt: skip
    for title in ("Dr.", "Prof."):
        send(erp, "people", contact, {"mail": "a@x.test", "t": title})
    [email] = Entity.objects.get().attributes["email"]
    assert (email["email"], Entity.objects.get().attributes["title"]) == ("a@x.test", "Prof.")
