"""Files go along in the JSON of a delivery, as base64."""

from __future__ import annotations

import base64

from outbound.models import DeliveryState
from tests.hub.entities.files.builders import a_file
from tests.outbound.files.conftest import FileWorld
from tests.receiver import Receiver


def test_a_file_arrives_in_base64_with_its_name(world: FileWorld, receiver: Receiver) -> None:
    world.sending()
    a_file(world.organization, b"%PDF-1.7", "Übersicht.pdf")
    world.work()
    [request] = receiver.requests
    [file] = request.json["files"]
    assert base64.b64decode(file.pop("base64")) == b"%PDF-1.7"
    assert file == {"filename": "Übersicht.pdf", "mime_type": "application/pdf", "size_bytes": 8}
    assert world.delivery().state == DeliveryState.SUCCEEDED
