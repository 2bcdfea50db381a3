"""…/history: what a use case was before."""

from __future__ import annotations

import base64
import json

import pytest

from hub.accounts.models import User
from tests.integrations.configurations import INBOUND
from tests.integrations.conftest import path_of


@pytest.fixture
def history(api, use_case):
    """The first page, or the one that a cursor names."""

    def read(cursor=None):
        query = f"?cursor={cursor}" if cursor is not None else ""
        return api.get(f"{path_of(use_case)}/history{query}")

    return read


def test_an_entry_holds_the_values_before_the_update(api, use_case, history, clock):
    clock.move(minutes=5)
    api.put(path_of(use_case), {"name": "Clients", "enabled": False, "configuration": INBOUND})
    (entry,) = history().json()["history"]
    assert entry == {
        "id": entry["id"],
        "useCaseId": str(use_case.pk),
        "integrationId": str(use_case.integration_id),
        "name": "Customers",
        "slug": "customers",
        "type": "inbound",
        "enabled": True,
        "configuration": {"entities": []},
        "created_at": "2026-01-15T08:00:00.000Z",
        "updated_at": "2026-01-15T08:00:00.000Z",
        "history_created_at": "2026-01-15T08:05:00.000Z",
    }


def test_entries_come_newest_first(api, use_case, history):
    for name in "abc":
        api.put(path_of(use_case), {"name": name})
    assert [entry["name"] for entry in history().json()["history"]] == ["b", "a", "Customers"]


def test_an_update_that_changes_nothing_writes_no_entry(api, use_case, history):
    api.put(path_of(use_case), {"name": "Customers", "enabled": True, "configuration": {"entities": []}})
    api.put(path_of(use_case), {})
    assert history().json()["history"] == []


def test_a_repeated_put_leaves_content_and_history_as_they_are(api, use_case, history):
    body = {"enabled": False, "change_description": "Paused"}
    first, second = (api.put(path_of(use_case), body).json() for _ in range(2))
    assert (first, len(history().json()["history"])) == (second, 1)


def test_an_entry_carries_the_reason_of_the_version_it_holds(api, use_case, history):
    api.put(path_of(use_case), {"enabled": False, "change_description": "Paused"})
    api.put(path_of(use_case), {"enabled": True})
    assert [entry.get("change_description") for entry in history().json()["history"]] == ["Paused", None]


def test_an_update_without_a_reason_clears_it_on_the_live_use_case(api, use_case):
    api.put(path_of(use_case), {"enabled": False, "change_description": "Paused"})
    assert "change_description" not in api.put(path_of(use_case), {"enabled": True}).json()


def test_a_new_reason_alone_is_a_change(api, use_case, history):
    api.put(path_of(use_case), {"change_description": "Looked at"})
    assert len(history().json()["history"]) == 1


def test_pages_of_twenty_follow_each_other_without_gap_or_overlap(api, use_case, history):
    for number in range(41):
        api.put(path_of(use_case), {"name": str(number)})
    pages, cursor = [], None
    while not pages or cursor is not None:
        page = history(cursor).json()
        pages.append([entry["name"] for entry in page["history"]])
        cursor = page.get("next_cursor")
    assert [len(page) for page in pages] == [20, 20, 1]
    assert [name for page in pages for name in page] == [*map(str, range(39, -1, -1)), "Customers"]


def test_a_last_page_that_is_full_has_no_cursor(api, use_case, history):
    for number in range(20):
        api.put(path_of(use_case), {"name": str(number)})
    page = history().json()
    assert (len(page["history"]), "next_cursor" in page) == (20, False)


def test_updates_in_between_do_not_move_the_next_page(api, use_case, history):
    for number in range(25):
        api.put(path_of(use_case), {"name": str(number)})
    cursor = history().json()["next_cursor"]
    api.put(path_of(use_case), {"name": "late"})
    assert [entry["name"] for entry in history(cursor).json()["history"]] == ["3", "2", "1", "0", "Customers"]


def test_a_page_costs_the_same_number_of_queries_however_long_it_is(api, use_case, history, count_queries):
    history()
    with count_queries() as few:
        history()
    for number in range(5):
        api.put(path_of(use_case), {"name": str(number)})
    history()
    with count_queries() as many:
        history()
    assert len(many) == len(few) <= 3


def _encoded(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%FF",
        "not base64!",
        "a" * 3000,
        _encoded([]),
        _encoded({}),
        _encoded({"version": "1"}),
        _encoded({"version": 0}),
        _encoded({"version": True}),
        _encoded({"version": 1.5}),
    ],
)
def test_a_cursor_nobody_gave_out_is_refused(history, cursor):
    answer = history(cursor)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_CURSOR")


def test_a_cursor_beyond_all_versions_is_the_first_page(api, use_case, history):
    api.put(path_of(use_case), {"name": "x"})
    assert len(history(_encoded({"version": 2**62})).json()["history"]) == 1


def test_a_person_is_named_as_author_of_a_version(owner_api, use_case):
    owner_api.put(path_of(use_case), {"enabled": False})
    row = use_case.history.get(version=2)
    assert (row.actor_type, row.actor_id) == ("user", str(User.objects.get().pk))
