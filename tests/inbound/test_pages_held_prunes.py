"""The pages of held prunes: what waits, what a decision would do, who may decide, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, Organization
from hub.entities.models import Entity
from hub.ids import find_id, to_text
from hub.retention import running
from inbound.models import HeldPrune, HeldPruneMember, Lane
from inbound.query import TooSlow
from inbound.ui import held_prunes
from tests.builders import make_integration, make_token
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER, Person
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer, drain
from tests.inbound.prunes.builders import held, upsert

pytestmark = pytest.mark.django_db

LIST = "/app/held-prunes"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who may decide."""
    return client_of(OPERATOR)


@pytest.fixture
def prune(erp: Erp) -> HeldPrune:
    """A prune of three contacts of nine."""
    return held(erp, *(upsert(erp.organization, number, last_name=f"Name {number}") for number in "ABC"))


def url(prune: HeldPrune, act: str = "") -> str:
    return f"{LIST}/{prune.pk}/{act}".rstrip("/")


def text_of(client: Client, path: str = LIST) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def listed(client: Client, path: str = LIST) -> list[str]:
    """The prunes of the list, from top to bottom."""
    return [str(row.prune.pk) for row in client.get(path).context["rows"]]


def live(organization: Organization) -> set[str]:
    stored = Entity.objects.of(organization).filter(deleted_at__isnull=True)
    return {entity.attributes["customer_number"] for entity in stored}


# --- the list ----------------------------------------------------------------------------------------------


def test_the_list_says_how_many_of_how_many_and_of_what(prune: HeldPrune, viewer: Client) -> None:
    text = text_of(viewer)
    assert f'href="{url(prune)}" data-row-link>3 of 9 contacts</a>' in text
    assert "of the billing account with external_id K1" in text


def test_the_list_opens_with_what_waits(erp: Erp, prune: HeldPrune, viewer: Client) -> None:
    HeldPrune.objects.update(state="rejected")
    waiting = held(erp, upsert(erp.organization, "D"), scope="K2")
    assert listed(viewer) == [str(waiting.pk)]
    assert listed(viewer, f"{LIST}?state=rejected") == [str(prune.pk)]
    assert set(listed(viewer, f"{LIST}?state=all")) == {str(prune.pk), str(waiting.pk)}


def test_every_state_is_counted(erp: Erp, prune: HeldPrune, viewer: Client) -> None:
    HeldPrune.objects.update(state="approved")
    held(erp, upsert(erp.organization, "D"), scope="K2")
    tabs = viewer.get(LIST).context["tabs"]
    assert {tab["key"]: tab["count"] for tab in tabs} == {
        "waiting": "1", "approved": "1", "rejected": "0", "superseded": "0", "all": "2",
    }  # fmt: skip


def test_the_list_is_narrowed_to_an_integration(erp: Erp, prune: HeldPrune, viewer: Client) -> None:
    other = make_integration(organization=erp.organization)
    elsewhere = held(erp, upsert(erp.organization, "D"), scope="K2", integration_id=other.pk)
    assert listed(viewer, f"{LIST}?integration={other.pk}") == [str(elsewhere.pk)]
    assert len(listed(viewer, f"{LIST}?integration={other.pk}&integration={erp.integration.pk}")) == 2


def test_the_list_is_narrowed_to_an_event(erp: Erp, prune: HeldPrune, viewer: Client) -> None:
    other = held(erp, upsert(erp.organization, "D"), scope="K2")
    assert listed(viewer, f"{LIST}?event={to_text('evt_', other.event_id)}") == [str(other.pk)]


@pytest.mark.parametrize(
    "query",
    ["state=nonsense", "integration=x", "event=x", "before=x~y", "before=2026-99-01~x", "state=%00", "before=~"],
)
def test_what_makes_no_sense_in_an_address_is_passed_over(prune: HeldPrune, viewer: Client, query: str) -> None:
    assert listed(viewer, f"{LIST}?{query}") == [str(prune.pk)]


def test_the_next_page_goes_on_where_the_last_one_ended(
    erp: Erp, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_prunes, "PAGE_SIZE", 2)
    prunes = [held(erp, upsert(erp.organization, str(number)), scope=str(number)) for number in range(5)]
    seen, path = [], LIST
    while path != LIST + "?":
        page = viewer.get(path).context
        seen += [row.prune.pk for row in page["rows"]]
        path = LIST + (page["older_url"] or "?")
    assert seen == [prune.pk for prune in reversed(prunes)]


def test_nothing_ever_held_names_the_limits(erp: Erp, viewer: Client) -> None:
    text = text_of(viewer)
    assert "Nothing was ever held" in text
    assert "more than 50 records and more than 20 % of their scope" in text


def test_where_nothing_waits_there_is_a_way_to_the_others(prune: HeldPrune, viewer: Client) -> None:
    HeldPrune.objects.update(state="approved")
    text = text_of(viewer)
    assert "Nothing waits for a decision" in text
    assert 'href="?state=all"' in text


def test_filters_that_leave_nothing_can_be_cleared(prune: HeldPrune, viewer: Client) -> None:
    assert "The filters leave nothing in any state." in text_of(viewer, f"{LIST}?integration={uuid4()}")


def test_a_list_that_takes_too_long_says_so_in_place(
    prune: HeldPrune, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(**_: Any) -> None:
        raise TooSlow

    monkeypatch.setattr(held_prunes, "list_held", give_up)
    text = text_of(viewer)
    assert "The list took longer than 5 s" in text
    assert "QUERY_TIMEOUT" in text


def test_the_number_of_queries_does_not_depend_on_the_number_of_prunes(
    erp: Erp, prune: HeldPrune, viewer: Client, count_queries: Callable[[], Any]
) -> None:
    def cost() -> int:
        viewer.get(LIST)
        with count_queries() as counted:
            viewer.get(LIST)
        return len(counted)

    few = cost()
    for number in range(5):
        held(erp, upsert(erp.organization, str(number)), scope=str(number))
    assert cost() == few


# --- one prune ---------------------------------------------------------------------------------------------


def test_a_prune_names_its_records_and_links_them(prune: HeldPrune, viewer: Client) -> None:
    text = text_of(viewer, url(prune))
    member = HeldPruneMember.objects.filter(prune_id=prune.pk).order_by("record_id")[0]
    assert f'href="/app/entities/contact/{member.record_id}">Name A</a>' in text


def test_records_are_told_apart_by_their_identifiers(prune: HeldPrune, viewer: Client) -> None:
    assert "<span>customer_number A</span>" in text_of(viewer, url(prune))


def test_the_api_tells_the_identifiers_of_each_record(
    erp: Erp, prune: HeldPrune, client_of: Callable[..., Client]
) -> None:
    path = f"/v1/integrations/{erp.integration.pk}/held-prunes/{prune.pk}"
    records = client_of(erp.token).get(path).json()["records"]
    assert [record["identifiers"]["customer_number"] for record in records] == ["A", "B", "C"]


def test_a_record_that_changed_since_is_marked_and_not_counted(erp: Erp, prune: HeldPrune, viewer: Client) -> None:
    upsert(erp.organization, "B", last_name="Other")
    context = viewer.get(url(prune)).context
    assert [one["mark"] and one["mark"]["text"] for one in context["records"]] == [
        None, "would stay: changed since", None,
    ]  # fmt: skip
    assert (context["going"], context["staying"]) == (2, 1)


def test_a_record_that_a_later_event_listed_is_marked_though_nothing_changed(erp: Erp, viewer: Client) -> None:
    erp.sync(customer("A"))
    prune = held(erp, erp.entity("A"), lane_id=Lane.objects.get().pk, event_order=0)
    erp.sync(customer("A"))
    context = viewer.get(url(prune)).context
    assert context["records"][0]["mark"]["text"] == "would stay: listed again since"
    assert context["going"] == 0


def test_a_record_that_is_deleted_by_now_is_called_gone(prune: HeldPrune, viewer: Client) -> None:
    Entity.objects.filter(attributes__customer_number="A").delete()
    Entity.objects.filter(attributes__customer_number="B").update(deleted_at=prune.held_at)
    context = viewer.get(url(prune)).context
    assert [one["mark"] and one["mark"]["text"] for one in context["records"]] == ["gone by now", "gone by now", None]
    assert context["going"] == 1


def test_a_prune_tells_where_its_scope_and_its_event_are(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("A")).event_id
    prune = held(erp, erp.entity("A"), event_id=find_id("evt_", event_id))
    text = text_of(viewer, url(prune))
    assert f'href="/app/events/{event_id}"' in text
    assert 'href="/app/entities/billing_account?q=K1">contacts of the billing account with external_id K1</a>' in text


def test_an_event_that_is_kept_no_more_is_named_without_a_link(prune: HeldPrune, viewer: Client) -> None:
    event_id = to_text("evt_", prune.event_id)
    text = text_of(viewer, url(prune))
    assert event_id in text
    assert f'href="/app/events/{event_id}"' not in text


@pytest.mark.parametrize(("is_purge", "words"), [
    (True, "An approval removes 3 of 9 contacts for good."),
    (False, "An approval moves 3 of 9 contacts into the recycle bin for 30 days."),
])  # fmt: skip
def test_a_prune_says_where_what_it_removes_ends(erp: Erp, viewer: Client, is_purge: bool, words: str) -> None:
    prune = held(erp, *(upsert(erp.organization, number) for number in "ABC"), is_purge=is_purge)
    assert words in text_of(viewer, url(prune))


def test_the_records_come_in_pages(prune: HeldPrune, viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbound.ui.held_prunes_one.RECORDS_SHOWN", 2)
    first = viewer.get(url(prune)).context
    second = viewer.get(f"{url(prune)}?after={first['next']}").context
    titles = [one["record"].title for page in (first, second) for one in page["records"]]
    assert (titles, second["next"]) == (["Name A", "Name B", "Name C"], "")


def test_a_place_that_makes_no_sense_is_the_first_page(prune: HeldPrune, viewer: Client) -> None:
    assert len(viewer.get(f"{url(prune)}?after=nonsense").context["records"]) == 3


def test_nothing_of_a_record_or_a_scope_is_markup(erp: Erp, viewer: Client) -> None:
    prune = held(erp, upsert(erp.organization, "A", last_name=EVIL), scope=EVIL)
    for path in (LIST, url(prune)):
        assert "<script>alert" not in text_of(viewer, path)


def test_a_page_of_many_records_costs_as_many_queries_as_one_of_few(
    erp: Erp, viewer: Client, count_queries: Callable[[], Any]
) -> None:
    def cost(numbers: range) -> int:
        prune = held(erp, *(upsert(erp.organization, f"{number}") for number in numbers), scope=str(numbers))
        viewer.get(url(prune))
        with count_queries() as counted:
            viewer.get(url(prune))
        return len(counted)

    assert cost(range(2)) == cost(range(10, 40))


@pytest.mark.parametrize("path", ["not-an-id", "0d0d0d0d-0000-4000-8000-000000000001"])
def test_an_unknown_prune_is_not_found(erp: Erp, operator: Client, path: str) -> None:
    for act in ("", "/approve", "/reject"):
        assert operator.get(f"{LIST}/{path}{act}").status_code == 404


# --- decisions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_purge", "words"), [
    (True, "This removes 3 of 9 contacts for good."),
    (False, "This moves 3 of 9 contacts into the recycle bin for 30 days."),
])  # fmt: skip
def test_the_question_states_the_consequence(erp: Erp, operator: Client, is_purge: bool, words: str) -> None:
    prune = held(erp, *(upsert(erp.organization, number) for number in "ABC"), is_purge=is_purge)
    text = text_of(operator, url(prune, "approve"))
    assert "Remove 3 of 9 contacts?" in text
    assert words in text


def test_the_question_counts_what_would_go_now(erp: Erp, prune: HeldPrune, operator: Client) -> None:
    upsert(erp.organization, "B", last_name="Other")
    text = text_of(operator, url(prune, "approve"))
    assert "2 of 9 contacts into the recycle bin" in text
    assert "1 of those left out is not touched" in text


def test_the_question_comes_as_a_dialog_where_scripts_run(prune: HeldPrune, operator: Client) -> None:
    text = operator.get(url(prune, "approve"), headers={"HX-Request": "true"}).content.decode()
    assert "<dialog" in text
    assert "<html" not in text


def test_an_approval_removes_what_is_listed_and_its_page_opens(erp: Erp, prune: HeldPrune, operator: Client) -> None:
    answer = operator.post(url(prune, "approve"), {"reason": "checked with the ERP"})
    assert (answer.status_code, answer["Location"], live(erp.organization)) == (302, url(prune), set())
    entry = AuditEntry.objects.get(action="prune.approved")
    assert (entry.actor_type, entry.changes["reason"]) == ("user", "checked with the ERP")


def test_the_page_of_an_approved_prune_tells_what_went_and_what_was_left(
    erp: Erp, prune: HeldPrune, operator: Client
) -> None:
    upsert(erp.organization, "B", last_name="Other")
    text = " ".join(operator.post(url(prune, "approve"), {"reason": "ok"}, follow=True).content.decode().split())
    assert "approved it: 2 of 3 were removed." in text
    assert "1 was left because it had changed, was listed again by a later event, or was gone." in text
    marks = [one["mark"]["text"] for one in operator.get(url(prune)).context["records"]]
    assert marks == ["removed", "left", "removed"]


def test_a_purged_record_is_called_removed_though_nothing_of_it_is_left(erp: Erp, operator: Client) -> None:
    prune = held(erp, upsert(erp.organization, "A"), is_purge=True)
    operator.post(url(prune, "approve"))
    shown = operator.get(url(prune)).context
    assert (shown["folded"], shown["records"], Entity.objects.count()) == (1, [], 0)


def test_a_removed_record_is_called_removed_when_the_recycle_bin_was_emptied_too(
    erp: Erp, prune: HeldPrune, client_of: Callable[..., Client], clock: FixedClock
) -> None:
    client_of(OPERATOR).post(url(prune, "approve"))
    clock.move(days=31)
    running.apply()
    shown = client_of(VIEWER).get(url(prune)).context
    assert (shown["folded"], shown["records"], Entity.objects.count()) == (prune.member_count, [], 0)


def test_a_rejection_lets_everything_stay_and_says_who_rejected(erp: Erp, prune: HeldPrune, operator: Client) -> None:
    text = operator.post(url(prune, "reject"), {"reason": "the list was cut"}, follow=True).content.decode()
    assert "rejected it: everything stayed." in text
    assert "the list was cut" in text
    assert live(erp.organization) == set("ABC")


def test_a_decision_of_a_machine_names_its_token(erp: Erp, prune: HeldPrune, viewer: Client) -> None:
    token = make_token(organization=erp.organization, name="SAP PO")
    HeldPrune.objects.update(
        state="rejected", decided_at=prune.held_at, decided_by_type="token", decided_by_id=token.id
    )
    assert "token SAP PO rejected it" in text_of(viewer, url(prune))


def test_a_prune_that_a_newer_event_made_void_says_so(erp: Erp, prune: HeldPrune, operator: Client) -> None:
    held(erp, upsert(erp.organization, "A"))
    text = text_of(operator, url(prune))
    assert "A newer event has spoken about the same scope." in text
    assert url(prune, "approve") not in text


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_whoever_comes_second_is_told_and_changes_nothing(
    erp: Erp, prune: HeldPrune, operator: Client, client_of: Callable[..., Client], act: str
) -> None:
    client_of(ADMIN).post(url(prune, "reject"))
    answer = operator.post(url(prune, act))
    assert answer.status_code == 409
    assert "Somebody else was faster." in answer.content.decode()
    assert (HeldPrune.objects.get().state, live(erp.organization)) == ("rejected", set("ABC"))


@pytest.mark.parametrize(("headers", "status"), [({}, 302), ({"HX-Request": "true"}, 200)])
def test_a_question_that_came_too_late_leads_to_the_page(
    prune: HeldPrune, operator: Client, headers: dict[str, str], status: int
) -> None:
    operator.post(url(prune, "reject"))
    answer = operator.get(url(prune, "approve"), headers=headers)
    assert (answer.status_code, answer.headers.get("Location") or answer["HX-Redirect"]) == (status, url(prune))


@pytest.mark.parametrize("reason", ["x" * 501, "a\0b"])
def test_a_reason_that_cannot_be_kept_is_asked_for_again(
    erp: Erp, prune: HeldPrune, operator: Client, reason: str
) -> None:
    answer = operator.post(url(prune, "approve"), {"reason": reason})
    assert (answer.status_code, HeldPrune.objects.get().state) == (422, "waiting")
    assert live(erp.organization) == set("ABC")


def test_where_nothing_is_left_to_remove_the_question_says_so(erp: Erp, prune: HeldPrune, operator: Client) -> None:
    Entity.objects.all().delete()
    assert "Approve, nothing is left to remove" in text_of(operator, url(prune, "approve"))


# --- who may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [OPERATOR, ADMIN, OWNER])
def test_whoever_may_replay_may_decide(prune: HeldPrune, client_of: Callable[..., Client], person: Person) -> None:
    client = client_of(person)
    assert f'href="{url(prune, "approve")}"' in text_of(client, url(prune))
    assert client.post(url(prune, "reject")).status_code == 302


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_a_viewer_may_look_and_not_decide(erp: Erp, prune: HeldPrune, viewer: Client, act: str) -> None:
    text = text_of(viewer, url(prune))
    assert "Operators, admins and owners can decide." in text
    assert url(prune, act) not in text
    assert viewer.get(url(prune, act)).status_code == 403
    assert viewer.post(url(prune, act)).status_code == 403
    assert HeldPrune.objects.get().state == "waiting"


@pytest.mark.parametrize("act", ["", "approve", "reject"])
def test_a_neighbour_finds_nothing_of_it(prune: HeldPrune, client_of: Callable[..., Client], act: str) -> None:
    neighbour = client_of(NEIGHBOUR_OWNER)
    assert listed(neighbour, f"{LIST}?state=all") == []
    assert neighbour.get(url(prune, act)).status_code == 404
    if act:
        assert neighbour.post(url(prune, act)).status_code == 404
    assert HeldPrune.objects.get().state == "waiting"


@pytest.mark.parametrize("act", ["", "approve", "reject"])
def test_a_stranger_is_sent_to_sign_in(prune: HeldPrune, act: str) -> None:
    assert Client().get(url(prune, act)).status_code == 302
    assert Client().get(LIST).status_code == 302
    if act:
        assert Client().post(url(prune, act)).status_code == 302


# --- where it is seen --------------------------------------------------------------------------------------


def test_the_side_bar_counts_what_waits(erp: Erp, prune: HeldPrune, viewer: Client) -> None:
    mark = 'class="ih-nav__count">'
    assert f"{mark}1" in text_of(viewer)
    HeldPrune.objects.update(state="rejected")
    assert mark not in text_of(viewer)


def test_the_overview_names_what_waits_longest_first(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    newer, older = (held(erp, upsert(erp.organization, number), scope=number) for number in "AB")
    HeldPrune.objects.filter(pk=older.pk).update(held_at=clock.at - timedelta(hours=3))
    text = text_of(viewer, "/app/overview")
    assert "would remove 1 of 9 contacts, 3 h ago" in text
    assert text.index(url(older)) < text.index(url(newer))


def test_the_overview_counts_those_that_it_does_not_name(erp: Erp, viewer: Client) -> None:
    for number in range(7):
        held(erp, upsert(erp.organization, str(number)), scope=str(number))
    attention = viewer.get("/app/overview").context["overview"].attention
    assert [one.title for one in attention.concerns.lines] == ["Prune held for a decision"] * 5 + ["2 more held prunes"]
    assert len(attention) == 7


def test_the_overview_shows_nobody_elses(prune: HeldPrune, client_of: Callable[..., Client]) -> None:
    make_integration(organization=Organization.objects.get(slug="next-door"))
    assert "Prune held" not in text_of(client_of(NEIGHBOUR_OWNER), "/app/overview")


def test_what_was_decided_needs_nobody(prune: HeldPrune, operator: Client) -> None:
    operator.post(url(prune, "reject"))
    drain()
    assert "Prune held" not in text_of(operator, "/app/overview")
