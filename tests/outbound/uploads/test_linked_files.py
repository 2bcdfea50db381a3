"""A file whose bytes lie in another system is uploaded through the recipe of its own address, and no other address."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.environments.resolve import SecretUnavailable
from integrations.models import UseCaseType
from outbound.models import DeliveryState
from proxies.file_proxy.written_secrets import sealed_as_stored
from tests.builders import NOW, make_integration, make_organization, make_secret, make_use_case
from tests.outbound.archive import PATH, archive_address, archive_recipe
from tests.outbound.uploads.world import attachment
from tests.receiver import Reply

CONTENT = b"a file that is somewhere else"


@pytest.fixture
def source(uploads: Any) -> Any:
    """The recipe that brings it."""
    uploads.answers[PATH] = Reply(body=CONTENT)
    return archive_recipe(uploads.world.integration, "{{env.dms.base}}")


def address(uploads: Any, **changed: str | None) -> str:
    """Of the hub's own download, with other parameters."""
    return archive_address(uploads.world.integration, **changed)


def happens(uploads: Any, link: str, version_index: int = 0) -> None:
    """An event names a file entity with that address."""
    uploads.recipe()
    uploads.use_case()
    file: UUID = uploads.world.write("file", external_id="X-1", filename="x.pdf", custom_download_url=link)
    uploads.event(attachment(file, version_index, filename="x.pdf"))
    uploads.world.work()


def test_its_bytes_come_through_its_recipe(uploads: Any, source: Any) -> None:
    happens(uploads, address(uploads))
    [sent] = uploads.sent()
    assert uploads.world.delivery().state == DeliveryState.SUCCEEDED
    assert sent.json["doc"] == base64.b64encode(CONTENT).decode()
    assert sent.json["name"] == "x.pdf"
    assert [one.code for one in uploads.world.spans("FILE_PROXY_OK")] == ["FILE_PROXY_OK"]


def test_a_source_that_is_away_is_tried_again(uploads: Any, source: Any) -> None:
    uploads.answers[PATH] = Reply(503)
    happens(uploads, address(uploads))
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, "FILE_FETCH_FAILED")


@pytest.mark.parametrize(("status", "state"), [(429, "waiting"), (403, "failed")])
def test_an_answer_of_the_source_counts_as_that_of_an_upload_would(
    uploads: Any, source: Any, status: int, state: str
) -> None:
    uploads.answers[PATH] = Reply(status)
    happens(uploads, address(uploads))
    assert uploads.world.delivery().state == state


def test_a_way_out_that_the_operator_has_yet_to_set_up_is_tried_again(uploads: Any, source: Any) -> None:
    make_use_case(
        integration=uploads.world.integration,
        slug="way-out",
        type=UseCaseType.SECURE_PROXY,
        configuration={"vpc_mode": "secure_link", "allowed_domains": ["*.plant.example"]},
    )
    source.configuration = source.configuration | {"secure_proxy": {"use_case_slug": "way-out"}}
    source.save()
    happens(uploads, address(uploads))
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, "SECURE_PROXY_MODE_UNAVAILABLE")


def test_a_secret_of_the_source_that_no_key_opens_is_tried_again(uploads: Any, source: Any) -> None:
    auth = {
        "type": "oauth2_client_credentials",
        "token_url": f"{uploads.dms.url}/token",
        "client_id": "hub",
        "client_secret": "hunter2-hunter2",
    }
    elsewhere = sealed_as_stored(source.configuration | {"auth": auth}, uploads.organization.pk, uuid4(), NOW)
    source.configuration = elsewhere
    source.save()
    happens(uploads, address(uploads))
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, SecretUnavailable.code)


def test_a_source_whose_recipe_names_an_unknown_variable_is_the_end(uploads: Any, source: Any) -> None:
    [step] = source.configuration["steps"]
    source.configuration = source.configuration | {"steps": [step | {"url": "{{env.dms.gone}}/{{params.id}}"}]}
    source.save()
    happens(uploads, address(uploads))
    assert uploads.world.delivery().state == DeliveryState.FAILED


def test_a_source_that_does_not_have_it_is_the_end(uploads: Any, source: Any) -> None:
    uploads.answers[PATH] = Reply(404)
    happens(uploads, address(uploads))
    assert uploads.world.delivery().state == DeliveryState.FAILED
    assert uploads.sent() == []


def test_other_addresses_are_never_followed(uploads: Any, source: Any) -> None:
    happens(uploads, f"{uploads.dms.url}/archive/F-1")
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")
    assert uploads.dms.requests == []


def test_addresses_of_other_organizations_are_never_followed(uploads: Any, source: Any) -> None:
    other = make_organization(slug="other", name="Other")
    elsewhere = make_integration(organization=other)
    happens(uploads, address(uploads, orgId=other.public_id, integrationId=str(elsewhere.pk)))
    assert uploads.world.delivery().code == "ATTACHMENT_NOT_FOUND"
    assert uploads.dms.requests == []


def test_another_version_than_the_one_that_there_is_ends_it_and_says_so(uploads: Any, source: Any) -> None:
    happens(uploads, address(uploads), version_index=1)
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")
    assert "version 0" in delivery.message
    assert uploads.dms.requests == []


def test_what_is_told_of_a_failure_holds_no_secret_of_the_source(uploads: Any, source: Any) -> None:
    make_secret(organization=uploads.organization, key="dms.host", value="very-secret-name")
    [step] = source.configuration["steps"]
    url = "http://{{env.dms.host}}.invalid/{{params.id}}"
    source.configuration = source.configuration | {"steps": [step | {"url": url}]}
    source.save()
    happens(uploads, address(uploads))
    delivery = uploads.world.delivery()
    assert delivery.state != DeliveryState.SUCCEEDED
    assert delivery.message
    assert "very-secret-name" not in delivery.message
