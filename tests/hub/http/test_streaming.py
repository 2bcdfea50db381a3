"""An answer that is passed on piece by piece: the same gate, and nothing of it collected."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind
from hub.http.messages import KIB, MIB, Budget, Request
from hub.http.streaming import Patience, open_stream
from hub.http.url import parse
from tests.hub.http.conftest import LOOPBACK, failure_of, request_to
from tests.hub.http.receivers import Receiver, answering, dripping, flooding, saying

PATIENT = Patience(pause_s=5, total_s=10)


def budget_of(read_bytes=64 * KIB, total_s=5):
    return Budget(connect_s=5, total_s=total_s, request_bytes=64 * KIB, read_bytes=read_bytes, kept_bytes=read_bytes)


def opened(receiver, *, read_bytes=64 * KIB, patience=PATIENT, total_s=5, policy=LOOPBACK):
    return open_stream(request_to(receiver), policy=policy, budget=budget_of(read_bytes, total_s), patience=patience)


def whole(receiver, **options):
    with opened(receiver, **options) as stream:
        return b"".join(stream.pieces())


def test_head_first_then_the_body():
    with Receiver(answering(b"a file", headers=("Content-Type: text/plain",))) as receiver, opened(receiver) as stream:
        assert (stream.status, stream.header("content-type"), stream.length) == (200, "text/plain", 6)
        assert b"".join(stream.pieces()) == b"a file"


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "500 Oops"])
def test_every_status_is_an_answer(status):
    with Receiver(answering(b"no", status=status)) as receiver, opened(receiver) as stream:
        assert stream.status == int(status[:3])


def test_a_body_in_chunks_or_until_the_end_has_no_length():
    chunked = saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
    with Receiver(chunked) as receiver, opened(receiver) as stream:
        assert stream.length is None
        assert b"".join(stream.pieces()) == b"abc"
    with Receiver(saying(b"HTTP/1.1 200 OK\r\n\r\nabc")) as receiver:
        assert whole(receiver) == b"abc"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
    ],
)
def test_a_body_that_ends_early_is_lost(said):
    with Receiver(saying(said)) as receiver:
        assert failure_of(lambda: whole(receiver)).kind is FailureKind.CONNECTION_LOST


def test_a_body_that_says_it_is_too_large_is_not_even_begun():
    with Receiver(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n")) as receiver:
        assert failure_of(lambda: opened(receiver)).kind is FailureKind.RESPONSE_TOO_LARGE


def test_a_body_without_end_is_left_after_what_was_allowed():
    with Receiver(flooding(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, at_most=64 * MIB)) as receiver:
        assert failure_of(lambda: whole(receiver, read_bytes=MIB)).kind is FailureKind.RESPONSE_TOO_LARGE


def test_a_compression_is_undone_and_its_bomb_ends_at_what_was_allowed():
    packed = gzip.compress(b"abc" * 1000)
    with Receiver(answering(packed, headers=("Content-Encoding: gzip",))) as receiver, opened(receiver) as stream:
        assert stream.length is None
        assert b"".join(stream.pieces()) == b"abc" * 1000
    bomb = gzip.compress(bytes(64 * MIB))
    with Receiver(answering(bomb, headers=("Content-Encoding: gzip",))) as receiver:
        assert failure_of(lambda: whole(receiver, read_bytes=MIB)).kind is FailureKind.RESPONSE_TOO_LARGE


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd"])
def test_other_compressions_are_refused(coding):
    with Receiver(answering(b"x", headers=(f"Content-Encoding: {coding}",))) as receiver:
        assert failure_of(lambda: opened(receiver)).kind is FailureKind.BAD_RESPONSE


def test_a_pause_that_is_too_long_ends_it():
    script = dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x", every_s=2)
    with Receiver(script) as receiver:
        assert failure_of(lambda: whole(receiver, patience=Patience(0.2, 10))).kind is FailureKind.TIMEOUT


def test_the_clock_on_the_wall_ends_what_drips():
    script = dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x", every_s=0.02)
    with Receiver(script) as receiver:
        assert failure_of(lambda: whole(receiver, patience=Patience(0.4, 0.4))).kind is FailureKind.TIMEOUT


def test_the_head_has_a_clock_of_its_own():
    with Receiver(dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x", every_s=0.02)) as receiver:
        assert failure_of(lambda: opened(receiver, total_s=0.4)).kind is FailureKind.TIMEOUT


def test_a_private_address_is_refused():
    with Receiver(answering()) as receiver:
        failure = failure_of(lambda: opened(receiver, policy=EgressPolicy()))
        assert failure.kind is FailureKind.ADDRESS_REFUSED
        assert receiver.connections == 0


def test_a_header_that_could_become_another_request_is_refused():
    request = Request("GET", parse("http://127.0.0.1:9999/"), (("X", "a\r\nY: b"),))
    failure = failure_of(lambda: open_stream(request, policy=LOOPBACK, budget=budget_of(), patience=PATIENT))
    assert failure.kind is FailureKind.HEADER_REFUSED


def test_whoever_hangs_up_reads_no_further():
    script = flooding(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, at_most=512 * MIB)
    with Receiver(script) as receiver, opened(receiver, read_bytes=512 * MIB) as stream:
        assert next(stream.pieces())


def test_a_large_body_leaves_nothing_in_memory():
    size = 40 * MIB
    tracemalloc.start()
    try:
        with Receiver(
            flooding(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode(), bytes(65536), at_most=size)
        ) as receiver:
            with opened(receiver, read_bytes=size) as stream:
                assert sum(map(len, stream.pieces())) == size
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MIB
