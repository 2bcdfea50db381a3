"""Bodies of every kind of length over a real connection: weighed before they are parsed, and never half taken."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from tests.acceptance import SEND_V3
from tests.journeys.contract.conftest import Caller
from tests.journeys.contract.wire import Reply, chunk, exchange

SHORT_DOOR, LONG_DOOR = "application/json", "application/json; charset=utf-8"
"""A plain declaration is answered by the short path of intake, any other by the whole application."""
PAD = b" " * 65536

both_doors = pytest.mark.parametrize("content_type", [SHORT_DOOR, LONG_DOOR], ids=["short door", "long door"])


@pytest.fixture
def intake(caller: Caller, integration_id: str) -> Intake:
    """Intake of one integration, whose token the server knows already."""
    return Intake(caller, integration_id)


class Intake:
    """POST /v3/erp/updates/events, byte by byte."""

    def __init__(self, caller: Caller, integration_id: str) -> None:
        self.caller = caller
        self.body = SEND_V3.filled(integration_id=integration_id).body.encode()
        self.events = f"/v1/integrations/{integration_id}/events"
        self.stored()

    def post(self, content_type: str, *headers: str, pieces: Any = (), path: str = SEND_V3.path, **more: Any) -> Reply:
        """One request with these headers; Any: an iterable of pieces of the body."""
        host, token = f"Host: 127.0.0.1:{self.caller.hub.port}", f"Authorization: Bearer {self.caller.token}"
        declared = [f"Content-Type: {content_type}"] if content_type else []
        return exchange(self.caller.hub, [f"POST {path} HTTP/1.1", host, token, *declared, *headers], pieces, **more)

    def stored(self) -> int:
        """How many events the integration has."""
        return len(self.caller.hub.request("POST", self.events, {}, self.caller.token).json()["data"])


def length(body: bytes, error: int = 0) -> str:
    return f"Content-Length: {len(body) + error}"


@both_doors
def test_a_body_of_the_announced_length_is_taken(intake: Intake, content_type: str) -> None:
    reply = intake.post(content_type, length(intake.body), pieces=[intake.body])
    assert (reply.status, intake.stored()) == (200, 1)


@both_doors
def test_no_answer_names_the_software_of_the_server(intake: Intake, content_type: str) -> None:
    assert b"granian" not in intake.post(content_type, length(intake.body), pieces=[intake.body]).head.lower()


@both_doors
def test_a_body_in_chunks_is_taken(intake: Intake, content_type: str) -> None:
    pieces = [chunk(intake.body[:9]), chunk(intake.body[9:]), chunk(b"")]
    reply = intake.post(content_type, "Transfer-Encoding: chunked", pieces=pieces)
    assert (reply.status, intake.stored()) == (200, 1)


@both_doors
def test_an_announced_length_over_the_limit_is_refused_before_a_byte_of_the_body_came(
    intake: Intake, content_type: str
) -> None:
    reply = intake.post(content_type, "Content-Length: 50000000")
    assert (reply.status, reply.json()["code"], intake.stored()) == (413, "PAYLOAD_TOO_LARGE", 0)


@pytest.mark.parametrize("path", [SEND_V3.path, "/v2/integrations", "/v1/erp/updates/mapping_simulation"])
def test_a_body_in_chunks_is_refused_as_soon_as_it_passes_the_limit(intake: Intake, path: str) -> None:
    endless = (chunk(PAD) for _ in range(200))
    reply = intake.post(SHORT_DOOR, "Transfer-Encoding: chunked", pieces=endless, path=path)
    assert (reply.status, reply.json()["code"], intake.stored()) == (413, "PAYLOAD_TOO_LARGE", 0)


@both_doors
def test_a_body_that_ends_before_its_announced_length_is_not_taken(intake: Intake, content_type: str) -> None:
    reply = intake.post(content_type, length(intake.body, +9), pieces=[intake.body], closes=True)
    assert (reply.status, intake.stored()) == (400, 0)


@both_doors
def test_a_body_beyond_its_announced_length_is_cut_there(intake: Intake, content_type: str) -> None:
    reply = intake.post(content_type, length(intake.body, -9), pieces=[intake.body])
    assert (reply.status, intake.stored()) == (400, 0)


@both_doors
@pytest.mark.parametrize("announced", ["-1", "abc", "9" * 30, "1, 2", ""])
def test_a_length_that_is_none_is_refused(intake: Intake, content_type: str, announced: str) -> None:
    reply = intake.post(content_type, f"Content-Length: {announced}", pieces=[intake.body])
    assert (reply.status, intake.stored()) == (400, 0)


@both_doors
def test_two_lengths_are_refused(intake: Intake, content_type: str) -> None:
    reply = intake.post(content_type, length(intake.body), "Content-Length: 5", pieces=[intake.body])
    assert (reply.status, intake.stored()) == (400, 0)


@both_doors
def test_without_a_length_there_is_no_body(intake: Intake, content_type: str) -> None:
    assert (intake.post(content_type).status, intake.stored()) == (400, 0)


@both_doors
@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "deflate", "br"])
def test_a_compressed_body_is_refused_unpacked(intake: Intake, content_type: str, coding: str) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    reply = intake.post(content_type, f"Content-Encoding: {coding}", length(bomb), pieces=[bomb])
    assert (reply.status, reply.json()["code"], intake.stored()) == (415, "UNSUPPORTED_MEDIA_TYPE", 0)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_kind_of_body_is_refused(intake: Intake, content_type: str) -> None:
    reply = intake.post(content_type, length(intake.body), pieces=[intake.body])
    assert (reply.status, reply.json()["code"], intake.stored()) == (415, "UNSUPPORTED_MEDIA_TYPE", 0)


def test_events_of_an_undeclared_kind_are_taken_as_json(intake: Intake) -> None:
    reply = intake.post("", length(intake.body), pieces=[intake.body])
    assert (reply.status, intake.stored()) == (200, 1)


@pytest.mark.parametrize("header", ["X-Long: " + "a" * 2_000_000, "X: a\0b", "no colon"])
def test_a_head_that_is_none_is_refused(intake: Intake, header: str) -> None:
    reply = intake.post(SHORT_DOOR, header, length(intake.body), pieces=[intake.body])
    assert (reply.status in {400, 431}, intake.stored()) == (True, 0)


def test_a_head_of_very_many_lines_is_refused(intake: Intake) -> None:
    lines = [f"X-{number}: a" for number in range(200)]
    assert intake.post(SHORT_DOOR, *lines, length(intake.body), pieces=[intake.body]).status == 431
