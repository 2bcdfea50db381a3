"""The list of inbound events: filters in the address, pages by keyset, what an empty list says, who may look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client

from hub.ids import find_id
from inbound.models import InboundEvent
from inbound.query import TooSlow
from inbound.ui import listing
from monitoring.issues.folding import fold
from monitoring.models import MonitoringEvent
from monitoring.models.issues import Issue
from tests.builders import make_integration
from tests.cast import NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER, Person
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db

EVENTS = "/app/events"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


def text_of(client: Client, path: str = EVENTS) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def ids_of(client: Client, path: str = EVENTS) -> list[str]:
    """The events that the list shows, from top to bottom."""
    answer = client.get(path)
    return [row.event_id for row in answer.context["listed"].rows]


def send(erp: Erp, count: int) -> list[str]:
    """The ids of that many applied events, oldest first."""
    results = [erp.send(erp.event(customer(f"C-{number}")))[0] for number in range(count)]
    drain()
    return [result.event_id for result in results]


@contextmanager
def slow_list(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def give_up(**_: Any) -> None:
        raise TooSlow

    with monkeypatch.context() as patched:
        patched.setattr(listing, "list_events", give_up)
        yield


# --- what a row shows --------------------------------------------------------------------------------------


def test_a_row_shows_status_use_case_version_and_key(erp: Erp, viewer: Client) -> None:
    erp.sync(customer("C-77"))
    [row] = viewer.get(EVENTS).context["listed"].rows
    assert (row.status, row.use_case, row.version, row.key) == ("success", "customer", 1, "C-77")


def test_a_row_is_a_link_to_its_event(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert f'href="/app/events/{event_id}" data-row-link' in text_of(viewer)


def test_the_newest_event_stands_on_top(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    first = erp.sync(customer("C-1")).event_id
    clock.move(seconds=1)
    second = erp.sync(customer("C-2")).event_id
    assert ids_of(viewer) == [second, first]


def test_an_event_of_a_deleted_use_case_keeps_its_name(erp: Erp, viewer: Client) -> None:
    from integrations.models import Tombstone

    erp.sync(customer("C-1"))
    Tombstone.objects.create(
        id=erp.use_case.pk,
        organization=erp.organization,
        object_type="use_case",
        slug="gone-sync",
        integration_id=erp.integration.pk,
        name="Gone",
        deleted_at=erp.use_case.created_at,
    )
    erp.use_case.delete()
    assert "gone-sync" in text_of(viewer)


def test_names_are_shown_as_text(erp: Erp, viewer: Client) -> None:
    erp.integration.name = EVIL
    erp.integration.save()
    make_integration(organization=erp.organization)
    erp.send(erp.event(customer("C-1"), event_name=EVIL))
    erp.sync(customer(EVIL))
    assert "<script>alert" not in text_of(viewer)
    assert "&lt;script&gt;alert(1)" in text_of(viewer)


# --- who may look ------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in(erp: Erp) -> None:
    answer = Client().get(EVENTS)
    assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, "/accounts/login/")


def test_a_neighbour_sees_none_of_the_events(erp: Erp, client_of: Callable[..., Client]) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert event_id not in text_of(client_of(NEIGHBOUR_OWNER))


def test_a_neighbour_learns_nothing_by_naming_ids(erp: Erp, client_of: Callable[..., Client]) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    path = f"{EVENTS}?event={event_id}&integration={erp.integration.pk}&use_case={erp.use_case.pk}"
    assert erp.integration.name not in text_of(client_of(NEIGHBOUR_OWNER), path)


@pytest.mark.parametrize(("person", "may"), [(VIEWER, False), (OPERATOR, True), (OWNER, True)])
def test_only_who_may_send_is_offered_a_replay(
    erp: Erp, client_of: Callable[..., Client], person: Person, may: bool
) -> None:
    erp.sync(customer("C-1"))
    assert ("Replay selected" in text_of(client_of(person))) is may


# --- filters -----------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(erp: Erp) -> dict[str, str]:
    """One event of each fate, by what it is called here."""
    erp.add_use_case("other", CONTACT)
    made = {
        "applied": erp.sync(customer("C-1"), correlation_id="isu-1", event_type="UPDATE"),
        "failed": erp.sync(customer(" ")),
        "broken": erp.sync('{"a'),
        "ignored": erp.send(erp.event(customer("C-2"), event_name="nobody"))[0],
        "other": erp.sync(customer("C-3"), use_case_slug="other"),
        "waiting": erp.send(erp.event(customer("C-4")))[0],
    }
    return {name: result.event_id for name, result in made.items()}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("status=success", {"applied", "other"}),
        ("status=error&status=ignored", {"failed", "broken", "ignored"}),
        ("status=received", {"waiting"}),
        ("status=received&status=success", {"waiting", "applied", "other"}),
        ("code=MALFORMED_PAYLOAD", {"broken"}),
        ("code=MISSING_IDENTIFIER", {"failed"}),
        ("code=MALFORMED_PAYLOAD&code=EVENT_NOT_CONFIGURED", {"broken", "ignored"}),
        ("type=UPDATE", {"applied"}),
        ("correlation=isu-1", {"applied"}),
        ("status=error&code=EVENT_NOT_CONFIGURED", set()),
        ("status=nonsense&integration=nonsense", {"applied", "failed", "broken", "ignored", "other", "waiting"}),
        ("event=evt_nonsense", set()),
        ("correlation=%00", {"applied", "failed", "broken", "ignored", "other", "waiting"}),
    ],
)
def test_filters_narrow_the_list(mixed: dict[str, str], viewer: Client, query: str, shown: set[str]) -> None:
    assert set(ids_of(viewer, f"{EVENTS}?{query}")) == {mixed[name] for name in shown}


def row_of(client: Client, event_id: str) -> str:
    """The line of an event."""
    [row] = re.findall(rf'<tr>(?:(?!</tr>).)*href="{EVENTS}/{event_id}.*?</tr>', text_of(client), re.DOTALL)
    return str(row)


def test_an_event_whose_identifier_could_not_be_read_shows_its_correlation_id(erp: Erp, viewer: Client) -> None:
    named = erp.sync(customer(" "), correlation_id="isu-77").event_id
    nameless = erp.sync(customer(" ")).event_id
    assert re.search(r"correlation\s+isu-77", row_of(viewer, named))
    assert "correlation" not in row_of(viewer, nameless)


def test_an_event_shows_the_identifier_that_another_of_its_operations_has_read(erp: Erp, viewer: Client) -> None:
    account = {"entity_schema": "account", "unique_ids": ["nr"], "fields": [{"attribute": "nr", "field": "gone"}]}
    erp.add_use_case("both", {"entities": [account, *CONTACT["entities"]]})
    [sent] = erp.send(erp.event(customer("C-7"), use_case_slug="both", correlation_id="isu-78"))
    drain()
    row = row_of(viewer, sent.event_id)
    assert ("C-7" in row, "isu-78" in row) == (True, False)


def test_the_code_of_a_row_leads_to_what_it_means(mixed: dict[str, str], viewer: Client) -> None:
    assert 'href="/app/codes#MALFORMED_PAYLOAD"' in row_of(viewer, mixed["broken"])


def test_the_chip_of_an_issue_has_its_title_and_leads_to_it(mixed: dict[str, str], viewer: Client) -> None:
    fold()
    issue = Issue.objects.get(code="MALFORMED_PAYLOAD")
    [chip] = viewer.get(f"{EVENTS}?issue={issue.pk}").context["chips"]
    assert (chip["value"], chip["url"]) == ("MALFORMED_PAYLOAD", f"/app/issues/{issue.pk}")


def test_the_chip_of_an_issue_that_nobody_knows_has_its_id_and_leads_nowhere(viewer: Client) -> None:
    unknown = str(UUID(int=7))
    [chip] = viewer.get(f"{EVENTS}?issue={unknown}").context["chips"]
    assert (chip["value"], chip["url"]) == (unknown, "")


def test_the_list_is_narrowed_to_the_events_of_an_issue(mixed: dict[str, str], viewer: Client) -> None:
    issue_id = MonitoringEvent.objects.get(code="MALFORMED_PAYLOAD").issue_id
    assert ids_of(viewer, f"{EVENTS}?issue={issue_id}") == [mixed["broken"]]


def test_the_list_is_narrowed_by_use_case_and_integration(erp: Erp, mixed: dict[str, str], viewer: Client) -> None:
    other = erp.integration.use_cases.get(slug="other")
    assert ids_of(viewer, f"{EVENTS}?use_case={other.pk}") == [mixed["other"]]
    assert len(ids_of(viewer, f"{EVENTS}?integration={erp.integration.pk}")) == len(mixed)


def test_the_list_opens_on_the_last_24_hours(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    erp.sync(customer("C-1"))
    clock.move(hours=25)
    recent = erp.sync(customer("C-2")).event_id
    assert ids_of(viewer) == [recent]


def test_one_id_is_looked_for_in_all_of_time(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    clock.move(days=20)
    assert ids_of(viewer, f"{EVENTS}?event={event_id}") == [event_id]


def test_two_moments_bound_the_list(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    first = erp.sync(customer("C-1")).event_id
    clock.move(hours=2)
    erp.sync(customer("C-2"))
    assert ids_of(viewer, f"{EVENTS}?from=2026-01-15T07:00:00Z&to=2026-01-15T09:00:00Z") == [first]


def test_a_moment_without_offset_is_local_time(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert ids_of(viewer, f"{EVENTS}?from=2026-01-15T09:00&to=2026-01-15T09:01") == [event_id]
    assert ids_of(viewer, f"{EVENTS}?from=2026-01-15T08:00&to=2026-01-15T08:30") == []


def test_a_chip_is_taken_away_by_its_own_link(mixed: dict[str, str], viewer: Client) -> None:
    chips = viewer.get(f"{EVENTS}?status=error&code=MALFORMED_PAYLOAD").context["chips"]
    assert {chip["label"]: parse_qs(chip["remove_url"][1:]) for chip in chips} == {
        "Status": {"code": ["MALFORMED_PAYLOAD"]},
        "Code": {"status": ["error"]},
    }


@pytest.mark.parametrize(
    ("query", "label", "value"),
    [
        ("payload=BUT000.PARTNER%208000000001", "Payload value", "BUT000.PARTNER 8000000001"),
        ("status=success&status=eror", "Status", "eror"),
        ("issue=zzz", "Issue", "zzz"),
        ("from=yesterday", "Time", "yesterday"),
        ("from=2026-02-02T00:00Z&to=2026-01-01T00:00Z", "Time", "2026-01-01T00:00Z"),
        ("window=fortnight", "Time", "fortnight"),
        ("code=A%00B", "Code", "A\0B"),
    ],
)
def test_a_filter_that_cannot_be_read_is_said(
    mixed: dict[str, str], viewer: Client, query: str, label: str, value: str
) -> None:
    [chip] = [one for one in viewer.get(f"{EVENTS}?{query}").context["chips"] if one.get("value") == value]
    assert (chip["label"], chip["is_unread"]) == (label, True)
    assert f"{label}: “{value}” cannot be read." in text_of(viewer, f"{EVENTS}?{query}")


@pytest.mark.parametrize("query", ["from=yesterday", "from=2026-02-02T00:00Z&to=2026-01-01T00:00Z"])
def test_a_time_that_cannot_be_read_says_what_one_looks_like(mixed: dict[str, str], viewer: Client, query: str) -> None:
    assert "what ends before it begins is no window" in text_of(viewer, f"{EVENTS}?{query}")


def test_an_empty_field_of_a_form_is_no_filter(mixed: dict[str, str], viewer: Client) -> None:
    assert "cannot be read" not in text_of(viewer, f"{EVENTS}?payload=&status=&from=&to=&window=")


def test_a_filter_that_cannot_be_read_stays_until_it_is_taken_away(mixed: dict[str, str], viewer: Client) -> None:
    answer = viewer.get(f"{EVENTS}?status=success&payload=nonsense")
    assert "payload=nonsense" in answer.context["filter_query"]
    [chip] = [one for one in answer.context["chips"] if one.get("is_unread")]
    assert parse_qs(urlsplit(chip["remove_url"]).query) == {"status": ["success"]}


def test_a_replay_of_all_is_not_offered_while_a_filter_cannot_be_read(
    mixed: dict[str, str], client_of: Callable[..., Client]
) -> None:
    operator = client_of(OPERATOR)
    assert "replay-many" in text_of(operator, EVENTS)
    assert "replay-many" not in text_of(operator, f"{EVENTS}?payload=nonsense")


def test_row_links_carry_the_filter(mixed: dict[str, str], viewer: Client) -> None:
    assert f"/app/events/{mixed['applied']}?status=success&amp;window=7d" in text_of(
        viewer, f"{EVENTS}?status=success&window=7d"
    )


# --- pages -------------------------------------------------------------------------------------------------


def test_pages_go_to_older_and_back_to_newer_events(erp: Erp, viewer: Client) -> None:
    sent = send(erp, 53)[::-1]
    first = viewer.get(EVENTS).context["listed"]
    second = viewer.get(EVENTS + first.older).context["listed"]
    back = viewer.get(EVENTS + second.newer).context["listed"]
    pages = [[row.event_id for row in page.rows] for page in (first, second, back)]
    assert pages == [sent[:50], sent[50:], sent[:50]]
    assert (first.newer, second.older, back.newer) == ("", "", "")


@pytest.mark.parametrize("cursor", ["x", "1-2", "99999999999999999999-evt_1", "-", "1768464000000000-evt_x"])
def test_a_cursor_that_is_none_shows_the_newest_page(erp: Erp, viewer: Client, cursor: str) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert ids_of(viewer, f"{EVENTS}?before={cursor}") == [event_id]


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(
    erp: Erp, viewer: Client, count_queries: Callable[[], Any]
) -> None:
    def cost() -> int:
        with count_queries() as counted:
            viewer.get(EVENTS)
        return len(counted)

    send(erp, 2)
    viewer.get(EVENTS)
    few = cost()
    send(erp, 40)
    assert cost() == few


def test_new_events_are_counted_above_the_first_row(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    erp.sync(customer("C-1"))
    live_url = viewer.get(EVENTS).context["live_url"]
    assert viewer.get(live_url).json() == {"count": 0}
    clock.move(seconds=1)
    send(erp, 2)
    assert viewer.get(live_url).json() == {"count": 2}


def test_new_events_are_not_offered_where_they_would_not_be_on_top(erp: Erp, viewer: Client) -> None:
    send(erp, 51)
    older = viewer.get(EVENTS).context["listed"].older
    assert viewer.get(EVENTS + older).context["live_url"] == ""


def test_all_rows_of_the_page_can_be_ticked_without_scripts(erp: Erp, client_of: Callable[..., Client]) -> None:
    send(erp, 3)
    text = text_of(client_of(OPERATOR), f"{EVENTS}?selected=page")
    assert len(re.findall(r'form="selection"[^>]* checked', text)) == 3


# --- bars --------------------------------------------------------------------------------------------------


def test_the_bars_count_what_ended(mixed: dict[str, str], viewer: Client) -> None:
    assert viewer.get(EVENTS).context["histogram"].totals == {"success": 2, "error": 2, "ignored": 1}


def test_the_bars_count_folded_and_fresh_counters_together(erp: Erp, viewer: Client) -> None:
    from monitoring.counters import fold

    send(erp, 2)
    fold()
    send(erp, 1)
    for window in ("1h", "24h", "7d", "30d"):
        assert viewer.get(f"{EVENTS}?window={window}").context["histogram"].totals == {"success": 3}


def test_a_bar_leads_into_its_own_time(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    [bar] = [bar for bar in viewer.get(f"{EVENTS}?status=success").context["histogram"].bars if bar.total]
    answer = viewer.get(EVENTS + bar.url)
    assert [row.event_id for row in answer.context["listed"].rows] == [event_id]
    assert [chip["label"] for chip in answer.context["chips"]] == ["Status", "Time"]


# --- empty and failing -------------------------------------------------------------------------------------


def test_before_the_first_event_the_page_shows_how_to_send_it(erp: Erp, viewer: Client) -> None:
    text = text_of(viewer)
    assert "No events yet" in text
    assert str(erp.integration.pk) in text


def test_without_a_use_case_the_page_says_where_to_make_one(erp: Erp, client_of: Callable[..., Client]) -> None:
    assert "Open integrations" in text_of(client_of(NEIGHBOUR_OWNER))


def test_an_empty_list_names_the_chip_that_empties_it(mixed: dict[str, str], viewer: Client) -> None:
    answer = viewer.get(f"{EVENTS}?status=success&code=MALFORMED_PAYLOAD&type=CREATE&window=7d")
    assert "together they leave nothing" in answer.content.decode()
    answer = viewer.get(f"{EVENTS}?status=success&code=MALFORMED_PAYLOAD")
    assert "The chip Status: Success leaves nothing; without it there are 1." in answer.content.decode()
    assert [chip["label"] for chip in answer.context["chips"] if chip["empties"]] == ["Status"]


def test_an_empty_window_says_when_the_last_event_came(erp: Erp, viewer: Client, clock: FixedClock) -> None:
    erp.sync(customer("C-1"))
    clock.move(days=3)
    text = text_of(viewer)
    assert "The last one that matches came 3\u202fd ago." in text
    assert "window=90d" in text


def test_a_list_that_takes_too_long_leaves_the_rest_of_the_page(
    erp: Erp, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.sync(customer("C-1"))
    with slow_list(monkeypatch):
        answer = viewer.get(EVENTS)
    assert "QUERY_TIMEOUT" in answer.content.decode()
    assert answer.context["histogram"].total == 1


@pytest.mark.services
def test_a_statement_that_runs_too_long_is_given_up(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from inbound import query

    monkeypatch.setattr(query, "LIST_PATIENCE_S", 0.05)
    with pytest.raises(TooSlow), query.patience(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(2)")


def test_every_event_of_the_list_is_found_by_its_id(erp: Erp, viewer: Client) -> None:
    [event_id] = send(erp, 1)
    assert InboundEvent.objects.get(pk=find_id("evt_", event_id))
    assert ids_of(viewer, f"{EVENTS}?event={event_id}") == [event_id]


def test_a_page_of_more_events_than_are_counted_does_not_pass_for_all_of_them(erp: Erp, viewer: Client) -> None:
    for number in range(3):
        erp.send(*(erp.event(customer(f"C-{number}-{place}")) for place in range(20)))
    assert "50 events on this page" in text_of(viewer)
