"""The entity browser: what the search box answers."""

from __future__ import annotations

import pytest

from hub.accounts.audit import SYSTEM
from hub.entities.editor import Editor
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from tests.builders import NOW
from tests.cast import NOBODY, VIEWER
from tests.hub.entities.conftest import Store


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
