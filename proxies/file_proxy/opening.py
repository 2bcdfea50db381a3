"""Opening: the requests of a run, each told as monitoring shows it; and what a step's answer becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from hub import clock, strict_json
from hub.database import no_transaction_is_open
from hub.http.addresses import EgressPolicy
from hub.http.failures import timed_out
from hub.http.messages import Budget, Request
from hub.http.streaming import Patience, Stream, open_stream
from hub.json_types import JSONObject, JSONValue
from proxies.file_proxy.long_texts import LongTexts
from proxies.file_proxy.requests import redirected
from proxies.file_proxy.steps import Step

STEP_S: Final = 25.0
ALL_STEPS_S: Final = 55.0
CONNECT_S: Final = 5.0
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes that are sent and read at most; patience: for an answer that is passed on as it comes in."""

    request_bytes: int
    answer_bytes: int
    patience: Patience | None = None


@dataclass(slots=True)
class Opening:
    """The clock of a run starts with it. told: gets an object for each request, with its bytes where tells_bytes.

    hop: the hubs that the run has passed, this one included.
    """

    policy: EgressPolicy
    hop: int
    told: list[JSONObject]
    tells_bytes: bool = False
    _until: float = field(default_factory=lambda: clock.monotonic() + ALL_STEPS_S)

    def give_back(self, seconds: float) -> None:
        """Time in which nobody else's system was waited for."""
        self._until += seconds

    def opened(self, position: int, step: Step, request: Request, limits: Limits) -> Stream:
        """The answer, to be closed, after the redirects that the step follows. Raises HttpFailure."""
        stream = self._one(position, request, limits)
        for _ in range(MOST_REDIRECTS if step.follows_redirects else 0):
            location = stream.header("location")
            if stream.status not in REDIRECTS or not location:
                break
            stream.close()
            request = redirected(request, location)
            stream = self._one(position, request, limits)
        return stream

    def _one(self, position: int, request: Request, limits: Limits) -> Stream:
        left = self._until - clock.monotonic()
        if left <= 0:
            raise timed_out(request.url.host)
        most = limits.answer_bytes
        told: JSONObject = {"step": position, "method": request.method, "url": request.url.text}
        if self.tells_bytes:
            told["bytes"] = request.body_bytes
        self.told.append(told)
        began = clock.monotonic()
        try:
            stream = open_stream(
                replace(request, hop=self.hop),
                policy=self.policy,
                budget=Budget(CONNECT_S, min(STEP_S, left), limits.request_bytes, read_bytes=most, kept_bytes=most),
                patience=limits.patience,
                forbid_in_transaction=no_transaction_is_open,
            )
        finally:
            told["duration_ms"] = round((clock.monotonic() - began) * 1000)
        told["status"] = stream.status
        return stream


def answer_of(
    stream: Stream, texts: LongTexts, *, is_binary: bool, unreadable: Callable[[str], Exception]
) -> JSONValue:
    """What a step was told: the handle of a file, or JSON in which handles stand for long texts; None for no body.

    unreadable: what is raised for what is no JSON, made from what is wrong with it.
    """
    if is_binary:
        spooled = texts.new(is_binary=True)
        for piece in stream.pieces():
            spooled.append(piece)
        return spooled.handle
    rest = texts.take_out(stream.pieces(), host=stream.host)
    try:
        return strict_json.parse(rest) if rest.strip() else None
    except strict_json.MalformedJSON as failure:
        raise unreadable(failure.message) from failure


def headers_by_name(stream: Stream) -> dict[str, JSONValue]:
    """Of an answer, by their names in lower case; of a repeated one the values one after the other."""
    found: dict[str, JSONValue] = {}
    for name, value in stream.headers:
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found
