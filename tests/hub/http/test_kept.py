"""A thread that waits for its answer uses the connections that others have left."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.http.failures import FailureKind, HttpFailure
from hub.http.kept import forget_connections, send_kept
from tests.hub.http.conftest import GENEROUS, LOOPBACK, request_to
from tests.hub.http.receivers import Receiver, answering, saying

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _forgotten():
    yield
    forget_connections()


def _send(receiver: Receiver, *, organization_id: int = 1, policy=LOOPBACK):
    return send_kept(request_to(receiver), organization_id=organization_id, policy=policy, budget=GENEROUS)


def test_threads_share_connections_one_after_the_other():
    with Receiver(answering(b"hello")) as receiver:
        for _ in range(3):
            with ThreadPoolExecutor(1) as other:
                assert other.submit(_send, receiver).result().body == b"hello"
        assert receiver.connections == 1


def test_organizations_share_none():
    with Receiver(answering()) as receiver:
        for organization_id in (1, 2, 1):
            _send(receiver, organization_id=organization_id)
        assert receiver.connections == 2


def test_a_thread_that_waits_keeps_no_other_waiting():
    go_on = threading.Event()

    def held(connection):
        go_on.wait(5)
        answering()(connection)

    with Receiver(held) as slow, Receiver(answering()) as quick, ThreadPoolExecutor(1) as other:
        waiting = other.submit(_send, slow)
        assert _send(quick).status == 200
        assert not waiting.done()
        go_on.set()
        assert waiting.result().status == 200


def test_failures_are_those_of_the_pool():
    with Receiver(saying(b"nonsense\r\n\r\n")) as receiver, pytest.raises(HttpFailure) as raised:
        _send(receiver)
    assert raised.value.kind is FailureKind.BAD_RESPONSE


def test_it_is_asked_before_anything_is_sent_whether_a_transaction_is_open():
    def refuse() -> None:
        raise AssertionError

    with Receiver(answering()) as receiver:
        with pytest.raises(AssertionError):
            send_kept(
                request_to(receiver), organization_id=1, policy=LOOPBACK, budget=GENEROUS, forbid_in_transaction=refuse
            )
        assert not receiver.requests


def test_what_was_forgotten_begins_anew():
    with Receiver(answering()) as receiver:
        _send(receiver)
        forget_connections()
        forget_connections()
        assert _send(receiver).status == 200
        assert receiver.connections == 2
