"""POST /v1 and /v2/erp/updates/mapping_simulation (operations 6 and 7)."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.api.query_fields import text_of, word_of, wrong
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from inbound.api.simulation_documents import SIMULATION_ANSWER, SIMULATION_V1, SIMULATION_V2
from inbound.api.simulation_requests import ANY, EVENT, EVENT_TYPES, find_configuration, object_of, payload_of
from inbound.configuration.legacy import Sent, UnknownObjectType, configuration_of
from inbound.mapping.result import Failure
from inbound.simulate import SimulationFailed, count_run, fresh_facts, simulate


class SimulateMappingV2(HubAPIView):
    """Maps a payload by a configuration that is sent along, or by that of a stored use case."""

    requires: ClassVar = {"POST": ANY}
    checks_each_integration = True

    @extend_schema(
        operation_id="simulateMappingV2",
        tags=["Events"],
        request={"application/json": SIMULATION_V2},
        responses={(200, "application/json"): SIMULATION_ANSWER},
    )
    def post(self, request: Request) -> Response:
        """200 with what would be written; 422 where payload, configuration or an expression stands in the way."""
        count_run(self.principal, clock.now())
        body = self.body_object()
        event = object_of(body.get("event", {}), EVENT)
        configuration = find_configuration(self, body, event)
        if configuration is None:
            raise wrong("event_configuration", "is required, or integration_id and event")
        payload, form = payload_of(body, event)
        names = {name: text_of(event, name, EVENT) for name in ("event_name", "use_case_slug")}
        facts = fresh_facts(event_type=word_of(event, "event_type", EVENT_TYPES, EVENT), **names)
        document = simulate(
            organization=self.organization, configuration=configuration, body=payload, form=form, facts=facts
        )
        return Response(document)


class SimulateMappingV1(HubAPIView):
    """The older form: a mapping per object type, in two versions."""

    requires: ClassVar = {"POST": ANY}
    checks_each_integration = True

    @extend_schema(
        operation_id="simulateMapping",
        tags=["Events"],
        request={"application/json": SIMULATION_V1},
        responses={(200, "application/json"): SIMULATION_ANSWER},
    )
    def post(self, request: Request) -> Response:
        """As the newer form; 422 also where the mapping knows nothing of the object type."""
        count_run(self.principal, clock.now())
        body = self.body_object()
        object_type = text_of(body, "object_type")
        if not object_type:
            raise wrong("object_type", "is required")
        at = JSONPath("mapping_configuration")
        mapping = object_of(body.get("mapping_configuration"), at)
        payload, form = payload_of(body, {})
        sent = _configuration(mapping, object_type, at)
        facts = fresh_facts(event_name=object_type)
        try:
            document = simulate(
                organization=self.organization, configuration=sent.configuration, body=payload, form=form, facts=facts
            )
        except SimulationFailed as error:
            raise _as_sent(error, sent) from error
        return Response(_warned(document, sent))


def _as_sent(error: SimulationFailed, sent: Sent) -> SimulationFailed:
    """The same failure at the places of the mapping that was sent."""
    error.message, error.path = sent.told(error.message), sent.place_of(error.path)
    error.details = tuple(ErrorDetail(sent.place_of(one.path), sent.told(one.message)) for one in error.details)
    return error


def _warned(document: JSONObject, sent: Sent) -> JSONObject:
    """The same for warnings."""
    warnings = document.get("warnings")
    if not isinstance(warnings, list):
        return document
    told = [one | {"message": sent.told(str(one["message"]))} for one in warnings if isinstance(one, dict)]
    return document | {"warnings": [*told]}


def _configuration(mapping: JSONObject, object_type: str, at: JSONPath) -> Sent:
    try:
        return configuration_of(mapping, object_type, at)
    except UnknownObjectType as error:
        raise SimulationFailed(Failure("EVENT_NOT_CONFIGURED", str(error), error.path)) from error
