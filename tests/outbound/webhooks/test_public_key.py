"""/v1/webhooks/.well-known/public-key: for anybody, and silent about who there is."""

from __future__ import annotations

import pytest
from django.test import Client

from hub.accounts.models import Organization
from outbound.models import SigningKey
from outbound.signing_keys import public_key_of
from tests.builders import NOW
from tests.cast import EXPIRED, MACHINE, NOBODY
from tests.outbound.webhooks.conftest import ALL, NEW

PATH = "/v1/webhooks/.well-known/public-key"


def asked(organization_id, client=None):
    """The answer about an organization."""
    return (client or Client()).get(PATH, {"orgId": organization_id})


@pytest.mark.parametrize("caller", [NOBODY, EXPIRED, MACHINE], ids=str)
def test_everybody_gets_the_key(client_of, organization, settings, caller):
    key = public_key_of(organization, NOW)
    answer = asked(organization.public_id, client_of(caller))
    assert (answer.status_code, answer.json()) == (
        200,
        {"public_key": key, "algorithm": "ed25519", "issuer": settings.HUB_BASE_URL},
    )


def test_there_is_a_key_as_soon_as_there_is_a_webhook(api, organization):
    assert asked(organization.public_id).status_code == 404
    api.post(ALL, NEW)
    assert asked(organization.public_id).status_code == 200


@pytest.mark.parametrize("unknown", ["0", "999999999999999999", "9" * 40, "-1", "1.0", "home", "١", "' OR 1=1"])
def test_whoever_is_unknown_is_as_unknown_as_who_signs_nothing(organization, unknown):
    answers = [asked(unknown), asked(organization.public_id)]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [answer.json() | {"correlation_id": ""} for answer in answers]
    assert bodies[0] == bodies[1]
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("query", ["", "?orgId=", "?orgId=%00", f"?orgId={'1' * 256}"])
def test_without_an_organization_the_request_is_refused(db, query):
    assert Client().get(f"{PATH}{query}").status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written_there(organization, method):
    assert getattr(Client(), method)(f"{PATH}?orgId={organization.public_id}").status_code == 405


def test_an_address_that_asks_too_often_has_to_wait(organization, settings):
    settings.HUB_RATE_LIMIT_PER_MINUTE = 2
    public_key_of(organization, NOW)
    answers = [asked(organization.public_id) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Retry-After" in answers[-1]
    assert asked(organization.public_id, Client(REMOTE_ADDR="192.0.2.7")).status_code == 200


def test_nothing_private_is_answered(organization):
    public_key_of(organization, NOW)
    text = asked(Organization.objects.get(slug="home").public_id).content.decode()
    assert "PRIVATE" not in text
