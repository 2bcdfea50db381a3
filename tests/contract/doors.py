"""A good request for every operation."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.contract.bodies import BODIES
from tests.contract.operations import Operation
from tests.contract.things import Things

INLETS = {
    "callInlet": "?number=C-1",
    "postToInlet": "",
    "uploadFile": "?filename=a.json",
    "addFileVersion": "?filename=b.json",
}
"""Operation id → its query string, of those that take any body: a payload, a file."""


def knock(client: Client, operation: Operation, things: Things) -> Any:
    """Sends the operation's good request. Any: the answer of the test client."""
    body = BODIES[operation.id](things)
    content = b"" if body is None else json.dumps(body).encode()
    path = things.path(operation) + INLETS.get(operation.id, "")
    return whole(client.generic(operation.method, path, content, content_type="application/json"))


def whole(answer: Any) -> Any:
    """An answer that is sent while it is made, read to its end; any other as it is. Any: answers of the test client."""
    if not answer.streaming:
        return answer
    read = HttpResponse(answer.getvalue(), status=answer.status_code, headers=dict(answer.items()))
    read.json = lambda: json.loads(read.content)  # type: ignore[attr-defined]  # as the client's answers have it
    return read
