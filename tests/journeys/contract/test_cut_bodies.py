"""Bodies in chunks, whole and broken off, over a real connection: what may be cut unseen is not taken."""

from __future__ import annotations

import pytest

from tests.journeys.contract.conftest import Caller
from tests.journeys.contract.wire import Reply, chunk, exchange

CHUNKED = "Transfer-Encoding: chunked"
ROWS = b"external_id,last_name\r\nC-1,Lovelace\r\nC-2,Hop"
ENDS = {"whole": chunk(b""), "malformed": b"zz\r\n", "broken off": b""}

every_end = pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)


def post(caller: Caller, path: str, content_type: str, body: bytes, end: bytes, *headers: str) -> Reply:
    """One request in two chunks; without an end the connection closes after them."""
    head = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{caller.hub.port}", f"Authorization: Bearer {caller.token}"]
    pieces = [chunk(body[:9]), chunk(body[9:])] if body else []
    declared = [f"Content-Type: {content_type}", CHUNKED, *headers]
    return exchange(caller.hub, [*head, *declared], [*pieces, end], closes=not end)


def kept(caller: Caller, schema: str) -> int:
    """How many entities of a schema there are."""
    answer = caller.hub.request("GET", f"/v1/entity/{schema}", None, caller.token)
    assert answer.status == 200, answer.text
    return len(answer.json()["data"])


@every_end
@pytest.mark.parametrize("headers", [[], ["Idempotency-Key: cut"]], ids=["", "once per key"])
def test_a_file_in_chunks_is_not_stored(caller: Caller, headers: list[str], end: bytes) -> None:
    path = "/v1/entity/file:upload?filename=a.txt"
    reply = post(caller, path, "text/plain", b"the beginning of it", end, *headers)
    assert (reply.status, reply.json()["code"], kept(caller, "file")) == (411, "LENGTH_REQUIRED", 0)


@every_end
@pytest.mark.parametrize("content_type", ["text/csv", "application/x-ndjson"])
def test_rows_in_chunks_are_not_imported(caller: Caller, content_type: str, end: bytes) -> None:
    path = "/v1/entity:import?schema=contact&unique_key=external_id"
    reply = post(caller, path, content_type, ROWS, end)
    assert (reply.status, reply.json()["code"], kept(caller, "contact")) == (411, "LENGTH_REQUIRED", 0)


@pytest.mark.parametrize("end", [ENDS["malformed"], ENDS["broken off"]], ids=["malformed", "broken off"])
def test_json_in_chunks_that_breaks_off_is_not_taken(caller: Caller, end: bytes) -> None:
    reply = post(caller, "/v1/entity/contact", "application/json", b'{"last_name": "Hop', end)
    assert (reply.status, kept(caller, "contact")) == (400, 0)


@every_end
@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/x-www-form-urlencoded", b"name=Lovelace"), ("application/json", b"")],
    ids=["form", "nothing"],
)
def test_an_inlet_takes_no_form_in_chunks_and_none_that_is_empty(
    caller: Caller, integration_id: str, content_type: str, body: bytes, end: bytes
) -> None:
    reply = post(caller, f"/v1/erp/inlets/{integration_id}/customer", content_type, body, end)
    assert (reply.status, reply.json()["code"]) == (411, "LENGTH_REQUIRED")
