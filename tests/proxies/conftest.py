"""Connections and tokens of a test are not there for the next one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hub.http.kept import forget_connections
from inbound.receive import routing
from proxies import authentication
from tests.builders import make_organization
from tests.proxies.partner import Partner
from tests.receiver import Receiver, listening


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    routing.forget_all()
    yield
    forget_connections()
    authentication.forget_all()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The other system."""
    with listening() as receiver:
        yield receiver


@pytest.fixture
def partner(db: None, receiver: Receiver, settings: Any) -> Partner:
    """An organization that calls it."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    return Partner(make_organization(), receiver)
