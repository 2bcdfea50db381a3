"""send: one attempt of a delivery that carries files; what it takes from the database is read now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from hub.accounts.models import Organization
from hub.errors import HubError
from hub.ids import to_text
from hub.json_types import JSONObject
from outbound.attachments.listing import Attachment
from outbound.hops import hop_of_request
from outbound.sql.parts import Claimed
from outbound.uploads.files import files_to_send
from outbound.uploads.splitting import NotUploaded, attachments_in, chosen
from proxies.uploading.failures import as_failed
from proxies.uploading.orders import Outcome, UploadOrder
from proxies.uploading.uploading import upload

EVENT_PREFIX: Final = "evt_"


def send(delivery: Claimed, integration_id: UUID, body: bytes, request: Mapping[str, Any]) -> Outcome:
    """How it ended. Waits for other systems, so no transaction may be open. Any: JSON."""
    kept: Mapping[str, Any] = request["upload"]
    document: JSONObject = orjson.loads(body)
    organization = Organization.objects.get(pk=delivery.organization_id)
    try:
        attachments = chosen(attachments_in(document), int(kept["part"]))
        files = files_to_send(organization, attachments, delivery.correlation_id)
    except NotUploaded as failure:
        return Outcome(failure.code, failure.message)
    except HubError as error:
        failed = as_failed(error)
        return Outcome(failed.code, failed.message, is_transient=failed.is_transient)
    return upload(
        UploadOrder(
            organization_id=delivery.organization_id,
            integration_id=integration_id,
            slug=str(kept["use_case_slug"]),
            event=body,
            files=files,
            at=datetime.fromisoformat(str(kept["at"])),
            hint=hint_of(document, delivery, attachments),
            ack_id=str(delivery.ack_id) if delivery.ack_id else None,
            hop=hop_of_request(request),
        )
    )


def hint_of(document: JSONObject, delivery: Claimed, attachments: Sequence[Attachment]) -> str:
    """Event, mapping and, of one file, its id and version: the same for every attempt and every resend, another for
    whatever else the same receiver may get of the event.
    """
    event_id = document.get("_event_id")
    event = event_id if isinstance(event_id, str) else to_text(EVENT_PREFIX, delivery.core_event_id or delivery.id)
    files = [f"{one.entity_id}:{one.version_index}" for one in attachments] if len(attachments) == 1 else []
    return ":".join([event, *files, str(delivery.mapping_id or delivery.use_case_id)])
