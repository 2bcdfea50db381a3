"""A request that takes longer than a lease keeps its key; one that was never understood frees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from hub.api.entities import file_versions
from hub.api.idempotency import lasting
from hub.api.idempotency.claims import LEASE
from hub.api.models import KeptAnswer
from hub.entities.models import FileVersion
from tests.cast import MACHINE
from tests.conftest import FixedClock
from tests.hub.api.idempotency.conftest import KEY
from tests.hub.entities.files.folder import folder, stored

__all__ = ["folder", "stored"]

PATIENCE_S = 60.0
UPLOAD = "/v1/entity/file:upload?filename=a.pdf"
JSON_ROUTES = [
    "/v3/erp/updates/events",
    "/v1/access-tokens",
    "/v1/secure-proxy",
    "/v1/managed-call/get-customer/execute",
]


def _upload(client: Client) -> Any:
    """The answer of the test client."""
    headers = {"Idempotency-Key": KEY}
    return client.generic("POST", UPLOAD, b"%PDF", content_type="application/pdf", headers=headers, CONTENT_LENGTH="4")


def _await_extension(clock: FixedClock) -> None:
    until = time.monotonic() + PATIENCE_S
    while KeptAnswer.objects.get().leased_until < clock.now() + LEASE:
        assert time.monotonic() < until, "the lease was not extended"
        time.sleep(0.01)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("folder")
def test_a_file_that_takes_long_to_store_keeps_its_key(
    client_of: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    machine, meanwhile = client_of(MACHINE), []

    def slow(**upload: Any) -> Any:
        for _ in range(3):
            clock.move(LEASE * 0.75)
            _await_extension(clock)
            meanwhile.append(_upload(machine).json()["code"])
        return keep(**upload)

    keep = file_versions.keep
    monkeypatch.setattr(lasting, "EXTENDED_EVERY_S", 0.02)
    monkeypatch.setattr(file_versions, "keep", slow)
    assert _upload(machine).status_code == 201
    assert meanwhile == ["IDEMPOTENCY_KEY_IN_USE"] * 3
    assert (_upload(machine)["Idempotency-Replayed"], FileVersion.objects.count()) == ("true", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("path", JSON_ROUTES)
@pytest.mark.parametrize("body", [b"", b'{"events": [{"name', b"\xff"])
def test_a_body_in_chunks_that_breaks_off_frees_the_key(
    client_of: Callable[[Any], Client], path: str, body: bytes
) -> None:
    headers = {"Idempotency-Key": KEY, "Transfer-Encoding": "chunked"}
    server: dict[str, Any] = {"CONTENT_LENGTH": "", "wsgi.input": BytesIO(body)}
    answer = client_of(MACHINE).generic("POST", path, body, content_type="application/json", headers=headers, **server)
    assert 400 <= answer.status_code < 500
    assert answer.status_code != 404
    assert not KeptAnswer.objects.exists()
