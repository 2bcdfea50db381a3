"""Running: the steps of a recipe, one after the other; the last file among them is left open to be passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from hub.http.addresses import EgressPolicy
from hub.http.messages import MIB, Headers
from hub.http.streaming import Patience, Stream
from hub.json_types import JSONObject, JSONValue
from proxies.file_proxy.credentials import CredentialSource
from proxies.file_proxy.failures import not_extracted, refused_by_upstream
from proxies.file_proxy.opening import Limits, Opening, answer_of, headers_by_name
from proxies.file_proxy.requests import Known, request_of
from proxies.file_proxy.steps import Step

PAUSE_S: Final = 30.0
"""How long the next bytes of a file that is passed on are waited for."""
REQUEST_BYTES: Final = 10 * MIB
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
    _opening: Opening = field(init=False)

    def __post_init__(self) -> None:
        self._opening = Opening(self.policy, self.hop, self.told)

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
        return self._opening.opened(position, step, request, self._limits(position))

    def _range_of(self, position: int, step: Step) -> Headers:
        """What of the file is wanted, where the step can be asked for it."""
        has_own = any(name.lower() == "range" for name, _ in step.headers)
        if not self.byte_range or step.method != "GET" or has_own or not self._is_passed_on(position):
            return ()
        return (("Range", self.byte_range),)

    def _limits(self, position: int) -> Limits:
        if self._is_passed_on(position):
            patience = Patience(PAUSE_S, settings.HUB_FILE_MAX_SECONDS)
            return Limits(REQUEST_BYTES, settings.HUB_FILE_MAX_BYTES, patience)
        return Limits(REQUEST_BYTES, _most_spooled())

    def _body_of(self, position: int, stream: Stream) -> JSONValue:
        return answer_of(
            stream,
            self.known.texts,
            is_binary=self.steps[position].is_binary,
            unreadable=lambda why: not_extracted("FILE_EXTRACTION_FAILED", f"Step {position}: {why}"),
        )


def _most_spooled() -> int:
    """Bytes of an answer that holds the largest file in base64, with line ends, and other things."""
    most: int = settings.HUB_FILE_IN_JSON_MAX_BYTES
    return most * 7 // 5 + 10 * MIB
