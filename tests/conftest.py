"""What every test stands on: a fixed clock, no network beyond this machine, empty caches, the cast."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub import clock as system_clock
from hub.accounts import token_use, tokens
from hub.accounts.models import Organization
from hub.api import counters
from hub.buffers import WriteBuffer
from hub.entities.schemas import book as schema_book
from hub.environments import log_masking, portals, resolve
from hub.environments.trust import policies as trust_policies
from hub.events import definitions
from integrations.auto_refresh import thresholds
from integrations.auto_refresh.opening import openings
from outbound import subscriptions
from outbound.automations import listeners
from outbound.delivering import receivers
from proxies.managed_call import calls
from proxies.managed_call.recording import successes
from proxies.pulling import on_demand
from tests.builders import NOW, Token, make_expired_token, make_member, make_token
from tests.cast import Caller, Machine, Person, Stage, make_stage
from tests.emptying import empty_quickly, keep_statistics

hypothesis.settings.register_profile("hub", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("hub")
"""How long examples take to make says something about the machine, not about the hub."""


def pytest_collection_finish() -> None:
    """What twenty thousand collected tests consist of is not looked through again by each collection of garbage."""
    gc.collect()
    gc.freeze()


class FixedClock:
    """Answers the same moment until a test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.at

    def move(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Step forward, for example ``clock.move(minutes=5)``; answers the new moment."""
        self.at += by or timedelta(**parts)
        return self.at


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """The clock of the test, which stands at 2026-01-15T08:00:00Z."""
    fixed = FixedClock()
    monkeypatch.setattr(system_clock, "now", fixed.now)
    return fixed


@pytest.fixture(autouse=True, scope="session")
def _static_root() -> None:
    """The folder of collected files exists, if empty, as it does wherever the hub is installed."""
    Path(settings.STATIC_ROOT or "").mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True, scope="session")
def _emptied_quickly() -> None:
    empty_quickly()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """What pytest-django does, and tables that PostgreSQL does not look at by itself."""
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            keep_statistics()


@pytest.fixture(autouse=True)
def _closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise AssertionError(f"a test opened a connection to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token, count or unwritten row of another test, and no thread that writes behind a test's back."""
    monkeypatch.setattr(WriteBuffer, "threaded", False)
    tokens.forget_all()
    token_use.forget_all()
    token_use.uses.clear()
    counters.forget_all()
    resolve.forget_all()
    log_masking.forget_all()
    portals.forget_all()
    trust_policies.forget_all()
    schema_book.forget_all()
    definitions.forget_all()
    subscriptions.forget_all()
    on_demand.forget_all()
    listeners.forget_all()
    receivers.forget_all()
    calls.forget_all()
    successes.clear()
    thresholds.forget_all()
    openings.clear()
    definitions.forget_all()
    cache.clear()


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[CaptureQueriesContext]]:
    """``with count_queries() as counted: …`` and then ``len(counted)``."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def stage(db: None) -> Stage:
    """Home, and the organization next door."""
    return make_stage()


@pytest.fixture
def organization(stage: Stage) -> Organization:
    """Home."""
    return stage.home


@pytest.fixture
def client_of(request: pytest.FixtureRequest, db: None) -> Callable[[str | Token | Caller], Client]:
    """An HTTP client that presents a token (its text or a built one) or is one of the cast."""

    def make(caller: str | Token | Caller) -> Client:
        if isinstance(caller, str):
            return Client(headers={"authorization": f"Bearer {caller}"})
        if isinstance(caller, Token):
            return make(caller.text)
        return _client_of_cast(caller, request.getfixturevalue("stage"), make)

    return make


def _client_of_cast(caller: Caller, stage: Stage, make: Callable[[str], Client]) -> Client:
    organization = stage.organization_of(caller)
    if isinstance(caller, Person):
        client = Client()
        client.force_login(make_member(organization=organization, role=caller.role).user)
        return client
    if caller.grants is None:
        return Client()
    return make(_token_of(caller, organization).text)


def _token_of(caller: Machine, organization: Organization) -> Token:
    if caller.is_expired:
        return make_expired_token(organization=organization)
    if caller.is_revoked:
        return make_token(organization=organization, revoked_at=NOW)
    return make_token(organization=organization, grants=caller.grants or (), read_only=caller.is_read_only)


@pytest.fixture
def _connection_stays_open() -> Iterator[None]:
    """The application closes old connections between requests, and the test's own would count as one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
