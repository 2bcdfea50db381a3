"""A product order on its page: where it stands, what it is about, and the moves that whoever looks may make."""

from __future__ import annotations

import re

import pytest

from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OPERATOR, VIEWER
from tests.hub.entities.conftest import delete
from tests.hub.web.conftest import address_of
from tests.hub.web.test_entity_page import pointing_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(store):
    """``order(status)``: a product order of an article with a variant and a parameter."""

    def make(status="in_progress", **more):
        article = store.upsert(
            "article",
            article_number="A-100",
            name="Pump",
            unit="pcs",
            parameters=[{"key": "pressure", "label": "Test pressure", "unit": "bar"}],
            variants=[{"code": "DN50", "name": "Flange 50 mm"}],
        )
        attributes = {
            "order_number": "PO-1",
            "article": pointing_at(article.entity_id, schema="article"),
            "quantity": 25,
            "variant": "DN50",
            "parameters": {"pressure": 16, "colour": "blue"},
            "due_date": "2026-03-15",
        }
        store.upsert("product_order", status=status, **attributes | more)
        return store.only("product_order")

    return make


def move_of(order, name):
    return address_of(order, f"/moves/{name}")


def post(client, order, name, **more):
    return client.post(move_of(order, name), {"expected": order.version} | more)


def offered(page):
    return set(re.findall(r"/moves/([a-z]+)\"", page))


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_tells_article_variant_amount_and_parameters_in_words(seen, order):
    text = words(seen(address_of(order())))
    for said in ("Article A-100 Pump", "DN50 (Flange 50 mm)", "25 pcs", "15 Mar 2026", "Test pressure 16 bar"):
        assert said in text
    assert "colour blue" in text


@pytest.mark.parametrize(
    ("status", "current", "said"),
    [
        (None, "Planned", "Planned"),
        ("released", "Released", "Released"),
        ("in_progress", "In production", "In production"),
        ("on_hold", "In production", "On hold"),
    ],
)
def test_the_step_where_the_order_stands_is_the_current_one(seen, order, status, current, said):
    page = seen(address_of(order(status)))
    [step] = re.findall(r'<li class="ih-steps__step[^>]*aria-current="step">(.*?)</li>', page, re.DOTALL)
    assert current in step
    assert said in words(page.partition('id="production"')[2][:800])


def test_of_a_completed_order_every_step_is_done(seen, order):
    page = seen(address_of(order("completed", quantity_completed=24, quantity_rejected=1, completed_by="Ada")))
    assert page.count("ih-steps__step--done") == 4
    assert "24 pcs, 1 rejected" in words(page)


@pytest.mark.parametrize(
    ("person", "status", "names"),
    [
        (VIEWER, "released", set()),
        (OPERATOR, "planned", {"release", "cancel"}),
        (OPERATOR, "released", {"start", "complete", "cancel"}),
        (OPERATOR, "in_progress", {"complete", "hold", "cancel"}),
        (OPERATOR, "completed", set()),
        (ADMIN, "completed", {"reopen"}),
        (ADMIN, "somewhere", set()),
    ],
)
def test_the_moves_of_the_status_are_offered_to_whoever_may_make_them(client_of, order, person, status, names):
    page = client_of(person).get(address_of(order(status))).content.decode()
    assert offered(page) == names


def test_nothing_is_moved_in_the_past_or_in_the_recycle_bin(admin, order, store):
    first = order("released")
    store.upsert("product_order", order_number="PO-1", priority=1)
    assert offered(admin.get(address_of(first, "?version=1")).content.decode()) == set()
    store.write(delete("product_order", order_number="PO-1"))
    assert offered(admin.get(address_of(first)).content.decode()) == set()


def test_a_click_starts_an_order(client_of, order, store):
    released = order("released")
    answer = post(client_of(OPERATOR), released, "start")
    assert (answer.status_code, answer["Location"]) == (302, address_of(released))
    assert store.only("product_order").attributes["status"] == "in_progress"


def test_completing_asks_how_much_was_made_and_offers_what_was_ordered(client_of, order):
    page = client_of(OPERATOR).get(move_of(order(), "complete")).content.decode()
    assert re.search(r'name="completed"[^>]*value="25"', page)
    assert "Complete PO-1?" in page


def test_completing_stores_the_amounts_and_who_it_was(client_of, order, store):
    post(client_of(OPERATOR), order(), "complete", completed="24.5", rejected="1")
    done = store.only("product_order").attributes
    assert (done["status"], done["quantity_completed"], done["quantity_rejected"]) == ("completed", 24.5, 1)
    assert done["completed_by"]


@pytest.mark.parametrize("amount", ["", "-1", "many", "1e400", "NaN", "9" * 30])
def test_an_amount_that_is_none_is_asked_for_again(client_of, order, store, amount):
    answer = post(client_of(OPERATOR), order(), "complete", completed=amount)
    assert answer.status_code == 422
    assert store.only("product_order").attributes["status"] == "in_progress"


def test_an_order_that_has_moved_meanwhile_is_not_moved_twice(client_of, order, store):
    client, seen_order = client_of(OPERATOR), order("released")
    post(client, seen_order, "start")
    answer = post(client, seen_order, "complete", completed="1")
    page = client.get(answer["Location"]).content.decode()
    assert store.only("product_order").attributes["status"] == "in_progress"
    assert ("is completed" in page, "is at version" in page) == (False, True)


def test_a_move_that_the_status_does_not_allow_says_so_before_it_is_asked_about(client_of, order):
    client = client_of(OPERATOR)
    answer = client.get(move_of(order("planned"), "complete"))
    assert "it must be released or in_progress" in words(client.get(answer["Location"]).content.decode())


@pytest.mark.parametrize(
    ("person", "name", "status"),
    [
        (NOBODY, "start", 302),
        (VIEWER, "start", 403),
        (NEIGHBOUR_OWNER, "start", 404),
        (OPERATOR, "reopen", 403),
        (ADMIN, "explode", 404),
    ],
)
def test_strangers_move_nothing(client_of, order, store, person, name, status):
    released = order("completed" if name == "reopen" else "released")
    client = client_of(person)
    assert client.get(move_of(released, name)).status_code == status
    assert post(client, released, name).status_code == status
    assert store.only("product_order").version == 1


def test_the_page_of_an_order_takes_one_query_more_than_that_of_another_entity(viewer, order, store, count_queries):
    def queries(entity):
        with count_queries() as counted:
            viewer.get(address_of(entity))
        return len(counted)

    product_order = order()
    article = pointing_at(store.only("article").pk, schema="article")
    store.upsert("recording", external_id="R-1", product_order=article)
    viewer.get(address_of(product_order))
    assert queries(product_order) - queries(store.only("recording")) == 1
