"""The home organization with one thing of every kind, and who knocks at its doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client, override_settings

from hub.accounts.models import ApiToken
from hub.http import resolving
from hub.http.kept import forget_connections
from inbound.receive import routing
from inbound.simulate import simulation_pool
from tests.builders import Token, make_member
from tests.cast import Machine, Stage, make_stage
from tests.contract.things import Things
from tests.forward_proxy import ForwardProxy
from tests.receiver import Receiver, Reply, listening
from tests.sharing import shared

ClientOf = Callable[[Any], Client]
SETTINGS = {"HUB_EGRESS_ALLOW": ["127.0.0.1"], "HUB_SENDS_MAIL": True, "DEFAULT_FROM_EMAIL": "hub@example.test"}


@pytest.fixture(scope="session")
def other_system() -> Iterator[Receiver]:
    """What managed calls lead to; it answers every request with an object."""
    with listening() as receiver:
        receiver.answer = lambda _, __: Reply(200, {"Content-Type": "application/json"}, b'{"answered": true}')
        yield receiver
    forget_connections()


@pytest.fixture
def client_of(client_of: ClientOf, stage: Stage) -> ClientOf:
    """As everywhere; tokens were issued by somebody, who gets what is meant for the caller alone."""

    def make(caller: Any) -> Client:
        client = client_of(caller)
        if isinstance(caller, Machine | Token):
            organization = stage.organization_of(caller) if isinstance(caller, Machine) else caller.row.organization
            issuer = make_member(organization=organization, role="admin").user
            ApiToken.objects.of(organization).filter(created_by=None).update(created_by=issuer)
        return client

    return make


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, other_system: Receiver) -> Iterator[tuple[Stage, Things]]:
    """Home with one thing of every kind, and the organization next door."""

    def make() -> tuple[Stage, Things]:
        stage = make_stage()
        return stage, one_of_each(stage, other_system)

    with shared(django_db_blocker, make) as made:
        yield made


def one_of_each(stage: Stage, other_system: Receiver) -> Things:
    """One thing of every kind in the home organization of this stage."""
    with override_settings(**SETTINGS):
        return Things.of_home(stage, other_system.url)


@pytest.fixture
def stage(world: tuple[Stage, Things], db: None) -> Stage:
    """As everywhere; home is not empty."""
    return deepcopy(world[0])


@pytest.fixture
def things(world: tuple[Stage, Things], settings: Any) -> Things:
    """One thing of every kind in the home organization."""
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    return world[1]


@pytest.fixture(autouse=True)
def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name leads anywhere, and nobody waits for a resolver to find that out."""

    def unknown(host: str, port: int) -> None:
        raise OSError("no such name")

    monkeypatch.setattr(resolving, "look_up", unknown)


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    """Routing tables of another test, whose ids may come again, are gone."""
    routing.forget_all()


@pytest.fixture(scope="session")
def tunnels() -> Iterator[ForwardProxy]:
    """The way out of secure proxies: whatever address is asked for, the same receiver answers."""
    with listening() as target, ForwardProxy(int(target.url.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def _way_out(settings: Any, tunnels: ForwardProxy) -> None:
    """Both modes of secure proxies are set up."""
    settings.HUB_STATIC_IP_EGRESS = settings.HUB_SECURE_LINK_EGRESS = tunnels.url


@pytest.fixture(autouse=True, scope="session")
def _end_children() -> Iterator[None]:
    """Simulation children end with the tests that used them."""
    yield
    simulation_pool().close()
