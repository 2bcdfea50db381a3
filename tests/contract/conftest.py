"""The home organization with one thing of every kind, and who knocks at its doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import ApiToken
from hub.http import resolving
from hub.http.kept import forget_connections
from inbound.receive import routing
from inbound.simulate import simulation_pool
from tests.builders import Token, make_member
from tests.cast import Machine, Stage
from tests.contract.things import Things
from tests.forward_proxy import ForwardProxy
from tests.receiver import Receiver, Reply, listening

ClientOf = Callable[[Any], Client]


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


@pytest.fixture
def things(stage: Stage, other_system: Receiver, settings: Any) -> Things:
    """One thing of every kind in the home organization."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    settings.HUB_SENDS_MAIL, settings.DEFAULT_FROM_EMAIL = True, "hub@example.test"
    return Things.of_home(stage, other_system.url)


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
