"""Receivers that behave badly: every attempt ends, in bounded time and memory, and nobody waits for anybody else."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.drills.conftest import Prepared, copied_hub
from tests.drills.outlet import Outlet
from tests.hub.http.receivers import Receiver, answering, saying
from tools.running import wait_for

pytestmark = pytest.mark.drill

GIGABYTE = 1024**3
MOST_TAKEN = 64 * 1024**2
"""Bytes of a gigabyte that may leave the receiver: what the hub keeps, and what stands in buffers on the way."""
RETRY_AFTER_S = 120


class Flood:
    """Answers 200 with a gigabyte; counts what was taken of it."""

    def __init__(self) -> None:
        self.sent = 0

    def __call__(self, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % GIGABYTE)
        piece = bytes(1024 * 1024)
        while self.sent < GIGABYTE:
            connection.sendall(piece)
            self.sent += len(piece)


class Recovering:
    """Answers 500 three times, then 200."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, connection: socket.socket) -> None:
        self.asked += 1
        answering(status="500 Oops" if self.asked <= 3 else "200 OK")(connection)


@dataclass
class Trial:
    """One event that went to every kind of receiver."""

    outlet: Outlet
    receivers: dict[str, Receiver]
    flood: Flood
    attempts_of_the_hanging_when_the_good_was_done: int

    def attempt(self, name: str) -> Any:
        """The first attempt at the receiver. Any: JSON."""
        return self.outlet.delivery(name)["attempts"][0]


@pytest.fixture(scope="module")
def trial(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Run once, looked at by all tests of this module."""
    end_of_hanging, flood = threading.Event(), Flood()
    with contextlib.ExitStack() as stack:
        secret = stack.enter_context(Receiver(answering(b"secret")))
        location = f"Location: http://127.0.0.1:{secret.port}/latest/meta-data"
        scripts = {
            "good": answering(),
            "hanging": lambda _: bool(end_of_hanging.wait(60)),
            "cut": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of"),
            "busy": answering(status="429 Slow", headers=(f"Retry-After: {RETRY_AFTER_S}",)),
            "redirecting": answering(status="302 Found", headers=(location,)),
            "endless": flood,
            "recovering": Recovering(),
        }
        receivers = {name: stack.enter_context(Receiver(script)) for name, script in scripts.items()}
        stack.callback(end_of_hanging.set)
        hub = stack.enter_context(copied_hub(prepared.database_url, tmp_path_factory.mktemp("trial")))
        outlet = Outlet(hub, prepared.token)
        outlet.open()
        for name, receiver in receivers.items():
            outlet.subscribe(name, f"http://127.0.0.1:{receiver.port}/")
        hub.start_worker()
        outlet.fire("Kern")
        outlet.wait_for_attempt("good")
        hanging = len(outlet.delivery("hanging")["attempts"])
        for name in scripts:
            outlet.wait_for_attempt(name)
        yield Trial(outlet, {**receivers, "secret": secret}, flood, hanging)


def test_a_receiver_that_hangs_is_left_when_the_time_of_an_attempt_is_over(trial: Trial) -> None:
    delivery = trial.outlet.delivery("hanging")
    assert (delivery["attempts"][0]["code"], delivery["status"]) == ("TIMEOUT", "in_progress")


def test_nobody_waits_for_a_receiver_that_hangs(trial: Trial) -> None:
    assert trial.attempts_of_the_hanging_when_the_good_was_done == 0
    assert trial.outlet.delivery("good")["status"] == "succeeded"


def test_an_answer_that_is_cut_off_is_tried_again(trial: Trial) -> None:
    trial.outlet.wait_for_attempt("cut", 2)
    first, second = trial.receivers["cut"].requests[:2]
    assert _header(first, b"webhook-id") == _header(second, b"webhook-id")


def test_a_receiver_that_is_busy_is_asked_when_it_wants_to_be(trial: Trial) -> None:
    delivery = trial.outlet.delivery("busy")
    at, due = (datetime.fromisoformat(text) for text in (delivery["attempts"][0]["at"], delivery["next_attempt_at"]))
    assert due - at >= timedelta(seconds=RETRY_AFTER_S)


def test_a_redirect_is_an_end_and_nobody_goes_there(trial: Trial) -> None:
    assert trial.outlet.delivery("redirecting")["status"] == "failed"
    assert not trial.receivers["secret"].connections


def test_of_an_endless_answer_little_is_taken_and_its_status_counts(trial: Trial) -> None:
    assert trial.outlet.delivery("endless")["status"] == "succeeded"
    assert trial.attempt("endless")["response_is_cut"]
    assert trial.flood.sent < MOST_TAKEN


def test_a_receiver_that_recovers_gets_the_same_message_in_the_end(trial: Trial) -> None:
    for number in range(1, 4):
        trial.outlet.wait_for_attempt("recovering", number)
        trial.outlet.hurry()
    wait_for(lambda: trial.outlet.delivery("recovering")["status"] == "succeeded", "the last attempt")
    requests = trial.receivers["recovering"].requests
    assert len({_header(request, b"webhook-id") for request in requests}) == 1
    assert len({request.partition(b"\r\n\r\n")[2] for request in requests}) == 1


def _header(request: bytes, name: bytes) -> bytes:
    [line] = [line for line in request.split(b"\r\n") if line.lower().startswith(name + b":")]
    return line.partition(b":")[2].strip()
