"""Connections and tokens of a test are not there for the next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.http.kept import forget_connections
from proxies import authentication


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    forget_connections()
    authentication.forget_all()
