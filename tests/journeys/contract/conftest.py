"""One real web server on the database of the round, and what every test of it starts from."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance import CREATE_INTEGRATION, CREATE_USE_CASE, Printed
from tools.running import Answer, Hub, own_database


@dataclass(frozen=True)
class Caller:
    """A client of the hub with a token."""

    hub: Hub
    token: str

    def send(self, request: Printed) -> Answer:
        """One printed request as it stands."""
        return self.hub.request(request.method, request.path, request.body, self.token)

    def created(self, request: Printed) -> Any:
        """The thing a request makes. Any: JSON."""
        answer = self.send(request)
        assert answer.status == 201, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A hub without a worker, started once for all tests of this folder, and a token that may do everything."""
    folder = tmp_path_factory.mktemp("contract")
    is_on_services = bool(os.environ.get("DATABASE_URL"))
    database = own_database() if is_on_services else contextlib.nullcontext(f"sqlite:///{folder}/hub.sqlite3")
    with database as url:
        hub = Hub(folder, url)
        try:
            token = hub.prepare()
            hub.start_web()
            yield Caller(hub, token)
        finally:
            hub.end()


@pytest.fixture
def integration_id(caller: Caller) -> str:
    """A new integration with the use case Customer Sync."""
    identifier = str(caller.created(CREATE_INTEGRATION)["id"])
    caller.created(CREATE_USE_CASE.filled(integration_id=identifier))
    return identifier
