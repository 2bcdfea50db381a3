"""What waits in an entity on its pages: badge, proposal and decisions; the form and the history say so, too."""

from __future__ import annotations

import re

import pytest

from hub.accounts.models import AuditEntry
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OPERATOR, OWNER, VIEWER
from tests.hub.entities.conftest import delete
from tests.hub.web.conftest import address_of
from tests.hub.web.test_entity_forms import edit
from tests.hub.web.test_entity_page import row

pytestmark = pytest.mark.django_db

OLD, NEW = "DE89370400440532013000", "DE02120300000000202051"


@pytest.fixture
def contact(store, define):
    """One contact whose IBAN and name wait when somebody changes them."""
    iban = {"name": "iban", "type": "string", "edit_mode": "external", "match": "suffix"}
    define("contact", attributes=[iban, {"name": "last_name", "edit_mode": "approval"}])
    store.upsert(customer_number="C-1", iban=OLD, last_name="Kern")
    return store.only()


@pytest.fixture
def waiting(contact, store):
    """The same, with a proposal for each."""
    store.park(customer_number="C-1", iban=NEW, mode="external suffix")
    store.park(customer_number="C-1", last_name="Korn", mode="approval")
    return store.only()


def decision(entity, act, name="iban"):
    return address_of(entity, f"/changesets/{name}/{act}")


def decide(client, entity, act, **more):
    return client.post(decision(entity, act), {"expected": entity.version} | more)


def test_a_value_that_waits_shows_both_values_and_who_proposed_it(seen, waiting):
    page = seen(address_of(waiting))
    assert re.search(f"{OLD}.*Waits for confirmation.*by somebody who left.*{NEW}", row(page, "iban"))
    assert re.search("Kern.*Waits for approval.*Korn", row(page, "last_name"))


def test_what_waits_for_an_attribute_without_a_value_has_a_row(seen, contact, store):
    store.park(customer_number="C-1", first_name="Ute")
    assert re.search("no value.*Waits for confirmation.*Ute", row(seen(address_of(contact)), "first_name"))


def test_changesets_are_no_attribute_of_their_own(seen, waiting):
    page = seen(address_of(waiting))
    assert "_changesets" not in page
    assert re.search(r"Attributes\s*<[^>]+>\s*3<", page)


@pytest.mark.parametrize(("person", "shown"), [(VIEWER, False), (OPERATOR, False), (ADMIN, True)])
def test_decisions_are_offered_to_those_who_may_edit(client_of, waiting, person, shown):
    page = client_of(person).get(address_of(waiting)).content.decode()
    assert [f'href="{decision(waiting, act)}"' in page for act in ("apply", "dismiss")] == [shown, shown]


def test_nothing_is_decided_in_the_past_or_in_the_recycle_bin(admin, waiting, store):
    past = admin.get(address_of(waiting, "?version=2")).content.decode()
    assert ("Waits for confirmation" in past, decision(waiting, "apply") in past) == (True, False)
    store.write(delete(customer_number="C-1"))
    assert decision(waiting, "apply") not in admin.get(address_of(waiting)).content.decode()


@pytest.mark.parametrize("act", ["apply", "dismiss"])
@pytest.mark.parametrize(("person", "status"), [(VIEWER, 403), (OPERATOR, 403), (NOBODY, 302), (NEIGHBOUR_OWNER, 404)])
def test_strangers_decide_nothing(client_of, waiting, store, person, status, act):
    assert client_of(person).get(decision(waiting, act)).status_code == status
    assert decide(client_of(person), waiting, act).status_code == status
    assert store.only().version == waiting.version


@pytest.mark.parametrize("act", ["apply", "dismiss"])
def test_a_decision_shows_both_values_before_it_is_made(admin, waiting, act):
    page = admin.get(decision(waiting, act)).content.decode()
    assert (OLD in page, NEW in page, 'name="reason"' in page) == (True, True, True)


def test_applying_writes_the_value_and_keeps_the_reason(client_of, waiting, store):
    answer = decide(client_of(OWNER), waiting, "apply", reason="Confirmed by phone")
    assert answer.headers["Location"] == address_of(waiting)
    assert (store.only().attributes["iban"], store.parked()) == (NEW, {"last_name": "Korn"})
    assert AuditEntry.objects.get(action="changeset.apply").changes["reason"] == "Confirmed by phone"


def test_dismissing_keeps_the_present_value(admin, waiting, store):
    decide(admin, waiting, "dismiss")
    assert (store.only().attributes["iban"], store.parked()) == (OLD, {"last_name": "Korn"})


def test_a_decision_about_an_older_version_is_refused(admin, waiting, store):
    store.park(customer_number="C-1", iban="DE75512108001245126199")
    page = admin.post(decision(waiting, "apply"), {"expected": waiting.version}, follow=True).content.decode()
    assert "at version 4" in page
    assert store.only().attributes["iban"] == OLD


def test_what_was_decided_meanwhile_leads_back_to_the_entity(admin, waiting, store):
    store.decide(dismissing=["iban"])
    page = admin.get(decision(waiting, "apply"), follow=True).content.decode()
    assert "Nothing waits in iban any more." in page
    assert admin.get(decision(waiting, "apply"), headers={"HX-Request": "true"})["HX-Redirect"] == address_of(waiting)


def test_a_decision_needs_the_token_of_the_form(client_of, waiting, store):
    client = client_of(ADMIN)
    client.handler.enforce_csrf_checks = True
    assert decide(client, waiting, "apply").status_code == 403
    assert store.only().version == waiting.version


def test_a_decimal_is_decided_together_with_its_amount(admin, store, define):
    define("contract", attributes=[{"name": "balance", "edit_mode": "approval"}])
    store.upsert("contract", contract_number="V-1", balance=100, balance_decimal="1.00")
    contract = store.only("contract")
    edit(admin, contract, balance="200", balance_decimal="2.00")
    page = admin.get(address_of(contract)).content.decode()
    assert "decided together with balance" in row(page, "balance_decimal")
    assert decision(contract, "apply", "balance_decimal") not in page


def test_the_form_says_which_fields_wait(admin, waiting):
    page = admin.get(address_of(waiting, "/edit")).content.decode()
    assert re.search(rf'id="waits-iban".*?A change waits until the ERP confirms it\. Proposed now: {NEW}\.', page, re.S)
    assert re.search(r'id="waits-last_name".*?A change waits until somebody approves it\.', page, re.S)
    assert 'id="waits-first_name"' not in page


def test_the_form_of_a_new_entity_says_nothing_of_waiting(admin, contact):
    assert 'id="waits-' not in admin.get("/app/entities/contact/new").content.decode()


def test_saving_the_form_parks_and_says_so(admin, contact, store):
    answer = edit(admin, contact, iban=NEW, first_name="Ute")
    assert (store.parked(), store.only().attributes["first_name"]) == ({"iban": NEW}, "Ute")
    assert "Waiting for confirmation or approval: iban." in admin.get(answer["Location"]).content.decode()


def test_a_form_that_was_overtaken_by_a_parking_does_not_show_it_as_a_change(admin, contact, store):
    store.park(customer_number="C-1", iban=NEW)
    answer = edit(admin, contact, first_name="Ute")
    assert answer.status_code == 412
    assert "_changesets" not in answer.content.decode()


def test_the_history_tells_changesets_in_sentences(seen, waiting, store):
    store.decide(applying=["last_name"])
    store.upsert(customer_number="C-1", iban="****2051")
    store.park(customer_number="C-1", iban=OLD)
    store.decide(dismissing=["iban"])
    page = seen(address_of(waiting, "?tab=history"))
    for sentence in (
        f"{NEW} waits for confirmation in iban.",
        "Korn waits for approval in last_name.",
        "Korn is applied to last_name.",
        f"{NEW} is confirmed for iban.",
        f"{OLD} is dismissed for iban.",
    ):
        assert sentence in page
    for word in ("Parked", "Applied", "Confirmed", "Dismissed"):
        assert f">{word}<" in page
    assert "_changesets" not in page


def test_a_parking_offers_no_undo(admin, waiting, store):
    page = admin.get(address_of(waiting, "?tab=history")).content.decode()
    parked = store.changes(waiting.pk)[-1]
    assert address_of(waiting, f"/changes/{parked.pk}/undo") not in page
    assert admin.get(address_of(waiting, f"/changes/{parked.pk}/undo")).status_code == 409


def test_two_versions_are_compared_value_by_value(seen, waiting):
    page = seen(address_of(waiting, "?tab=history&old=1&new=2"))
    assert "_changesets.iban" in page
    assert "created_at" not in page
