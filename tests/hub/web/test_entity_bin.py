"""The recycle bin: what is in it, back out of it, and gone for good."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hub.entities.models import Entity, EntityChange
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER
from tests.hub.entities.conftest import delete, upsert
from tests.hub.web.conftest import address_of

pytestmark = pytest.mark.django_db

BIN = "/app/entities/contact/bin"


@pytest.fixture
def binned(store):
    """Kern, deleted; Groß is still there."""
    store.write(upsert(customer_number="C-1", last_name="Kern"), upsert(customer_number="C-2", last_name="Groß"))
    store.write(delete(customer_number="C-1"))
    return next(entity for entity in store.entities() if entity.deleted_at)


def test_the_bin_lists_what_was_deleted_and_by_whom(seen, binned):
    page = seen(BIN)
    assert ("Kern" in page, "Groß" in page, "the hub" in page) == (True, False, True)


def test_an_empty_bin_says_what_it_is_for(seen, store):
    assert "The recycle bin is empty" in seen(BIN)


def test_the_bin_goes_on_on_the_next_page(seen, store):
    store.write(*[upsert(customer_number=f"C-{n:02}") for n in range(55)])
    store.write(*[delete(customer_number=f"C-{n:02}") for n in range(55)])
    first = seen(BIN)
    second = seen(BIN + re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&"))
    titles = [set(re.findall(r">(C-\d\d)</a>", page)) for page in (first, second)]
    assert (len(titles[0]), len(titles[1]), len(titles[0] | titles[1])) == (50, 5, 55)


@pytest.mark.parametrize("after", ["x", "2026-01-01T00:00:00~x", "~", "%00", "2026-01-01~01a20e4a"])
def test_a_place_that_is_none_shows_the_first_page_of_the_bin(seen, binned, after):
    assert "Kern" in seen(f"{BIN}?after={after}")


def test_who_may_only_look_is_offered_nothing(seen, binned):
    for page in (seen(BIN), seen(address_of(binned))):
        assert "Restore" not in page
        assert "Purge" not in page


@pytest.mark.parametrize("act", ["restore", "delete", "purge"])
@pytest.mark.parametrize(("person", "status"), [(VIEWER, 403), (OPERATOR, 403), (NEIGHBOUR_OWNER, 404)], ids=str)
def test_strangers_move_nothing(client_of, binned, act, person, status):
    answer = client_of(person).post(address_of(binned, f"/{act}"), {"confirmation": "Kern"})
    assert answer.status_code == status
    assert Entity.objects.get(pk=binned.pk).version == binned.version


@pytest.mark.parametrize("person", [ADMIN, OWNER], ids=str)
def test_a_restored_entity_is_as_it_was(client_of, binned, store, person):
    client_of(person).post(address_of(binned, "/restore"))
    entity = Entity.objects.get(pk=binned.pk)
    assert (entity.deleted_at, entity.attributes["last_name"]) == (None, "Kern")
    assert store.changes(binned.pk)[-1].actor_type == "user"


def test_restoring_twice_says_that_it_is_not_in_the_bin(admin, binned):
    admin.post(address_of(binned, "/restore"))
    page = admin.post(address_of(binned, "/restore"), follow=True).content.decode()
    assert "is not in the recycle bin" in page


def test_deleting_is_asked_with_its_consequence_and_then_done(admin, store):
    store.upsert(customer_number="C-1", last_name="Kern")
    path = address_of(store.only(), "/delete")
    assert "can be restored from there" in admin.get(path).content.decode()
    admin.post(path)
    assert store.only().deleted_at is not None


@pytest.mark.parametrize("typed", ["", "kern", "Kern!", "C-1"])
def test_nothing_is_purged_until_its_name_is_typed(admin, binned, typed):
    answer = admin.post(address_of(binned, "/purge"), {"confirmation": typed})
    assert answer.status_code == 422
    assert Entity.objects.filter(pk=binned.pk).exists()


def test_a_purged_entity_is_gone_with_its_history(admin, binned):
    answer = admin.post(address_of(binned, "/purge"), {"confirmation": " Kern "})
    assert answer.headers["Location"] == BIN
    assert not Entity.objects.filter(pk=binned.pk).exists()
    assert [one.operation for one in EntityChange.objects.filter(entity_id=binned.pk)] == ["purged"]


def test_the_question_before_a_purge_counts_who_points_at_it(admin, binned, store):
    link = {"$relation": [{"entity_id": str(binned.pk), "_schema": "contact"}]}
    store.write(upsert("contract", contract_number="V-1", customer=link))
    page = admin.get(address_of(binned, "/purge")).content.decode()
    assert re.search(r"Entities that point at it</dt>\s*<dd[^>]*><span>1</span>", page)


def test_schemas_count_what_is_in_the_bin(seen, binned):
    assert re.search(r'href="/app/entities/contact/bin"[^>]*>1</a>', seen("/app/entities"))


@pytest.mark.parametrize("path", [BIN, "/app/entities", "/app/entities/contact"])
def test_pages_of_lists_take_the_same_queries_at_any_size(viewer, store, count_queries, path):
    store.write(upsert(customer_number="C-0"), upsert(customer_number="D-0"), upsert("order", order_number="O-1"))
    store.write(delete(customer_number="C-0"))
    viewer.get(path)
    with count_queries() as few:
        viewer.get(path)
    store.write(*[upsert(customer_number=f"{kind}-{n}") for n in range(1, 9) for kind in "CD"])
    store.write(*[delete(customer_number=f"C-{n}") for n in range(1, 9)])
    store.write(upsert("contract", contract_number="V-1"))
    with count_queries() as many:
        viewer.get(path)
    assert len(many) == len(few)


def test_the_bin_tells_identifiers_and_until_when_something_can_be_restored(admin, binned):
    shown = admin.get(BIN)
    [row] = shown.context["rows"]
    assert (row.identifiers, row.until - row.entity.deleted_at) == ("C-1", timedelta(days=30))
    assert "C-1<" in shown.content.decode()


def test_a_mistyped_schema_has_no_page(admin):
    assert admin.get("/app/entities/nosuchschema").status_code == 404
