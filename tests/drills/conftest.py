"""A hub of its own for every drill: a copy of one that was prepared once, with nothing running yet."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drills.broker import Broker
from tests.drills.erp import USE_CASES, Erp, configuration
from tools.running import Hub, own_database

LONG = os.environ.get("HUB_DRILLS") == "long"
"""make drills runs everything at full size, make test a part of it."""
ON_SERVICES = bool(os.environ.get("DATABASE_URL"))
"""The round on PostgreSQL; every drill that names no database runs on that of the round."""


@dataclass(frozen=True)
class Prepared:
    """A migrated database with an organization, a token and an integration."""

    database_url: str
    token: str
    integration_id: str


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Made once, copied by every drill."""
    folder = tmp_path_factory.mktemp("prepared")
    database = own_database() if ON_SERVICES else contextlib.nullcontext(f"sqlite:///{folder}/hub.sqlite3")
    with database as url:
        hub = Hub(folder, url)
        try:
            token = hub.prepare()
            hub.start_web()
            integration_id = _make_integration(hub, token)
        finally:
            hub.end()
        yield Prepared(url, token, integration_id)


def _make_integration(hub: Hub, token: str) -> str:
    use_cases = [
        {"name": slug, "slug": slug, "type": "inbound", "enabled": True, "configuration": configuration(slug)}
        for slug in USE_CASES
    ]
    answer = hub.request("POST", "/v2/integrations", {"name": "Drill", "use_cases": use_cases}, token)
    if answer.status != 201:
        raise RuntimeError(f"the integration was not created: {answer.text}")
    return str(answer.json()["id"])


NewErp = Callable[..., Erp]


@pytest.fixture
def new_erp(prepared: Prepared, tmp_path: Path) -> Iterator[NewErp]:
    """Answers an ERP with a hub of its own; redis_url= gives it Celery, other names are variables of its processes."""
    with contextlib.ExitStack() as stack:

        def make(*, redis_url: str = "", **variables: str) -> Erp:
            copy = copied_hub(prepared.database_url, tmp_path, redis_url=redis_url, **variables)
            return Erp(stack.enter_context(copy), prepared.token, prepared.integration_id)

        yield make


@contextlib.contextmanager
def copied_hub(database_url: str, folder: Path, *, redis_url: str = "", **variables: str) -> Iterator[Hub]:
    """A hub on a copy of the database, with nothing running yet and nothing left running in the end."""
    with _copied(database_url, folder) as url:
        hub = Hub(folder, url, redis_url=redis_url, variables={"HUB_SLICE_EVENTS": "50", **variables})
        try:
            yield hub
        finally:
            hub.end()


@contextlib.contextmanager
def _copied(database_url: str, folder: Path) -> Iterator[str]:
    if ON_SERVICES:
        with own_database(template=database_url) as url:
            yield url
    else:
        # Not a copy of the file: what was written last may still stand beside it.
        with (
            contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as source,
            contextlib.closing(sqlite3.connect(folder / "hub.sqlite3")) as copy,
        ):
            source.backup(copy)
        yield f"sqlite:///{folder}/hub.sqlite3"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A Redis of the drill's own that answers."""
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def erp(new_erp: NewErp) -> Erp:
    """An ERP whose hub has a web server and no worker yet."""
    erp = new_erp()
    erp.hub.start_web()
    return erp
