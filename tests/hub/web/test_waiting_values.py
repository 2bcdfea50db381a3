"""The page of values that wait, whatever entity they wait in, and deciding about them from there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hub import clock
from hub.accounts.models import AuditEntry, Organization
from hub.entities.changesets import changesets_in, moment_text
from hub.entities.models import Entity
from hub.entities.waiting import listing
from hub.web.entities.waiting.listing import PAGE_SIZE
from tests.builders import make_integration, make_use_case
from tests.cast import NEIGHBOUR_OWNER, NOBODY, OPERATOR, VIEWER
from tests.hub.entities.conftest import Store
from tests.hub.entities.waiting.test_listing import propose

pytestmark = pytest.mark.django_db

LIST = "/app/entities/-/waiting"
DECIDE = f"{LIST}/decide"


def park(store: Store, number: str, days: int = 0, mode: str = "external", **value: Any) -> None:
    """Values of a contact that wait for so many days. Any: JSON."""
    since = moment_text(clock.now() - timedelta(days=days))
    frame = {"edit_mode": mode, "created_at": since, "actor": {"type": "user", "id": "7"}}
    propose(store, number, dict.fromkeys(value, frame), value)


@pytest.fixture
def waiting(store: Store) -> Store:
    """Three values of two contacts."""
    store.upsert(customer_number="C-1", iban="DE-OLD", last_name="Kern")
    park(store, "C-1", days=40, iban="DE-NEW")
    park(store, "C-2", days=10, mode="approval", last_name="Korn")
    park(store, "C-1", days=1, mode="approval", last_name="Korb")
    return store


def rows(client: Client, query: str = "") -> list[Any]:
    return list(client.get(f"{LIST}{query}").context["rows"])


def tokens(client: Client, *names: str) -> list[str]:
    """Of the listed values, or of those for these attributes."""
    return [row.token for row in rows(client) if not names or row.attribute in names]


def parked(store: Store, number: str) -> set[str]:
    """The attributes of a contact for which something waits."""
    entity = next(one for one in store.entities() if one.attributes["customer_number"] == number)
    return set(changesets_in(entity.attributes))


def test_the_list_tells_what_waits_where_and_since_when(viewer: Client, waiting: Store) -> None:
    listed = [(row.attribute, row.present, row.proposed, str(row.pending.state)) for row in rows(viewer)]
    assert listed == [
        ("iban", "DE-OLD", "DE-NEW", "Waits for confirmation"),
        ("last_name", "no value", "Korn", "Waits for approval"),
        ("last_name", "Kern", "Korb", "Waits for approval"),
    ]
    assert "3 of 3 that wait" in viewer.get(LIST).text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?attribute=iban", ["DE-NEW"]),
        ("?state=approval", ["Korn", "Korb"]),
        ("?state=approval&state=external", ["DE-NEW", "Korn", "Korb"]),
        ("?older=7", ["DE-NEW", "Korn"]),
        ("?older=7&older=30", ["DE-NEW"]),
        ("?schema=contact&attribute=last_name&older=7", ["Korn"]),
        ("?schema=order", []),
        ("?older=x&state=x&after=x&schema=%00", ["DE-NEW", "Korn", "Korb"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(viewer: Client, waiting: Store, query: str, shown: list[str]) -> None:
    assert [row.proposed for row in rows(viewer, query)] == shown


def test_each_filter_that_is_set_has_a_chip_that_takes_it_away(viewer: Client, waiting: Store) -> None:
    chips = viewer.get(f"{LIST}?schema=contact&older=7").context["chips"]
    assert [(chip["value"], chip["remove_url"]) for chip in chips] == [
        ("Contacts", "?older=7"),
        ("7 days", "?schema=contact"),
    ]


def test_the_menus_offer_what_does_not_take_values_directly(viewer: Client, define: Any) -> None:
    define("contact", attributes=[{"name": "last_name", "edit_mode": "approval"}])
    choices = {choice["name"]: choice["options"] for choice in viewer.get(LIST).context["choices"]}
    assert [one["value"] for one in choices["schema"]] == ["contact"]
    assert [one["value"] for one in choices["attribute"]] == ["last_name"]


def test_an_empty_list_says_when_something_waits(viewer: Client, define: Any) -> None:
    assert "So far no attribute of any schema has one of these modes." in viewer.get(LIST).text
    define("contact", attributes=[{"name": "last_name", "edit_mode": "approval"}])
    assert "Attributes that have one: contact.last_name." in viewer.get(LIST).text


def test_filters_that_find_nothing_say_so(viewer: Client, waiting: Store) -> None:
    assert "Nothing waits that these filters find" in viewer.get(f"{LIST}?attribute=email").text


def test_a_list_that_takes_too_long_is_given_up_in_place(
    viewer: Client, waiting: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> object:
        raise listing.TooSlow

    monkeypatch.setattr(listing.sql, "listed", slow)
    answer = viewer.get(LIST)
    assert answer.status_code == 503
    assert "The list took longer than 5 s" in answer.text


def test_pages_follow_each_other(viewer: Client, store: Store) -> None:
    for number in range(PAGE_SIZE + 2):
        park(store, f"C-{number:03}", days=100 - number, iban="A")
    first = viewer.get(LIST).context
    second = viewer.get(f"{LIST}{first['next']}").context
    assert (len(first["rows"]), len(second["rows"])) == (PAGE_SIZE, 2)
    assert (second["next"], second["first"], first["first"]) == ("", "?", "")


def test_the_list_takes_as_many_queries_whatever_waits(viewer: Client, waiting: Store, count_queries: Any) -> None:
    viewer.get(LIST)
    with count_queries() as few:
        viewer.get(LIST)
    for number in range(10):
        park(waiting, f"X-{number}", iban="A", last_name="B")
    with count_queries() as many:
        viewer.get(LIST)
    assert len(many) == len(few)


@pytest.mark.parametrize(("act", "name"), [("apply", "Korn"), ("dismiss", None)])
def test_chosen_values_are_decided_about_with_one_reason(
    admin: Client, waiting: Store, act: str, name: str | None
) -> None:
    chosen = {"act": act, "value": tokens(admin, "last_name")}
    question = admin.post(DECIDE, chosen)
    assert question.status_code == 200
    assert "2 " in str(question.context["question"].title)
    answer = admin.post(DECIDE, chosen | {"reason": "Checked by phone"})
    assert answer.headers["Location"] == LIST
    assert [row.attribute for row in rows(admin)] == ["iban"]
    second = Entity.objects.get(attributes__customer_number="C-2")
    assert second.attributes.get("last_name") == name
    entries = AuditEntry.objects.filter(action=f"changeset.{act}")
    assert {entry.changes["reason"] for entry in entries} == {"Checked by phone"}


def test_all_values_of_one_entity_are_decided_about_together(admin: Client, waiting: Store) -> None:
    admin.post(DECIDE, {"act": "apply", "value": tokens(admin), "reason": "All of it"})
    assert rows(admin) == []


def test_the_link_of_a_row_is_about_that_row_alone(admin: Client, waiting: Store) -> None:
    [row] = rows(admin, "?attribute=iban")
    question = admin.get(row.apply_url)
    form = question.context["form"]
    assert (form.initial["act"], form.initial["value"]) == ("apply", [row.token])
    answer = admin.post(row.apply_url, {"act": "apply", "value": [row.token], "reason": "Checked"})
    assert answer.headers["Location"] == f"{LIST}?attribute=iban"
    assert len(rows(admin)) == 2


def test_a_decision_needs_a_reason(admin: Client, waiting: Store) -> None:
    answer = admin.post(DECIDE, {"act": "apply", "value": tokens(admin, "iban"), "reason": " "})
    assert answer.status_code == 422
    assert parked(waiting, "C-1") == {"iban", "last_name"}


def test_what_changed_meanwhile_is_left_and_told_and_the_others_are_done(admin: Client, waiting: Store) -> None:
    chosen = tokens(admin)
    waiting.upsert(customer_number="C-2", first_name="Ute")
    answer = admin.post(DECIDE, {"act": "apply", "value": chosen, "reason": "Checked"}, follow=True)
    assert parked(waiting, "C-1") == set()
    assert parked(waiting, "C-2") == {"last_name"}
    assert "2 proposed values are stored." in answer.text
    assert "contact last_name" in answer.text


def test_nothing_chosen_decides_nothing(admin: Client, waiting: Store) -> None:
    for sent in ({}, {"value": ["x", "contact/1/2"]}):
        assert admin.post(DECIDE, {"act": "apply"} | sent).headers["Location"] == LIST
    assert len(rows(admin)) == 3


def test_the_filters_are_kept_over_a_decision(admin: Client, waiting: Store) -> None:
    [token] = tokens(admin, "iban")
    answer = admin.post(f"{DECIDE}?older=7", {"act": "dismiss", "value": [token], "reason": "No"})
    assert answer.headers["Location"] == f"{LIST}?older=7"


def test_a_page_is_selected_without_scripts(admin: Client, waiting: Store) -> None:
    assert [row.is_selected for row in rows(admin, "?selected=page")] == [True, True, True]


@pytest.mark.parametrize(("person", "status"), [(VIEWER, 403), (OPERATOR, 403), (NOBODY, 302)])
def test_strangers_decide_nothing(client_of: Any, admin: Client, waiting: Store, person: Any, status: int) -> None:
    sent = {"act": "apply", "value": tokens(admin), "reason": "Mine"}
    assert client_of(person).post(DECIDE, sent).status_code == status
    assert len(rows(admin)) == 3


def test_viewers_are_offered_no_decision(viewer: Client, waiting: Store) -> None:
    assert DECIDE not in viewer.get(LIST).text


def test_neighbours_see_and_decide_nothing(client_of: Any, admin: Client, waiting: Store) -> None:
    neighbour = client_of(NEIGHBOUR_OWNER)
    assert rows(neighbour) == []
    neighbour.post(DECIDE, {"act": "apply", "value": tokens(admin), "reason": "Mine"})
    assert len(rows(admin)) == 3


def test_the_page_of_schemas_links_how_many_values_wait(viewer: Client, waiting: Store) -> None:
    text = viewer.get("/app/entities").text
    assert f'href="{LIST}"' in text
    assert "3 values wait" in text


def test_the_overview_asks_for_approvals(viewer: Client, organization: Organization, waiting: Store) -> None:
    make_use_case(integration=make_integration(organization=organization))
    text = viewer.get("/app/overview").text
    assert "2 values wait for approval" in text
    assert f'href="{LIST}?state=approval"' in text
