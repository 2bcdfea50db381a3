"""A world whose files lie in a folder of their own, and forms as a receiver reads them."""

from __future__ import annotations

import email.parser
import email.policy
import io
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import transaction
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from hub.events.definitions import events_of
from hub.events.publishing import NewEvent, publish
from hub.events.switches import switch_on
from outbound.models import Delivery, DeliveryState, Webhook
from outbound.signing import new_secret
from outbound.signing_keys import seal_signing_secret
from tests.builders import NOW
from tests.conftest import Stage
from tests.hub.entities.files.builders import a_file
from tests.hub.entities.files.conftest import folder as folder
from tests.outbound.world import World, mapping
from tests.receiver import Received, Receiver

EVENT = "FileCreated"
SECRET = new_secret()
"""Of the webhook."""
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


def uploaded(request: Received) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]]:
    """Fields and files, as Django reads them."""
    meta = {"CONTENT_TYPE": request.headers["content-type"], "CONTENT_LENGTH": request.headers["content-length"]}
    fields, files = MultiPartParser(meta, io.BytesIO(request.body), [MemoryFileUploadHandler()]).parse()
    return fields, files


class FileWorld(World):
    """Files that are stored are delivered to wh_1."""

    def stored(self, content: bytes = b"bytes", filename: str = "a.pdf") -> UUID:
        """A file whose own event is not delivered."""
        entity_id = a_file(self.organization, content, filename)
        Delivery.objects.of(self.organization).filter(state=DeliveryState.PLANNED).delete()
        return entity_id

    def happens(self, *attachments: Any, event: str = EVENT, **fields: Any) -> None:
        """An event that names these files."""
        new = NewEvent(
            definition=events_of(self.organization)[event].definition,
            occurred_at=NOW,
            source="api",
            nodes={},
            fields={"event_attachments": [*attachments], **fields},
            is_complete=True,
        )
        with transaction.atomic():
            publish(self.organization.pk, [new])

    def listen(self, event: str) -> None:
        """Its webhooks by themselves get the event."""
        switch_on(organization_id=self.organization.pk, name=event)
        self.organization.bump_config_version()

    def sending(
        self, mode: str = "json_base64", *, event: str = EVENT, expression: str = WHOLE, **options: Any
    ) -> Webhook:
        """The webhook gets files by a mapping of a use case."""
        webhook = self.webhook(deliveryMode=mode, **options)
        webhook.sealed_signing_secret = seal_signing_secret(webhook, SECRET, NOW)
        webhook.save(update_fields=["sealed_signing_secret"])
        self.use_case(mapping(jsonata_expression=expression), event=event)
        return webhook


def named(entity_id: UUID, version_index: int = 0, **names: Any) -> dict[str, Any]:
    """An entry of event_attachments."""
    return {"entity_id": str(entity_id), "version_index": version_index} | names


@pytest.fixture
def world(transactional_db: None, settings: Any, stage: Stage, receiver: Receiver) -> FileWorld:
    """Home with an ERP that listens on loopback."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    return FileWorld(stage.home, receiver)
