"""Deliveries and their tokens believe the authorities of their organization, and of no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.accounts.audit import OPERATOR
from hub.environments.trust.changes import authorities_of, remove_authority
from outbound.models import DeliveryState, Webhook
from outbound.trials.connection import try_connection
from outbound.trials.token import try_token
from outbound.webhooks.credentials import store_secrets
from tests.builders import NOW, make_organization
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority
from tests.hub.http.receivers import Receiver, answering
from tests.outbound.world import World, mapping
from tests.receiver import Receiver as PlainReceiver

TOKEN = b'{"access_token": "t0ken", "expires_in": 3600}'
CODE = "CERTIFICATE_REFUSED"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Nobody knows it but the partner."""
    return Authority(tmp_path, "Partner CA")


@pytest.fixture
def secured(authority: Authority) -> Iterator[Receiver]:
    """A partner with a certificate of it, who gives a token to whoever asks."""
    with Receiver(answering(TOKEN), tls=authority.server("127.0.0.1")) as receiver:
        yield receiver


def to(world: World, secured: Receiver, *, with_token: bool = False) -> Webhook:
    """A webhook at the partner, and a use case that sends there."""
    url = f"https://127.0.0.1:{secured.port}"
    oauth = {"authType": "OAUTH_CLIENT_CREDENTIALS", "clientId": "hub", "httpMethod": "POST"}
    more = {"auth": oauth | {"endpoint": f"{url}/token"}} if with_token else {}
    webhook = world.webhook(f"wh_{world.organization.slug}", url=f"{url}/events", **more)
    if with_token:
        store_secrets(webhook, {"clientSecret": "hunter2-hunter2"}, needed="clientSecret", at=NOW)
        webhook.save()
    return webhook


def change(world: World, webhook: Webhook) -> None:
    world.use_case(mapping(webhook.pk))
    world.change_contact()


def test_without_the_authority_a_delivery_fails_with_its_code(world: World, secured: Receiver) -> None:
    change(world, to(world, secured))
    world.work()
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, CODE)
    assert secured.requests == []


def test_with_the_authority_it_arrives(world: World, secured: Receiver, authority: Authority) -> None:
    believe(world.organization, authority)
    change(world, to(world, secured))
    world.work()
    assert (world.delivery().state, len(secured.requests)) == (DeliveryState.SUCCEEDED, 1)


def test_its_token_comes_under_the_same_authority(world: World, secured: Receiver, authority: Authority) -> None:
    believe(world.organization, authority)
    change(world, to(world, secured, with_token=True))
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED
    assert [head.split()[1] for head in secured.heads] == ["/token", "/events"]


def test_in_one_turn_another_organization_does_not_believe_it(
    world: World, secured: Receiver, authority: Authority, receiver: PlainReceiver
) -> None:
    believe(world.organization, authority)
    other = World(make_organization(slug="other", name="Other"), receiver)
    for one in (world, other):
        change(one, to(one, secured))
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED
    assert (other.delivery().state, other.delivery().code) == (DeliveryState.FAILED, CODE)


def test_an_authority_that_was_removed_counts_no_longer(world: World, secured: Receiver, authority: Authority) -> None:
    believe(world.organization, authority)
    change(world, to(world, secured))
    world.work()
    [known] = authorities_of(world.organization)
    remove_authority(organization=world.organization, fingerprint=known.fingerprint, actor=OPERATOR, at=NOW)
    world.write(customer_number="C-1", email=[{"email": "new@example.com"}])
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.SUCCEEDED, DeliveryState.FAILED]


def test_trials_believe_what_deliveries_do(world: World, secured: Receiver, authority: Authority) -> None:
    webhook = to(world, secured, with_token=True)
    tried = {"organization": world.organization, "webhook_id": webhook.pk, "at": NOW}
    assert (try_connection(**tried).is_ok, try_token(**tried).is_ok) == (False, False)
    believe(world.organization, authority)
    assert (try_connection(**tried).is_ok, try_token(**tried).is_ok) == (True, True)
