"""Run: the requests of a recipe that uploads, one after the other (outbound.md 15, proxies-and-security.md 6.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from hub.environments.masking import mask_members
from hub.environments.redaction import look_ahead, redact_beginning
from hub.errors import HubError
from hub.http.addresses import EgressPolicy
from hub.http.failures import HttpFailure
from hub.http.headers import WITH_BODY
from hub.http.messages import KIB, MIB, Headers, Request
from hub.http.streaming import Stream
from hub.json_types import JSONObject, JSONValue
from proxies.encodings import RenderingRefused
from proxies.file_proxy.credentials import CredentialSource
from proxies.file_proxy.opening import Limits, Opening, answer_of, headers_by_name
from proxies.file_proxy.requests import Known, request_of
from proxies.file_proxy.steps import Step
from proxies.uploading.bodies import Body, file_body, form_body, json_body
from proxies.uploading.contents import SpooledFiles
from proxies.uploading.expressions import Expressions, parts_of
from proxies.uploading.failures import as_failed, no_json, refused
from proxies.uploading.secrets import Environment

UNAUTHORIZED: Final = 401
FIRST_REFUSAL: Final = 400
ANSWER_BYTES: Final = 10 * MIB
"""Of an answer that later steps may need."""
EXCERPT_BYTES: Final = 4 * KIB
EXCERPT_CHARACTERS: Final = 500
REQUEST_BYTES: Final = 160 * MIB
"""The most that files may have together, in base64, and a document around them."""
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_LONG_RUN = re.compile(r"[A-Za-z0-9+/_=-]{100,}")
"""What may be a piece of a file that a system has said back."""


@dataclass(slots=True)
class Run:
    """A run of a recipe. told: each request as monitoring shows it; status: of the last answer.

    hint: what Idempotency-Key begins with. hop: the hubs that it has passed, this one included.
    """

    steps: Sequence[Step]
    known: Known
    files: SpooledFiles
    expressions: Expressions
    environment: Environment
    credentials: CredentialSource
    policy: EgressPolicy
    hint: str
    hop: int = 1
    told: list[JSONObject] = field(default_factory=list)
    status: int | None = None
    _opening: Opening = field(init=False)

    def __post_init__(self) -> None:
        self._opening = Opening(self.policy, self.hop, self.told, tells_bytes=True)

    def run(self) -> int | None:
        """All steps; the position of the one that was not enabled and ended the run, else None.

        Raises UploadFailed.
        """
        for position, step in enumerate(self.steps):
            try:
                if not self.expressions.holds(step.enabled, position):
                    return position
                self._make(position, step)
            except HubError as failure:
                raise as_failed(failure, step=position) from failure
        return None

    def secrets(self) -> frozenset[str]:
        """What must not be kept of what was sent."""
        return self.credentials.secrets | self.environment.secrets

    def _make(self, position: int, step: Step) -> None:
        body = self._body(position, step)
        stream = self._sent(position, step, body)
        if stream.status == UNAUTHORIZED and self.credentials.renew():
            stream.close()
            stream = self._sent(position, step, body)
        with stream:
            self.status = stream.status
            if stream.status >= FIRST_REFUSAL:
                raise refused(position, stream.status, self._excerpt(stream), stream.header("retry-after"))
            is_needed = not step.is_binary or position < len(self.steps) - 1
            answer = self._answer(position, step, stream) if is_needed else None
        self.known.steps.append({"body": answer, "headers": headers_by_name(stream), "statusCode": stream.status})

    def _body(self, position: int, step: Step) -> Body | None:
        if step.method not in WITH_BODY:
            return None
        before = self.files.seconds
        body = self._document(position, step.body_jsonata) if step.body_jsonata.strip() else self._whole()
        self._opening.give_back(self.files.seconds - before)  # the other system does not wait for that yet
        return body

    def _whole(self) -> Body:
        files = self.files.all()
        return file_body(*files[0]) if len(files) == 1 else form_body(files)

    def _document(self, position: int, expression: str) -> Body:
        text = self.environment.filled(self.expressions.document(expression, position))
        parts = parts_of(text, position, self.known.texts, self.environment)
        for part in parts:
            if not isinstance(part, bytes):
                self.files.fetch(part)
        return json_body(parts)

    def _sent(self, position: int, step: Step, body: Body | None) -> Stream:
        request = request_of(step, self.known, token=self.credentials.token())
        _check_leftovers(step, request)
        request = replace(
            request, headers=self._headers(position, request, body), body=None if body is None else body.contents
        )
        return self._opening.opened(position, step, request, Limits(REQUEST_BYTES, ANSWER_BYTES))

    def _headers(self, position: int, request: Request, body: Body | None) -> Headers:
        named = {name.lower() for name, _ in request.headers}
        added = []
        if body is not None and "content-type" not in named:
            added.append(("Content-Type", body.content_type))
        if body is not None and IDEMPOTENCY_KEY.lower() not in named:
            added.append((IDEMPOTENCY_KEY, f"{self.hint}:{position}"))
        return (*request.headers, *added)

    def _answer(self, position: int, step: Step, stream: Stream) -> JSONValue:
        """What a step was told. Of the last one too: only then is it known to be whole."""
        return answer_of(
            stream,
            self.known.texts,
            is_binary=step.is_binary,
            unreadable=lambda why: no_json(position, stream.status, why),
        )

    def _excerpt(self, stream: Stream) -> str:
        """The beginning of an answer that says no, without secrets and without what may be a piece of a file."""
        secrets, read = self.secrets(), b""
        ahead = look_ahead(secrets)
        is_whole = False
        with suppress(HttpFailure):
            for piece in stream.pieces():
                read += piece
                if len(read) >= EXCERPT_BYTES + ahead:
                    break
            else:
                is_whole = True
        text = read.decode("utf-8", "replace").replace("\0", " ")
        known = len(text) if is_whole else max(0, len(text) - ahead)  # what was not read may be the rest of a secret
        text = mask_members(redact_beginning(text, secrets, most=min(known, EXCERPT_BYTES)))
        return " ".join(_LONG_RUN.sub("…", text).split())[:EXCERPT_CHARACTERS]


def _check_leftovers(step: Step, request: Request) -> None:
    """What looks like a template once everything is filled in came from somebody's data; in a URL it is encoded."""
    authored = {name.lower() for name, _ in step.headers}
    if any("{{" in value for name, value in request.headers if name.lower() in authored):
        raise RenderingRefused("After everything is filled in, {{ is left in a header.")
