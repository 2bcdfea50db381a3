"""The home organization with one thing of every kind, and who knocks at its doors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hub.http import resolving
from hub.http.kept import forget_connections
from inbound.receive import routing
from inbound.simulate import simulation_pool
from tests.cast import Stage
from tests.contract.doors import Things
from tests.receiver import Receiver, Reply, listening


@pytest.fixture(scope="session")
def other_system() -> Iterator[Receiver]:
    """What managed calls lead to; it answers every request with an object."""
    with listening() as receiver:
        receiver.answer = lambda _, __: Reply(200, {"Content-Type": "application/json"}, b'{"answered": true}')
        yield receiver
    forget_connections()


@pytest.fixture
def things(stage: Stage, other_system: Receiver, settings: Any) -> Things:
    """One thing of every kind in the home organization."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
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


@pytest.fixture(autouse=True, scope="session")
def _end_children() -> Iterator[None]:
    """Simulation children end with the tests that used them."""
    yield
    simulation_pool().close()
