"""…/outbound/mapping-simulation: the expression of an outbound mapping tried on an event (outbound.md 13.7)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import orjson
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.query_fields import wrong
from hub.api.views import HubAPIView
from hub.events.history import get_core_event_by_id
from hub.events.public_ids import find_event_id
from hub.json_encoding import encode
from hub.json_types import ROOT
from inbound.simulate import count_run
from integrations.queries import get_integration
from outbound.api.message_answers import version_member
from outbound.api.simulation_documents import SIMULATED, SIMULATION
from outbound.api.simulation_requests import Asked, asked_in
from outbound.attachments.carrying import with_told_files
from outbound.attachments.listing import ATTACHMENTS, UnknownAttachment
from outbound.payloads.inputs import plain_input
from outbound.simulate import Problem, Simulated, Target, simulate
from outbound.uploads.simulating import Rehearsed, simulate_upload


class SimulateOutboundMapping(HubAPIView):
    """Tries a mapping before it is saved; it counts among the simulations of a minute."""

    requires: ClassVar = {"POST": (Capability.READ, Capability.WRITE, Capability.SEND)}

    @extend_schema(
        operation_id="simulateOutboundMapping",
        tags=["Poll queue"],
        request={"application/json": SIMULATION},
        responses={(200, "application/json"): SIMULATED},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with what would be delivered, or with why the mapping is not valid.

        An event_id is for whoever may look at the history of events: the answer shows the event as input.
        """
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        count_run(self.principal, clock.now())
        asked = asked_in(self.body_object())
        document, at = self._input(asked)
        if asked.has_file_data:
            document = _with_file_data(document)
        shown = {"input": orjson.Fragment(document)} if asked.payload is None else {}
        if asked.target is Target.FILE_PROXY:
            upload = Rehearsed(asked.use_case_slug, document, asked.answers)
            return Response(simulate_upload(integration, upload, at) | shown)
        simulated = simulate(
            organization=self.organization,
            expression=asked.expression,
            target=asked.target,
            document=document,
            at=at,
        )
        return Response(_answer(simulated) | shown)

    def _input(self, asked: Asked) -> tuple[bytes, datetime]:
        """The document as JSON text, and when it happened."""
        if asked.payload is not None:
            return encode(asked.payload), clock.now()
        self.require(Capability.EVENTS_VIEW)
        self.require(Capability.ENTITY_VIEW)
        event = get_core_event_by_id(
            organization=self.organization, event_id=find_event_id(asked.event_id), name=asked.event_name
        )
        plain = plain_input(event)
        return plain.text, plain.moment


def _with_file_data(document: bytes) -> bytes:
    """Raises Invalid for a payload whose attachments name no files."""
    try:
        return with_told_files(document)
    except UnknownAttachment as error:
        raise wrong(ROOT.key("payload").key(ATTACHMENTS), str(error)) from None


def _answer(simulated: Simulated) -> dict[str, object]:
    outcome: dict[str, object] = (
        {"valid": True, "output": orjson.Fragment(simulated.output)}
        if simulated.problem is None
        else {"valid": False, "error": _error(simulated.problem)}
    )
    return outcome | version_member(simulated.version)


def _error(problem: Problem) -> dict[str, object]:
    told: dict[str, object] = {"code": problem.code, "message": problem.message}
    if problem.line:
        told["position"] = {"line": problem.line, "column": problem.column}
    return told
