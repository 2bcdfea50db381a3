"""A world whose files lie in a folder of their own, and forms as a receiver reads them."""

from __future__ import annotations

import email.parser
import email.policy
import json
from dataclasses import dataclass
from typing import Any

import pytest

from outbound.models import Webhook
from tests.hub.entities.files.conftest import folder as folder
from tests.outbound.world import World, mapping
from tests.receiver import Received

EVENT = "FileCreated"
WHOLE = '{"_ack_id": _ack_id, "files": file_data}'


@dataclass(frozen=True)
class Part:
    """One part of a form."""

    name: str
    filename: str | None
    mime_type: str
    content: bytes

    @property
    def json(self) -> Any:  # Any: JSON
        """The content, parsed."""
        return json.loads(self.content)


def parts_of(request: Received) -> list[Part]:
    """The parts of a form in their order, as the parser of the standard library reads them."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    document = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    return [
        Part(
            str(one.get_param("name", header="content-disposition")),
            one.get_filename(),
            one.get_content_type(),
            one.get_payload(decode=True),
        )
        for one in document.iter_parts()
    ]


class FileWorld(World):
    """Files that are stored are delivered to wh_1."""

    def sending(self, mode: str = "json_base64", *, event: str = EVENT, expression: str = WHOLE, **options: Any) -> Webhook:
        """The webhook gets files by a mapping of a use case."""
        webhook = self.webhook(deliveryMode=mode, **options)
        self.use_case(mapping(jsonata_expression=expression), event=event)
        return webhook


@pytest.fixture
def world(world: World) -> FileWorld:
    """The usual one, with files."""
    return FileWorld(world.organization, world.receiver)
