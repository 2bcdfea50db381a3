"""Relations in the history, in a comparison and before an undoing: by the titles of whom they lead to."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest

from hub.entities.operations import Mode
from hub.errors import NotFound
from hub.web.entities.naming import MOST_LINES
from tests.hub.entities.conftest import operation
from tests.hub.entities.past.diary import BY_NUMBER
from tests.hub.web.conftest import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contracts(store):
    """Five contracts, by their numbers."""
    return {f"V-{n}": str(store.upsert("contract", contract_number=f"V-{n}").entity_id) for n in range(5)}


def pointing_at(*ids: str, tags: list[str] | None = None) -> dict:
    more = {} if tags is None else {"_tags": tags}
    return {"$relation": [{"entity_id": one, "_schema": "contract", **more} for one in ids]}


def words(markup: str) -> str:
    """What is read, one blank between words."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup))).strip()


def change(page: str, attribute: str) -> str:
    """What the newest change in the history says about an attribute."""
    return page.partition(f'<dt class="ih-mono">{attribute}</dt>')[2].partition("</dd>")[0]


def body(page: str) -> str:
    """The rows of the first table."""
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_change_names_whom_it_related_and_whom_no_longer(seen, diary, contracts):
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"], contracts["V-1"]))
    diary.write(contracts=pointing_at(contracts["V-0"], contracts["V-2"], contracts["V-3"]))
    told = change(seen(address_of(diary.entity, "?tab=history")), "contracts")
    assert words(told) == "before V-1 after V-2 V-3 1 unchanged"
    assert f'href="/app/entities/contract/{contracts["V-3"]}">V-3</a>' in told
    assert told.count("<li>") == 3


def test_a_comparison_names_them_side_by_side(seen, diary, contracts):
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"]))
    diary.write(contracts=pointing_at(contracts["V-1"], tags=["main"]))
    page = seen(address_of(diary.entity, "?tab=history&old=1&new=2"))
    assert words(body(page)) == "~ changed contracts V-0 V-1 main"
    assert "$relation" not in page


def test_other_tags_are_another_relation(seen, diary, contracts):
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"]))
    diary.write(contracts=pointing_at(contracts["V-0"], tags=["main"]))
    assert words(change(seen(address_of(diary.entity, "?tab=history")), "contracts")) == "before V-0 after V-0 main"


def test_another_order_shows_both(seen, diary, contracts):
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"], contracts["V-1"]))
    diary.write(contracts=pointing_at(contracts["V-1"], contracts["V-0"]))
    told = words(change(seen(address_of(diary.entity, "?tab=history")), "contracts"))
    assert told == "before V-0 V-1 after V-1 V-0"


def test_a_relation_that_leads_nowhere_any_more_is_empty(seen, diary, contracts):
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"]))
    diary.write(contracts=pointing_at())
    assert words(change(seen(address_of(diary.entity, "?tab=history")), "contracts")) == "before V-0 after empty"


def test_whoever_is_gone_is_told_by_schema_and_short_id(seen, diary, store, contracts):
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"]))
    store.write(operation("contract", identifiers={"_id": contracts["V-0"]}, attributes={}, mode=Mode.PURGE))
    short = f"{contracts['V-0'][:6]}…{contracts['V-0'][-4:]}"
    told = words(change(seen(address_of(diary.entity, "?tab=history")), "contracts"))
    assert told == f"after contract {short} removed for good"


def test_whoever_may_not_be_seen_is_told_by_schema_and_short_id(seen, diary, contracts, monkeypatch):
    monkeypatch.setattr("hub.web.entities.naming.may_view", lambda request, schema: schema != "contract")
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"]))
    page = seen(address_of(diary.entity, "?tab=history"))
    assert words(change(page, "contracts")).startswith(f"after contract {contracts['V-0'][:6]}…")
    assert "V-0" not in page


def test_many_relations_are_counted_beyond_the_first(seen, diary):
    diary.write(**BY_NUMBER, contracts=pointing_at(*(str(uuid4()) for _ in range(MOST_LINES + 3))))
    told = change(seen(address_of(diary.entity, "?tab=history")), "contracts")
    assert (told.count("no entity has this id"), "and 3 more" in told) == (MOST_LINES, True)


def test_those_that_were_not_looked_at_are_not_said_to_be_gone(seen, diary, contracts, monkeypatch):
    monkeypatch.setattr("hub.web.entities.related.MOST_NAMED", 1)
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"], contracts["V-1"]))
    told = words(change(seen(address_of(diary.entity, "?tab=history")), "contracts"))
    assert told == f"after V-0 {contracts['V-1'][:6]}…{contracts['V-1'][-4:]}"


@pytest.mark.parametrize(
    "value",
    [
        {"$relation": [{"entity_id": 7}]},
        {"$relation": ["x"]},
        {"$relation": "x"},
        {"$relation": [], "and": 1},
        {"$relation": [{"entity_id": "no id", "_schema": 5, "_tags": "x"}]},
    ],
)
def test_what_only_looks_like_relations_does_no_harm(seen, diary, value):
    diary.write(**BY_NUMBER, contracts={"kept": 1})
    diary.write(contracts=value)
    seen(address_of(diary.entity, "?tab=history&old=1&new=2"))


def test_the_question_before_an_undoing_names_them(admin, diary, contracts):
    diary.write(**BY_NUMBER, contracts=pointing_at(contracts["V-0"]))
    diary.write(contracts=pointing_at(contracts["V-1"]))
    page = admin.get(address_of(diary.entity, f"/changes/{diary.changes[-1].pk}/undo")).content.decode()
    assert words(body(page)) == "~ changed contracts V-1 V-0"


def test_names_take_the_same_queries_at_any_number(viewer, diary, contracts, count_queries):
    path = "?tab=history&from=2026-01-15T08:00&until=2026-01-16T08:00"
    diary.write(**BY_NUMBER)
    diary.write(contracts=pointing_at(contracts["V-0"]))
    viewer.get(address_of(diary.entity, path))
    with count_queries() as few:
        viewer.get(address_of(diary.entity, path))
    ids = list(contracts.values())
    for number in range(4):
        diary.write(contracts=pointing_at(*ids[number:]), orders=pointing_at(*ids[: number + 1]))
    with count_queries() as many:
        viewer.get(address_of(diary.entity, path))
    assert len(many) == len(few)


PLACES = [{"city": city} for city in ("Kiel", "Bremen", "Bonn", "Ulm")]


def test_a_comparison_of_lists_counts_the_members_that_stayed(seen, diary):
    diary.write(**BY_NUMBER, address=PLACES)
    diary.write(address=[*PLACES, {"city": "Jena"}])
    told = words(body(seen(address_of(diary.entity, "?tab=history&old=1&new=2"))))
    assert told == '~ changed address 4 unchanged {"city": "Jena"} 4 unchanged'


def test_a_comparison_calls_only_a_list_without_members_empty(seen, diary):
    diary.write(**BY_NUMBER, address=[])
    diary.write(address=PLACES[:1])
    told = words(body(seen(address_of(diary.entity, "?tab=history&old=1&new=2"))))
    assert told == '~ changed address empty {"city": "Kiel"}'


def test_undoing_says_which_members_stay(admin, diary):
    diary.write(**BY_NUMBER, address=PLACES)
    diary.write(address=[*PLACES, {"city": "Jena"}])
    page = admin.get(address_of(diary.entity, f"/changes/{diary.changes[-1].pk}/undo")).content.decode()
    told = words(body(page))
    assert told == '~ changed address {"city": "Jena"} 4 unchanged 4 unchanged'


def test_undoing_says_so_where_nobody_knows_what_stayed(admin, diary, monkeypatch):
    diary.write(**BY_NUMBER, address=PLACES)
    diary.write(address=[*PLACES, {"city": "Jena"}])
    monkeypatch.setattr("hub.web.entities.undoing.state_of_version", lost)
    page = admin.get(address_of(diary.entity, f"/changes/{diary.changes[-1].pk}/undo")).content.decode()
    told = words(body(page))
    assert told == '~ changed address {"city": "Jena"} unchanged items not shown unchanged items not shown'


def lost(*_: object) -> None:
    raise NotFound("There is no such version.")


def test_the_history_tells_the_member_that_came_alone(seen, diary):
    diary.write(**BY_NUMBER, address=PLACES)
    diary.write(address=[*PLACES, {"city": "Jena"}])
    assert words(change(seen(address_of(diary.entity, "?tab=history")), "address")) == 'after {"city": "Jena"}'
