"""The entity browser: what the search box answers."""

from __future__ import annotations

import re

import pytest

from hub.accounts.audit import SYSTEM
from hub.entities.editor import Editor
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from tests.builders import NOW
from tests.cast import NOBODY, VIEWER
from tests.hub.entities.conftest import Store, delete


@pytest.fixture
def store(organization):
    """The store of Home."""
    return Store(organization)


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/app/entities", "/app/entities/contact"])
def test_nobody_is_asked_to_sign_in(path, client_of):
    assert client_of(NOBODY).get(path).headers["Location"].startswith("/accounts/login/?next=/app/")


def test_an_identifier_that_nothing_has_is_not_found_and_no_mistake(client_of):
    answer = client_of(VIEWER).get("/app/entities?q=0001032977")
    assert answer.status_code == 200
    assert "Nothing found" in answer.content.decode()


def test_a_query_that_cannot_be_read_shows_where_it_goes_wrong(client_of):
    answer = client_of(VIEWER).get("/app/entities?q=a:(b")
    assert answer.status_code == 400
    assert 'a:<mark class="ih-lit">(</mark>b' in answer.content.decode()


def test_entities_of_an_own_schema_are_called_as_their_organization_says(client_of, store):
    order = SchemaOrder.parse(
        {"name": "Spare part", "title_template": "Part {number}", "attributes": [{"name": "number", "type": "string"}]}
    )
    save_schema(editor=Editor(store.organization, SYSTEM, NOW), slug="spare-part", order=order)
    store.upsert("spare-part", number="7")
    for path in ("/app/entities/spare-part", f"/app/entities/spare-part/{store.only('spare-part').pk}"):
        assert "Part 7" in client_of(VIEWER).get(path).content.decode()
    assert "Spare part" in client_of(VIEWER).get("/app/entities").content.decode()


@pytest.mark.parametrize(("text", "query"), [("Kern", "q=Kern"), ("last_name:Kern", "q=last_name%3AKern")])
def test_what_is_found_only_within_a_schema_leads_to_those_with_entities(client_of, store, text, query):
    store.upsert(customer_number="C-1", last_name="Kern")
    store.upsert("contract", contract_number="V-1")
    page = client_of(VIEWER).get("/app/entities", {"q": text}).content.decode()
    places = page.partition('id="places"')[2].partition("</section>")[0]
    assert re.findall(r'href="([^"]+)"', places) == [f"/app/entities/{one}?{query}" for one in ("contact", "contract")]
    assert "Kern</a>" in client_of(VIEWER).get(f"/app/entities/contact?{query}").content.decode()


def test_a_schema_that_may_not_be_seen_is_no_place_to_search_in(client_of, store, monkeypatch):
    store.upsert(customer_number="C-1")
    monkeypatch.setattr("hub.web.entities.browser.may_view", lambda request, schema: False)
    assert 'id="places"' not in client_of(VIEWER).get("/app/entities?q=Kern").content.decode()


def test_a_schema_whose_entities_are_all_binned_is_no_place_to_search_in(client_of, store):
    store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    assert 'id="places"' not in client_of(VIEWER).get("/app/entities?q=Kern").content.decode()


def test_the_example_of_the_search_box_finds_something(client_of, store):
    for number in ("C-1", "C-2"):
        store.upsert(customer_number=number, last_name="Kern")
    page = client_of(VIEWER).get("/app/entities").content.decode()
    example = re.search(r'placeholder="Identifier or query, such as ([^"]+)"', page)[1]
    assert client_of(VIEWER).get("/app/entities", {"q": example}).content.decode().count("Kern</a>") == 2
