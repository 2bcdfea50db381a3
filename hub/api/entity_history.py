"""/v1/entity: what was done to an entity, and one change undone (entities.md)."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability, allows, missing
from hub.api.entity_history_documents import documented_activity, documented_revert
from hub.api.idempotency import once_per_key
from hub.api.query_fields import moment_of, uuid_of, wrong
from hub.api.views import HubAPIView
from hub.entities.models import EntityChange
from hub.entities.operations import Source
from hub.entities.past.activity import activity
from hub.entities.past.differences import told_changes
from hub.entities.past.reverting import get_change, removes, undo
from hub.entities.read import get_entity, kept_changes
from hub.ids import to_text
from hub.json_encoding import precise_timestamp
from hub.json_types import JSONObject

DEFAULT_SIZE = 25
MOST_CHANGES = 100
LATEST_VERSION = 2**31 - 1
EVENT_PREFIX = "evt_"


@documented_activity
class EntityActivity(HubAPIView):
    """The history of an entity."""

    requires = {"GET": Capability.ENTITY_VIEW}

    def get(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """A page, newest change first; of a purged entity the row that tells so."""
        page = activity(
            kept_changes(organization=self.organization, schema=schema, entity_id=entity_id),
            size=_whole(request, "size", MOST_CHANGES) or DEFAULT_SIZE,
            after=moment_of({"after": request.query_params.get("after")}, "after", "after"),
            before=moment_of({"before": request.query_params.get("before")}, "before", "before"),
            before_version=_whole(request, "before_version", LATEST_VERSION),
        )
        return Response({"total": page.total, "results": [document_of_change(change) for change in page.changes]})


@documented_revert
class RevertChange(HubAPIView):
    """Undoing one change by a new one."""

    requires = {"POST": Capability.ENTITY_EDIT}

    @once_per_key
    def post(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The new change; whoever undoes a creation must be allowed to delete."""
        change_id = uuid_of(self.body_object(), "change_id")
        if change_id is None:
            raise wrong("change_id", "is needed")
        entity = get_entity(organization=self.organization, schema=schema, entity_id=entity_id)
        change = get_change(entity=entity, change_id=change_id)
        if removes(change) and not allows(self.principal, Capability.ENTITY_DELETE, None, schema):
            raise missing(Capability.ENTITY_DELETE)
        source = Source(self.principal.actor_type, self.principal.actor_id)
        return Response(document_of_change(undo(entity=entity, change=change, source=source, at=clock.now())))


def document_of_change(change: EntityChange) -> JSONObject:
    """A change as clients see it. The moment has microseconds: it can be sent back as at, after or before."""
    actor: JSONObject = {"type": change.actor_type}
    if change.actor_id:
        actor["id"] = change.actor_id
    document: JSONObject = {
        "id": str(change.pk),
        "type": change.operation,
        "timestamp": precise_timestamp(change.at),
        "actor": actor,
        "version": change.version,
        "changes": told_changes(change),
    }
    if change.undoes_version is not None:
        document["undoes_version"] = change.undoes_version
    if change.event_id is not None:
        document["event_id"] = to_text(EVENT_PREFIX, change.event_id)
    if change.use_case_id is not None:
        document |= {"use_case_id": str(change.use_case_id), "use_case_version": change.use_case_version}
    return document


def _whole(request: Request, name: str, most: int) -> int | None:
    """A query parameter from 1 to most; None when it is left out. Raises Invalid."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not 1 <= int(text) <= most:
        raise wrong(name, f"must be a whole number from 1 to {most}")
    return int(text)
