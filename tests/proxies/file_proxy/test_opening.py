"""From the entity of a file to the file: by the API, and from its page."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from hub.entities.models import Entity
from hub.served_files import links
from tests.builders import NOW, make_member, make_organization, make_token
from tests.hub.entities.conftest import Store
from tests.inbound.conftest import Erp
from tests.proxies.file_proxy.world import DOCUMENTS, FILE, content_of


def address_of(world, **changes):
    named = {
        "orgId": world.organization.public_id,
        "integrationId": str(world.integration.pk),
        "useCaseSlug": DOCUMENTS,
        "customerId": "C 1",
    }
    return f"{settings.HUB_BASE_URL}/download?{links.encoded([*(named | changes).items()])}"


@pytest.fixture
def file_of(world):
    """The id of a file entity with such an address."""

    def make(address):
        return Store(world.organization).upsert("file", external_id="F-1", custom_download_url=address).entity_id

    return make


@pytest.fixture
def ask(world, client_of, file_of):
    """The API's answer for a file with such an address."""

    def asked(address=None, body=None, organization=None):
        client = client_of(make_token(organization=organization or world.organization))
        entity_id = file_of(address or address_of(world))
        return client.post(f"/v1/entity/file/{entity_id}:download", body, content_type="application/json")

    return asked


def test_a_link_opens_the_file(world, ask):
    world.recipe()
    answer = ask()
    assert answer.status_code == 200
    assert answer.json()["expires_at"] == "2026-01-15T08:05:00.000Z"
    assert answer["Cache-Control"] == "no-store"
    link = urlsplit(answer.json()["url"])
    assert content_of(world.browser.open(f"{link.path}?{link.query}")) == FILE


def test_a_link_may_ask_browsers_to_show_the_file(world, ask):
    assert "&disposition=inline&" in ask(body={"disposition": "inline"}).json()["url"]
    assert "disposition" not in ask(address_of(world, disposition="inline")).json()["url"]
    refused = ask(body={"disposition": "form-data"})
    assert (refused.status_code, refused.json()["details"][0]["path"]) == (400, "disposition")


@pytest.mark.parametrize("address", ["https://evil.example/?x=1", "not an address"])
def test_an_address_elsewhere_is_not_signed(ask, address):
    answer = ask(address)
    assert (answer.status_code, answer.json()["code"]) == (409, "FILE_NOT_DOWNLOADABLE")
    assert "signature" not in answer.content.decode()


def test_the_address_of_another_organization_is_not_signed(world, ask):
    neighbour = make_organization()
    assert ask(address_of(world, orgId=neighbour.public_id)).status_code == 409


def test_somebody_elses_file_is_not_there(ask):
    assert ask(organization=make_organization()).status_code == 404


def test_a_file_in_the_recycle_bin_is_not_opened(world, client_of, file_of):
    client = client_of(make_token(organization=world.organization))
    entity_id = file_of(address_of(world))
    assert client.delete(f"/v1/entity/file/{entity_id}").status_code == 200
    answer = client.post(f"/v1/entity/file/{entity_id}:download", content_type="application/json")
    assert answer.status_code == 409


@pytest.fixture
def person(world, client):
    """Somebody signed in who may look."""
    client.force_login(make_member(organization=world.organization, role="viewer").user)
    return client


def test_the_page_of_a_file_opens_it(world, person, file_of, clock):
    world.recipe()
    entity_id = file_of(address_of(world))
    page = person.get(f"/app/entities/file/{entity_id}").content.decode()
    assert f'href="/app/files/{entity_id}/open"' in page
    answer = person.get(f"/app/files/{entity_id}/open")
    assert answer.status_code == 302
    link = urlsplit(answer["Location"])
    assert content_of(world.browser.open(f"{link.path}?{link.query}")) == FILE
    clock.at = NOW + timedelta(minutes=5)
    assert world.browser.open(f"{link.path}?{link.query}").status_code == 401


def test_the_page_of_a_file_that_lies_elsewhere_does_not_offer_it(person, file_of):
    entity_id = file_of("https://elsewhere.example/f")
    assert "/open" not in person.get(f"/app/entities/file/{entity_id}").content.decode()
    answer = person.get(f"/app/files/{entity_id}/open", follow=True)
    assert "has no address at the hub" in answer.content.decode()


def test_a_stranger_opens_nothing(client, file_of, world):
    entity_id = file_of(address_of(world))
    assert "/accounts/login" in client.get(f"/app/files/{entity_id}/open")["Location"]
    client.force_login(make_member(organization=make_organization(), role="owner").user)
    assert client.get(f"/app/files/{entity_id}/open").status_code == 404


def test_what_a_mapping_stores_is_what_opens_the_file(world, client_of):
    world.recipe()
    erp = Erp(world.organization)
    erp.integration.delete()
    erp.integration = world.integration
    fields = [
        {"attribute": "external_id", "field": "ID"},
        {
            "attribute": "custom_download_url",
            "file_proxy_url": {"use_case_slug": DOCUMENTS, "params": {"customerId": {"field": "ID"}}},
        },
    ]
    file = {"entity_schema": "file", "unique_ids": ["external_id"], "fields": fields}
    erp.add_use_case("customer", {"entities": [file]})
    erp.sync({"ID": "K/1 ä"})
    entity = Entity.objects.of(world.organization).get(schema="file")
    client = client_of(make_token(organization=world.organization))
    answer = client.post(f"/v1/entity/file/{entity.pk}:download", {}, content_type="application/json")
    link = urlsplit(answer.json()["url"])
    assert content_of(world.browser.open(f"{link.path}?{link.query}")) == FILE
    assert world.upstream.requests[1].json == {"customerId": "K/1 ä"}


def test_a_link_leads_to_the_hub_of_the_settings_whatever_the_request_calls_it(world, client_of, file_of, settings):
    settings.ALLOWED_HOSTS = ["other.example"]
    client = client_of(make_token(organization=world.organization))
    path = f"/v1/entity/file/{file_of(address_of(world))}:download"
    other, unknown = (
        client.post(path, content_type="application/json", headers={"host": host})
        for host in ("other.example", "evil.example")
    )
    assert (other.status_code, unknown.status_code) == (200, 400)
    assert other.json()["url"].startswith(f"{settings.HUB_BASE_URL}/download?")
