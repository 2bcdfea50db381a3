"""POST /v1/erp/updates/direct_simulation: would a payload of ready operations be taken, and what would it do."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.api.query_fields import word_of
from hub.api.views import HubAPIView
from hub.json_types import JSONValue
from inbound.api.simulation_documents import DIRECT_ANSWER, DIRECT_SIMULATION
from inbound.api.simulation_requests import ANY, EVENT, EVENT_TYPES, find_configuration, object_of, payload_of
from inbound.mapping.result import Failure
from inbound.simulate import SimulationFailed, count_run, fresh_facts, simulate_direct

EVERYTHING: JSONValue = {"direct": True}
"""A direct use case that allows every entity."""


class SimulateDirect(HubAPIView):
    """Checks a direct payload against a configuration that is sent along, that of a stored use case, or none."""

    requires: ClassVar = {"POST": ANY}
    checks_each_integration = True

    @extend_schema(
        operation_id="simulateDirect",
        tags=["Events"],
        request={"application/json": DIRECT_SIMULATION},
        responses={(200, "application/json"): DIRECT_ANSWER},
    )
    def post(self, request: Request) -> Response:
        """200 with the verdict, all that is wrong, or its effects; 422 where the use case is no direct one."""
        count_run(self.principal, clock.now())
        body = self.body_object()
        event = object_of(body.get("event", {}), EVENT)
        found = find_configuration(self, body, event)
        configuration = EVERYTHING if found is None else found
        if not isinstance(configuration, dict) or configuration.get("direct") is not True:
            raise SimulationFailed(
                Failure("USE_CASE_INVALID_TYPE", "The use case maps its payloads; direct is not true")
            )
        payload, form = payload_of(body, event)
        facts = fresh_facts(event_type=word_of(event, "event_type", EVENT_TYPES, EVENT))
        document = simulate_direct(
            organization=self.organization, configuration=configuration, body=payload, form=form, facts=facts
        )
        return Response(document)
