"""reach: a connection that carries nothing, to learn how far one comes and how long each stage of it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hub import clock
from hub.http.addresses import EgressPolicy
from hub.http.deadline import Deadline
from hub.http.failures import HttpFailure
from hub.http.messages import Budget
from hub.http.resolving import resolve
from hub.http.sockets import Stage, connect
from hub.http.url import Url


def _nothing() -> None:
    """The default of forbid_in_transaction."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far it came: milliseconds of every stage that was begun; the last one failed where there is a failure."""

    took_ms: Mapping[Stage, float]
    last: Stage
    failure: HttpFailure | None
    address: str = ""
    """The one that was connected to."""


class _Stopwatch:
    """Adds up what each stage takes; one that begins ends the one before."""

    def __init__(self) -> None:
        self.took_ms: dict[Stage, float] = {}
        self.stage = Stage.ADDRESS
        self._since = clock.monotonic()

    def begin(self, stage: Stage) -> None:
        self.end()
        self.stage = stage

    def end(self) -> None:
        now = clock.monotonic()
        self.took_ms[self.stage] = self.took_ms.get(self.stage, 0.0) + (now - self._since) * 1000
        self._since = now


def reach(
    url: Url, *, policy: EgressPolicy, budget: Budget, forbid_in_transaction: Callable[[], None] = _nothing
) -> Reached:
    """Connect as send does, under the same policy, and hang up at once. Never raises HttpFailure: that is the answer.

    A host that is a number has no stage NAME, plain http none called SECURE.
    """
    forbid_in_transaction()
    watch = _Stopwatch()
    try:
        address = _connect(url, policy, budget, watch)
    except HttpFailure as failure:
        watch.end()
        return Reached(watch.took_ms, watch.stage, failure)
    watch.end()
    return Reached(watch.took_ms, watch.stage, None, address)


def _connect(url: Url, policy: EgressPolicy, budget: Budget, watch: _Stopwatch) -> str:
    policy.check_url(url)
    deadline = Deadline(url.host, budget.total_s)
    if url.address is None:
        watch.begin(Stage.NAME)
    addresses = resolve(url, policy, within_s=deadline.left())
    opened = connect(url, addresses, policy=policy, connect_s=budget.connect_s, deadline=deadline, watch=watch.begin)
    address = opened.address
    opened.close()
    return address
