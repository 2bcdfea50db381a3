"""Running: the steps of a recipe, one after the other; the last file among them is left open to be passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.conf import settings

from hub import clock, strict_json
from hub.database import no_transaction_is_open
from hub.http.addresses import EgressPolicy
from hub.http.failures import timed_out
from hub.http.messages import MIB, Budget, Headers, Request
from hub.http.streaming import Patience, Stream, open_stream
from hub.json_types import JSONObject, JSONValue
from proxies.file_proxy.credentials import CredentialSource
from proxies.file_proxy.failures import not_extracted, refused_by_upstream
from proxies.file_proxy.requests import Known, redirected, request_of
from proxies.file_proxy.steps import Step

STEP_S: Final = 25.0
ALL_STEPS_S: Final = 55.0
CONNECT_S: Final = 5.0
PAUSE_S: Final = 30.0
"""How long the next bytes of a file that is passed on are waited for."""
REQUEST_BYTES: Final = 10 * MIB
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PARTIAL: Final = 206
UNSATISFIABLE: Final = 416


@dataclass(slots=True)
class Running:
    """A run of a recipe. told: each request as monitoring shows it. byte_range: what whoever asked wants of the file.
    hop: the hubs that it has passed, this one included.

    After run, stream is the answer of a last step that is a file, and handle stands for its body in the documents.
    """

    steps: Sequence[Step]
    known: Known
    credentials: CredentialSource
    policy: EgressPolicy
    byte_range: str = ""
    hop: int = 1
    told: list[JSONObject] = field(default_factory=list)
    stream: Stream | None = None
    handle: str = ""
    _until: float = field(default_factory=lambda: clock.monotonic() + ALL_STEPS_S)

    def run(self) -> None:
        """All steps. Raises HubError of many kinds, see failures.as_failed."""
        for position, step in enumerate(self.steps):
            stream = self._answered(position, step)
            if self._is_passed_on(position):
                self.stream, self.handle = stream, self.known.texts.new(is_binary=True).handle
                body: JSONValue = self.handle
            else:
                with stream:
                    body = self._body_of(position, stream)
            self.known.steps.append({"body": body, "headers": headers_by_name(stream), "statusCode": stream.status})

    def close(self) -> None:
        """Hang up."""
        if self.stream is not None:
            self.stream.close()

    def _is_passed_on(self, position: int) -> bool:
        return position == len(self.steps) - 1 and self.steps[position].is_binary

    def _answered(self, position: int, step: Step) -> Stream:
        """The answer to a step, if it is one that the recipe can go on with."""
        stream = self._sent(position, step)
        if stream.status == 401 and self.credentials.renew():
            stream.close()
            stream = self._sent(position, step)
        is_about_range = stream.status in {PARTIAL, UNSATISFIABLE}
        is_refused = not self._range_of(position, step) if is_about_range else stream.status >= 300
        if is_refused:
            stream.close()
            raise refused_by_upstream(position, stream.status)
        return stream

    def _sent(self, position: int, step: Step) -> Stream:
        token = self.credentials.token()
        request = request_of(step, self.known, token=token, extra=self._range_of(position, step))
        stream = self._opened(position, request)
        for _ in range(MOST_REDIRECTS if step.follows_redirects else 0):
            location = stream.header("location")
            if stream.status not in REDIRECTS or not location:
                break
            stream.close()
            request = redirected(request, location)
            stream = self._opened(position, request)
        return stream

    def _range_of(self, position: int, step: Step) -> Headers:
        """What of the file is wanted, where the step can be asked for it."""
        has_own = any(name.lower() == "range" for name, _ in step.headers)
        if not self.byte_range or step.method != "GET" or has_own or not self._is_passed_on(position):
            return ()
        return (("Range", self.byte_range),)

    def _opened(self, position: int, request: Request) -> Stream:
        is_passed_on = self._is_passed_on(position)
        most = settings.HUB_FILE_MAX_BYTES if is_passed_on else _most_spooled()
        left = self._until - clock.monotonic()
        if left <= 0:
            raise timed_out(request.url.host)
        budget = Budget(CONNECT_S, min(STEP_S, left), REQUEST_BYTES, read_bytes=most, kept_bytes=most)
        patience = Patience(PAUSE_S, settings.HUB_FILE_MAX_SECONDS) if is_passed_on else None
        told: JSONObject = {"step": position, "method": request.method, "url": request.url.text}
        self.told.append(told)
        began = clock.monotonic()
        try:
            stream = open_stream(
                replace(request, hop=self.hop),
                policy=self.policy,
                budget=budget,
                patience=patience,
                forbid_in_transaction=no_transaction_is_open,
            )
        finally:
            told["duration_ms"] = round((clock.monotonic() - began) * 1000)
        told["status"] = stream.status
        return stream

    def _body_of(self, position: int, stream: Stream) -> JSONValue:
        texts = self.known.texts
        if self.steps[position].is_binary:
            spooled = texts.new(is_binary=True)
            for piece in stream.pieces():
                spooled.append(piece)
            return spooled.handle
        rest = texts.take_out(stream.pieces(), host=stream.host)
        try:
            return strict_json.parse(rest) if rest.strip() else None
        except strict_json.MalformedJSON as failure:
            raise not_extracted("FILE_EXTRACTION_FAILED", f"Step {position}: {failure.message}") from failure


def _most_spooled() -> int:
    """Bytes of an answer that holds the largest file in base64, with line ends, and other things."""
    most: int = settings.HUB_FILE_IN_JSON_MAX_BYTES
    return most * 7 // 5 + 10 * MIB


def headers_by_name(stream: Stream) -> dict[str, JSONValue]:
    """Of an answer, by their names in lower case; of a repeated one the values one after the other."""
    found: dict[str, JSONValue] = {}
    for name, value in stream.headers:
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found
