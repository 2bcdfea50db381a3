"""What the tests of /v1/events share: a client that speaks JSON to one organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import MACHINE
from tests.hub.entities.conftest import Store, store
from tests.hub.events.conftest import _alone, _end_children

__all__ = ["Store", "_alone", "_end_children", "store"]


class Api:
    """The API of events as one caller meets it. Any: answers of the test client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Any:
        """GET below /v1/events."""
        return self.client.get(self._at(path), query, headers=headers or {})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Any other method."""
        return getattr(self.client, method)(self._at(path), body, content_type="application/json", headers=headers)

    def _at(self, path: str) -> str:
        return path if path.startswith("/v2") else f"/v1/events{'/' if path else ''}{path}"


@pytest.fixture
def api(client_of: Callable[[Any], Client]) -> Api:
    """The API with every grant."""
    return Api(client_of(MACHINE))
