"""Answer: an answer as it is kept and given again: status, the headers that its view set, body; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from rest_framework.response import Response

from hub.api.renderers import JSONRenderer

REPLAYED: Final = "Idempotency-Replayed"
"""The header of an answer that was given before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view has answered, before what belongs to one request is added, such as what is left of a limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @classmethod
    def of(cls, response: HttpResponseBase, renderer: JSONRenderer) -> Answer | None:
        """The answer in a view's response, written by renderer; None for one that is sent while it is made."""
        if response.streaming:
            return None
        headers = dict(response.items())
        if isinstance(response, Response):
            body = renderer.render(response.data, None, {"response": response})
            headers["Content-Type"] = str(renderer.media_type)
        else:
            body = response.content  # type: ignore[attr-defined]  # every response that is not streamed has one
        if not body:
            headers.pop("Content-Type", None)
        return cls(response.status_code, headers, body)

    @classmethod
    def unpacked(cls, packed: bytes) -> Answer:
        """What packed has made."""
        head, _, body = packed.partition(b"\n")
        status, headers = json.loads(head)
        return cls(status, headers, body)

    def packed(self) -> bytes:
        """All of it as bytes: status and headers as JSON, which has no line break, then the body."""
        return json.dumps([self.status, dict(self.headers)]).encode() + b"\n" + self.body

    def response(self, *, is_replay: bool) -> HttpResponse:
        """The answer once more; a replay says that it is one."""
        response = HttpResponse(self.body, status=self.status)
        del response["Content-Type"]
        for name, value in self.headers.items():
            response[name] = value
        if is_replay:
            response[REPLAYED] = "true"
        return response
