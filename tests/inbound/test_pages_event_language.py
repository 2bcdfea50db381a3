"""The page of an event that has more to tell than entities: relations, readings, prunes and what became of those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.entities.models import Entity, MeterReading
from hub.ids import to_text
from inbound.models import HeldPrune
from inbound.ui.trace_steps import Step
from tests.cast import OPERATOR
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp
from tests.inbound.test_process_language import (
    CONTRACT,
    ENTRIES,
    READINGS,
    entries,
    field,
    meter,
    reading,
    send,
)

pytestmark = pytest.mark.django_db

LIST = {"meter_readings": [READINGS["meter_readings"][0] | {"mode": "upsert-prune-scope"}]}
PURGE = {"entities": [ENTRIES["entities"][0] | {"mode": "upsert-prune-scope-purge"}]}

MANY_ACCOUNTS = {
    "entities": [
        {
            "entity_schema": "contract",
            "unique_ids": ["contract_number"],
            "fields": [
                field("contract_number", "vertrag"),
                {
                    "attribute": "accounts",
                    "relations": {
                        "operation": "_set",
                        "jsonataExpression": "konten.{'entity_schema': 'billing_account', "
                        "'unique_ids': [{'attribute': 'external_id', 'constant': $}]}",
                    },
                },
            ],
        }
    ]
}


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look and decide."""
    return client_of(OPERATOR)


@pytest.fixture
def _narrow(erp: Erp) -> None:
    """The guard holds whatever removes more than one record."""
    Organization.objects.update(settings={"prune_guard": {"most": 1, "share": 0.2}})


def context_of(client: Client, event_id: str) -> Any:
    answer = client.get(f"/app/events/{event_id}")
    assert answer.status_code == 200
    return answer.context


def steps_of(client: Client, event_id: str) -> list[tuple[str, str, str, str]]:
    """The rows below receipt and mapping: name, status, note, text."""
    steps: Sequence[Step] = context_of(client, event_id)["trace"].steps[2:]
    return [(step.name, step.status, step.note, step.text) for step in steps]


def text_of(client: Client, event_id: str) -> str:
    return " ".join(client.get(f"/app/events/{event_id}").content.decode().split())


def many(count: int) -> dict[str, Any]:
    return entries(*(f"P{number:02}" for number in range(count)))


# --- relations ---------------------------------------------------------------------------------------------


def test_a_target_made_for_a_relation_is_called_so(erp: Erp, operator: Client) -> None:
    event_id = send(erp, "contract", CONTRACT, {"vertrag": "V1", "konto": "K7"})
    assert steps_of(operator, event_id) == [
        ("Written", "success", "2 entities", "in one transaction"),
        ("contract", "success", "V1", "created"),
        ("billing_account", "success", "K7", "made for the relation of contract"),
    ]


def test_the_result_names_whom_an_entity_was_related_to(erp: Erp, operator: Client) -> None:
    event_id = send(erp, "contract", CONTRACT, {"vertrag": "V1", "konto": "K7"})
    account = Entity.objects.get(schema="billing_account")
    [link] = [
        row.after.lines
        for one in context_of(operator, event_id)["results"].entities
        for row in one.differences
        if row.name == "billing_account"
    ]
    assert [(item.relative.title, item.relative.schema) for item in link] == [("K7", "billing_account")]
    assert text_of(operator, event_id).count(f'href="/app/entities/billing_account/{account.pk}"') >= 2


def test_a_relation_that_cannot_be_followed_names_its_attribute(erp: Erp, operator: Client) -> None:
    for number in ("1", "2"):
        fields = [field("number", "number"), {"attribute": "external_id", "constant": "K7"}]
        account = {"entity_schema": "billing_account", "unique_ids": ["number"], "fields": fields}
        send(erp, f"account-{number}", {"entities": [account]}, {"number": number})
    steps = steps_of(operator, send(erp, "contract", CONTRACT, {"vertrag": "V1", "konto": "K7"}))
    assert ("contract", "error", "billing_account", "UNIQUE_ID_MULTIPLE_MATCHES") in steps
    assert steps[0] == ("Written", "error", "1 entity", "in one transaction")


# --- prunes ------------------------------------------------------------------------------------------------


def test_a_prune_tells_what_it_removed_of_its_scope(erp: Erp, operator: Client) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B", "C"))
    steps = steps_of(operator, send(erp, "entries", ENTRIES, entries("A")))
    assert steps[-4:-2] == [
        ("Pruned", "success", "1 scope", ""),
        ("billing_event", "success", "K1", "2 of 3 removed"),
    ]
    assert {step[3] for step in steps[-2:]} == {"removed by the prune"}


def test_removed_entities_are_named_and_linked(erp: Erp, operator: Client) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B"))
    text = text_of(operator, send(erp, "entries", ENTRIES, entries("A")))
    gone = Entity.objects.get(deleted_at__isnull=False)
    assert text.count(f'href="/app/entities/billing_event/{gone.pk}"') == 2
    assert "kept in the recycle bin" in text


def test_purged_entities_lead_nowhere(erp: Erp, operator: Client) -> None:
    send(erp, "entries", PURGE, entries("A", "B"))
    gone = Entity.objects.get(schema="billing_event", attributes__external_id="B").pk
    text = text_of(operator, send(erp, "entries", PURGE, entries("A")))
    assert f"/app/entities/billing_event/{gone}" not in text
    assert "gone for good" in text


def test_beyond_twenty_removed_entities_are_folded_away(erp: Erp, operator: Client) -> None:
    send(erp, "entries", ENTRIES, many(32))
    event_id = send(erp, "entries", ENTRIES, entries("P00"))
    steps = context_of(operator, event_id)["trace"].steps
    assert sum(step.text == "removed by the prune" for step in steps) == 20
    assert (steps[-1].name, len(steps[-1].more)) == ("11 more removed", 11)
    assert "<summary>11 more removed</summary>" in text_of(operator, event_id)


def test_a_scope_that_nobody_can_tell_is_an_error_of_the_prune(erp: Erp, operator: Client) -> None:
    steps = steps_of(operator, send(erp, "entries", ENTRIES, entries("A", account=None)))
    assert steps[-1][:2] + steps[-1][3:] == ("billing_event", "error", "PRUNE_SCOPE_UNRESOLVED")


@pytest.mark.usefixtures("_narrow")
def test_a_held_prune_is_linked_and_waits(erp: Erp, operator: Client) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B", "C"))
    event_id = send(erp, "entries", ENTRIES, entries("D"))
    assert steps_of(operator, event_id)[-1] == (
        "billing_event", "held", "K1", "3 of 4 held, undecided",
    )  # fmt: skip
    text = text_of(operator, event_id)
    assert text.count(f'href="/app/held-prunes/{HeldPrune.objects.get().pk}"') == 2
    assert "A prune of 3 of 4 billing events waits for a decision." in text


@pytest.mark.usefixtures("_narrow")
def test_an_approval_stands_at_the_end_of_the_trace(erp: Erp, operator: Client) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B", "C"))
    event_id = send(erp, "entries", ENTRIES, entries("D"))
    operator.post(f"/app/held-prunes/{HeldPrune.objects.get().pk}/approve", {"reason": "checked"})
    steps = steps_of(operator, event_id)
    assert steps[-2][3] == "3 of 4 held, then approved"
    assert steps[-1] == ("Prune approved", "success", "", "3 of 3 removed")
    assert "waits for a decision" not in text_of(operator, event_id)


@pytest.mark.usefixtures("_narrow")
def test_a_rejection_stands_at_the_end_of_the_trace(erp: Erp, operator: Client) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B", "C"))
    event_id = send(erp, "entries", ENTRIES, entries("D"))
    operator.post(f"/app/held-prunes/{HeldPrune.objects.get().pk}/reject")
    assert steps_of(operator, event_id)[-1] == ("Prune rejected", "disabled", "", "everything stayed")


@pytest.mark.usefixtures("_narrow")
def test_a_prune_that_a_newer_event_made_void_is_called_superseded(erp: Erp, operator: Client) -> None:
    send(erp, "entries", ENTRIES, entries("A", "B", "C"))
    event_id = send(erp, "entries", ENTRIES, entries("D"))
    send(erp, "entries", ENTRIES, entries("A", "B", "C", "D"))
    assert steps_of(operator, event_id)[-1][3] == "3 of 4 held, then superseded"
    assert "was superseded by a newer event." in text_of(operator, event_id)


@pytest.mark.usefixtures("_narrow")
def test_each_of_several_held_prunes_leads_to_its_own_page(erp: Erp, operator: Client) -> None:
    both = {"entities": [
        ENTRIES["entities"][0],
        ENTRIES["entities"][0] | {"jsonataExpression": "andere", "scope": ENTRIES["entities"][0]["scope"] | {
            "unique_ids": [field("external_id", "konto2")]}},
    ]}  # fmt: skip
    both["entities"][1]["fields"] = [field("external_id", "id"), {
        "attribute": "billing_account", "relations": {"operation": "_set", "items": [
            {"entity_schema": "billing_account", "unique_ids": [field("external_id", "$$.konto2")]}]},
    }]  # fmt: skip
    others = [{"id": name} for name in ("X", "Y", "Z")]
    send(erp, "both", both, entries("A", "B", "C") | {"konto2": "K2", "andere": others})
    event_id = send(erp, "both", both, entries("D") | {"konto2": "K2", "andere": [{"id": "W"}]})
    steps = context_of(operator, event_id)["trace"].steps
    scopes = {prune.pk: prune.scope["terms"]["external_id"] for prune in HeldPrune.objects.all()}
    assert {step.note: scopes[step.prune_id] for step in steps if step.prune_id} == {"K1": "K1", "K2": "K2"}


# --- readings ----------------------------------------------------------------------------------------------


def test_a_batch_of_readings_tells_what_became_of_them(erp: Erp, operator: Client) -> None:
    meter(erp)
    send(erp, "readings", READINGS, {"staende": [reading("1")]})
    steps = steps_of(operator, send(erp, "readings", READINGS, {"staende": [reading("1"), reading("2")]}))
    assert steps[0] == ("Readings", "success", "2 readings", "")
    name, status, note, text = steps[1]
    assert (name, status, note) == ("meter", "success", "Z1")
    assert text in ("2 readings: 1 unchanged, 1 created", "2 readings: 1 created, 1 unchanged")


def test_a_failed_reading_names_its_meter_and_its_external_id(erp: Erp, operator: Client) -> None:
    meter(erp)
    steps = steps_of(operator, send(erp, "readings", READINGS, {"staende": [reading("1", wert="812,4"), reading("2")]}))
    assert steps[0] == ("Readings", "error", "2 readings", "")
    assert any(step[:3] == ("reading", "error", "Z1 · 1") and step[3].startswith("value must be") for step in steps)


def test_readings_are_no_result_of_their_meter(erp: Erp, operator: Client) -> None:
    meter(erp)
    event_id = send(erp, "readings", READINGS, {"staende": [reading("1")]})
    assert context_of(operator, event_id)["results"].entities == ()


def test_a_prune_of_readings_tells_its_meter(erp: Erp, operator: Client) -> None:
    meter(erp)
    send(erp, "list", LIST, {"staende": [reading("1"), reading("2")]})
    steps = steps_of(operator, send(erp, "list", LIST, {"staende": [reading("1")]}))
    assert steps[-1] == ("meter_reading", "success", "Z1", "1 of 2 removed")


@pytest.fixture
def held_readings(erp: Erp, _narrow: None, clock: FixedClock) -> HeldPrune:
    """A prune of two readings of three."""
    meter(erp)
    send(erp, "list", LIST, {"staende": [reading("1"), reading("2"), reading("3", wert="11.25")]})
    clock.move(minutes=1)
    send(erp, "list", LIST, {"staende": [reading("1")]})
    return HeldPrune.objects.get()


def test_a_held_prune_of_readings_names_meter_moment_and_value(held_readings: HeldPrune, operator: Client) -> None:
    answer = operator.get(f"/app/held-prunes/{held_readings.pk}")
    shown = [one["record"].reading for one in answer.context["records"]]
    assert [(one.meter, one.external_id, str(one.value)) for one in shown] == [
        ("Z1", "2", "10.5"),
        ("Z1", "3", "11.25"),
    ]
    text = " ".join(answer.content.decode().split())
    assert "An approval removes 2 of 3 meter readings for good." in text
    assert "meter readings of the meter with meter_number Z1" in text


def test_a_reading_that_changed_since_would_stay(erp: Erp, held_readings: HeldPrune, operator: Client) -> None:
    send(erp, "readings", READINGS, {"staende": [reading("2", wert="99")]})
    context = operator.get(f"/app/held-prunes/{held_readings.pk}").context
    marks = [one["mark"] and one["mark"]["text"] for one in context["records"]]
    assert (marks, context["going"]) == (["would stay: changed since", None], 1)


def test_an_approval_deletes_the_readings_and_says_which_were_left(
    erp: Erp, held_readings: HeldPrune, operator: Client
) -> None:
    send(erp, "readings", READINGS, {"staende": [reading("2", wert="99")]})
    operator.post(f"/app/held-prunes/{held_readings.pk}/approve")
    assert set(MeterReading.objects.values_list("external_id", flat=True)) == {"1", "2"}
    context = operator.get(f"/app/held-prunes/{held_readings.pk}").context
    assert ([one["mark"]["text"] for one in context["records"]], context["folded"]) == (["left"], 1)


def test_a_reading_that_a_later_event_has_named_stays_even_if_it_changed_nothing(
    erp: Erp, held_readings: HeldPrune, operator: Client, clock: FixedClock
) -> None:
    clock.move(minutes=1)
    send(erp, "readings", READINGS, {"staende": [reading("2")]})
    context = operator.get(f"/app/held-prunes/{held_readings.pk}").context
    marks = [one["mark"] and one["mark"]["text"] for one in context["records"]]
    assert (marks, context["going"]) == (["would stay: listed again since", None], 1)
    operator.post(f"/app/held-prunes/{held_readings.pk}/approve")
    assert set(MeterReading.objects.values_list("external_id", flat=True)) == {"1", "2"}


def test_the_api_names_readings_and_says_which_have_changed(
    erp: Erp, held_readings: HeldPrune, client_of: Callable[..., Client]
) -> None:
    send(erp, "readings", READINGS, {"staende": [reading("2", wert="99")]})
    path = f"/v1/integrations/{erp.integration.pk}/held-prunes/{held_readings.pk}"
    records = client_of(erp.token).get(path).json()["records"]
    assert [(one["title"], one["has_changed"]) for one in records] == [
        ("Z1, 2025-07-01T00:00:00.000Z, 99", True), ("Z1, 2025-07-01T00:00:00.000Z, 11.25", False),
    ]  # fmt: skip


def test_the_trace_links_a_held_prune_of_readings(erp: Erp, held_readings: HeldPrune, operator: Client) -> None:
    steps = context_of(operator, to_text("evt_", held_readings.event_id))["trace"].steps
    assert (steps[-1].prune_id, steps[-1].status) == (held_readings.pk, "held")


# --- how much it costs -------------------------------------------------------------------------------------


def test_a_page_costs_as_much_for_many_removals_as_for_few(
    erp: Erp, operator: Client, count_queries: Callable[[], Any]
) -> None:
    def cost(count: int) -> int:
        send(erp, "entries", ENTRIES, many(count))
        event_id = send(erp, "entries", ENTRIES, entries("P00"))
        context_of(operator, event_id)
        with count_queries() as counted:
            context_of(operator, event_id)
        return len(counted)

    assert cost(3) == cost(40)


def test_a_page_costs_as_much_for_many_relations_as_for_one(
    erp: Erp, operator: Client, count_queries: Callable[[], Any]
) -> None:
    def cost(*accounts: str) -> int:
        event_id = send(erp, "contract", MANY_ACCOUNTS, {"vertrag": accounts[0], "konten": list(accounts)})
        context_of(operator, event_id)
        with count_queries() as counted:
            context_of(operator, event_id)
        return len(counted)

    cost("K")  # the first event of all has no neighbour
    assert cost("K0") == cost(*(f"K{number}" for number in range(1, 10)))
