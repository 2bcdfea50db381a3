"""GET …/entities/{entityId}/sync-status: which integrations keep an entity in step (api.md appendix A.1)."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.query_fields import uuid_of
from hub.api.views import HubAPIView
from monitoring.api.shapes import IDENTIFIER, MOMENT, TEXT, public_event_id, strict, words
from monitoring.sync_status import OPERATIONS, READING_OPERATIONS, Sync, SyncState, sync_states

STATE: Final = strict(
    {
        "entity_id": IDENTIFIER,
        "integration_id": IDENTIFIER,
        "entity_slug": TEXT,
        "use_case_id": IDENTIFIER,
        "last_synced_at": MOMENT,
        "last_changed_at": MOMENT,
        "last_operation": words(*OPERATIONS.values()),
        "last_event_id": TEXT,
        "readings_last_synced_at": MOMENT,
        "readings_last_operation": words(*READING_OPERATIONS.values()),
        "readings_last_event_id": TEXT,
    },
    "entity_id",
    "integration_id",
    "entity_slug",
)
ANSWER: Final = strict({"entity_id": IDENTIFIER, "sync_states": {"type": "array", "items": STATE}})


class SyncStatus(HubAPIView):
    """When and by which event each integration last wrote an entity, or found that there was nothing to write."""

    requires: ClassVar = {"GET": Capability.ENTITY_VIEW}
    checks_each_integration = True

    @extend_schema(
        operation_id="getEntitySyncStatus",
        tags=["Monitoring"],
        parameters=[OpenApiParameter("integration_id", IDENTIFIER)],
        responses={(200, "application/json"): ANSWER},
    )
    def get(self, request: Request, synced_id: UUID) -> Response:
        """200; an unknown entity has no states."""
        asked = uuid_of({"integration_id": request.query_params.get("integration_id")}, "integration_id")
        found = sync_states(organization=self.organization, entity_id=synced_id, integration_id=asked)
        states = [
            _state(synced_id, found.schema, state)
            for state in found.states
            if self.may(Capability.ENTITY_VIEW, state.integration_id)
        ]
        return Response({"entity_id": synced_id, "sync_states": states})


class SyncStatusByEntity(SyncStatus):
    """The same under its older address."""

    @extend_schema(
        operation_id="getEntitySyncStatusByEntity",
        tags=["Monitoring"],
        parameters=[OpenApiParameter("integration_id", IDENTIFIER)],
        responses={(200, "application/json"): ANSWER},
    )
    def get(self, request: Request, synced_id: UUID) -> Response:
        """200; an unknown entity has no states."""
        return super().get(request, synced_id)


def _state(entity_id: UUID, schema: str, state: SyncState) -> dict[str, object]:
    document: dict[str, object] = {
        "entity_id": entity_id,
        "integration_id": state.integration_id,
        "entity_slug": schema,
        "use_case_id": _use_case(state),
        **_sync("", state.entity),
        "last_changed_at": state.last_changed_at,
        **_sync("readings_", state.readings),
    }
    return {name: value for name, value in document.items() if value not in (None, "")}


def _use_case(state: SyncState) -> UUID | None:
    last = state.entity or state.readings
    return last.use_case_id if last else None


def _sync(prefix: str, sync: Sync | None) -> dict[str, object]:
    if sync is None:
        return {}
    return {
        f"{prefix}last_synced_at": sync.at,
        f"{prefix}last_operation": sync.operation,
        f"{prefix}last_event_id": public_event_id(sync.event_id),
    }
