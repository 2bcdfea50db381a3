"""Connections are kept for one organization and one place, and a lost one is replaced where that is harmless."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from hub.http import pool as pool_module
from hub.http.addresses import EgressPolicy
from hub.http.authorities import Authorities
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Answer, Request
from hub.http.pool import Pool
from hub.http.url import parse
from tests.hub.http.certificates import Authority
from tests.hub.http.conftest import GENEROUS, LOOPBACK, Names, request_to
from tests.hub.http.receivers import Receiver, answering, dripping, saying

pytestmark = pytest.mark.once

OTHER_POLICY = EgressPolicy.of(["127.0.0.0/8"])
TRUSTING_POLICY = replace(LOOPBACK, authorities=Authorities.of(["a certificate"]))


def _with_pool(work: Callable[[Pool], Awaitable[object]]) -> None:
    async def run() -> None:
        async with Pool() as pool:
            await work(pool)

    asyncio.run(run())


async def _send(pool: Pool, request: Request, *, organization_id: int = 1, policy: EgressPolicy = LOOPBACK) -> Answer:
    return await pool.send(request, organization_id=organization_id, policy=policy, budget=GENEROUS)


def _closing_from_the_second(answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"):
    """Every connection answers one request and ends without a word after the second."""
    known: set[int] = set()

    def script(connection: socket.socket) -> None:
        if connection.fileno() in known:
            known.clear()
            connection.shutdown(socket.SHUT_RDWR)
        else:
            known.add(connection.fileno())
            connection.sendall(answer)

    return script


def test_one_organization_uses_its_connection_again():
    with Receiver(answering()) as receiver:

        async def work(pool: Pool) -> None:
            answers = [await _send(pool, request_to(receiver)) for _ in range(3)]
            assert [answer.timings.connect_ms > 0 for answer in answers] == [True, False, False]

        _with_pool(work)
    assert receiver.connections == 1


@pytest.mark.parametrize("other", [{"organization_id": 2}, {"policy": OTHER_POLICY}, {"policy": TRUSTING_POLICY}])
def test_no_connection_is_shared_with_another_organization_or_policy(other):
    with Receiver(answering()) as receiver:

        async def work(pool: Pool) -> None:
            await _send(pool, request_to(receiver))
            await _send(pool, request_to(receiver), **other)

        _with_pool(work)
    assert receiver.connections == 2


def test_no_connection_is_used_for_another_name_at_the_same_address(names: Names):
    names.resolve("one.example", ["127.0.0.1"])
    names.resolve("two.example", ["127.0.0.1"])
    with Receiver(answering()) as receiver:

        async def work(pool: Pool) -> None:
            for host in ("one.example", "two.example"):
                await _send(pool, request_to(receiver, host=host), policy=OTHER_POLICY)

        _with_pool(work)
    assert receiver.connections == 2


def test_connections_that_are_made_together_share_one_look_up(names: Names):
    names.resolve("one.example", ["127.0.0.1"], ["10.0.0.1"])
    with Receiver(answering()) as receiver:

        async def work(pool: Pool) -> None:
            request = request_to(receiver, host="one.example")
            await asyncio.gather(*(_send(pool, request, policy=OTHER_POLICY) for _ in range(8)))

        _with_pool(work)
    assert (receiver.connections, names.asked) == (8, ["one.example"])


def test_after_a_moment_the_name_is_asked_and_checked_again(names: Names, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pool_module, "CHECKED_FOR_S", 0.0)
    names.resolve("one.example", ["127.0.0.1"], ["10.0.0.1"])
    with Receiver(saying(b"HTTP/1.0 200 OK\r\n\r\n")) as receiver:

        async def work(pool: Pool) -> None:
            request = request_to(receiver, host="one.example")
            await _send(pool, request, policy=OTHER_POLICY)
            with pytest.raises(HttpFailure) as caught:
                await _send(pool, request, policy=OTHER_POLICY)
            assert caught.value.kind is FailureKind.ADDRESS_REFUSED

        _with_pool(work)


@pytest.mark.parametrize("headers", [(("webhook-id", "msg_1"),), (("Idempotency-Key", "a"),)])
def test_a_delivery_on_a_kept_connection_that_ends_is_sent_once_more(headers):
    with Receiver(_closing_from_the_second()) as receiver:

        async def work(pool: Pool) -> None:
            request = Request("POST", request_to(receiver).url, headers, b"{}")
            assert [(await _send(pool, request)).status for _ in range(2)] == [200, 200]

        _with_pool(work)
    assert (receiver.connections, len(receiver.requests)) == (2, 3)


def test_a_request_that_nobody_could_recognize_is_never_sent_twice():
    with Receiver(_closing_from_the_second()) as receiver:

        async def work(pool: Pool) -> None:
            request = Request("POST", request_to(receiver).url, (), b"{}")
            await _send(pool, request)
            with pytest.raises(HttpFailure) as caught:
                await _send(pool, request)
            assert (caught.value.kind, caught.value.is_transient) == (FailureKind.CONNECTION_LOST, True)

        _with_pool(work)
    assert len(receiver.requests) == 2


def test_a_new_connection_that_ends_is_not_replaced():
    with Receiver(saying(b"")) as receiver:

        async def work(pool: Pool) -> None:
            with pytest.raises(HttpFailure):
                await _send(pool, request_to(receiver))

        _with_pool(work)
    assert len(receiver.requests) == 1


def test_an_answer_that_nobody_asked_for_is_not_given_to_the_next_request():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with Receiver(lambda connection: connection.sendall(answer + answer.replace(b"ok", b"no"))) as receiver:

        async def work(pool: Pool) -> None:
            for _ in range(3):
                assert (await _send(pool, request_to(receiver))).body == b"ok"

        _with_pool(work)
    assert receiver.connections == 3


def test_a_connection_of_which_the_answer_was_cut_is_not_used_again():
    with Receiver(answering(b"x" * 70_000)) as receiver:

        async def work(pool: Pool) -> None:
            for _ in range(2):
                with pytest.raises(HttpFailure):
                    await _send(pool, request_to(receiver))

        _with_pool(work)
    assert receiver.connections == 2


def test_an_idle_connection_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pool_module, "KEEP_ALIVE_S", 0.0)
    with Receiver(answering()) as receiver:

        async def work(pool: Pool) -> None:
            for _ in range(2):
                await _send(pool, request_to(receiver))
                await asyncio.sleep(0.01)

        _with_pool(work)
    assert receiver.connections == 2


def test_one_receiver_that_hangs_does_not_delay_the_others():
    with Receiver(answering()) as quick, Receiver(dripping(b"", b"", every_s=0.5)) as hanging:

        async def work(pool: Pool) -> None:
            stuck = [asyncio.ensure_future(_send(pool, request_to(hanging))) for _ in range(20)]
            assert (await _send(pool, request_to(quick))).status == 200
            assert not any(each.done() for each in stuck)
            for each in stuck:
                each.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

        _with_pool(work)


def test_a_send_that_is_given_up_closes_its_connection():
    with Receiver(dripping(b"", b"", every_s=0.5)) as receiver:

        async def work(pool: Pool) -> None:
            sending = asyncio.ensure_future(_send(pool, request_to(receiver)))
            while not receiver.requests:
                await asyncio.sleep(0.01)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending

        _with_pool(work)


def test_certificates_are_read_in_a_thread_once_while_the_loop_goes_on(tmp_path, monkeypatch):
    authority = Authority(tmp_path)
    policy = replace(LOOPBACK, authorities=Authorities.of([authority.pem]))
    makers: list[int] = []

    def making() -> ssl.SSLContext:
        makers.append(threading.get_ident())
        return create_default_context()

    create_default_context = ssl.create_default_context
    monkeypatch.setattr("hub.http.tls.ssl.create_default_context", making)
    with Receiver(answering(b"secured"), tls=authority.server("127.0.0.1")) as receiver:
        request = Request("GET", parse(f"https://127.0.0.1:{receiver.port}/"))

        async def work(pool: Pool) -> None:
            answers = await asyncio.gather(*[_send(pool, request, policy=policy) for _ in range(8)])
            assert {answer.body for answer in answers} == {b"secured"}

        _with_pool(work)
    assert len(makers) == 1
    assert makers[0] != threading.get_ident()
