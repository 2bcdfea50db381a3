"""POST /v1 and /v2/erp/updates/mapping_simulation (operations 6 and 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.query_fields import text_of, uuid_of, word_of, wrong
from hub.api.renderers import encode
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from inbound.api.simulation_documents import SIMULATION_ANSWER, SIMULATION_V1, SIMULATION_V2
from inbound.api.simulation_v1 import configuration_of
from inbound.mapping.result import Failure
from inbound.receive.routing import Inlet, Target, routing_table
from inbound.simulate import SimulationFailed, count_run, fresh_facts, simulate
from integrations.models import UseCase, UseCaseType
from integrations.queries import get_integration

FORMATS = ("json", "xml")
EVENT_TYPES = ("CREATE", "UPDATE", "DELETE")
SHORTEST_PAYLOAD = 2
ANY = (Capability.READ, Capability.WRITE, Capability.SEND)


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
        event = _object(body.get("event", {}), JSONPath("event"))
        if body.get("event_configuration") is not None:
            configuration: JSONValue = _object(body["event_configuration"], JSONPath("event_configuration"))
        elif body.get("integration_id") is not None:
            target = self._target(body, event)
            configuration = UseCase.objects.of(self.organization).get(pk=target.use_case_id).configuration
        else:
            raise wrong("event_configuration", "is required, or integration_id and event")
        form = _format(*_holder("format", body, event))
        payload = _payload(*_holder("payload", body, event), form)
        names = {name: text_of(event, name) for name in ("event_name", "use_case_slug")}
        facts = fresh_facts(event_type=word_of(event, "event_type", EVENT_TYPES), **names)
        return Response(simulate(configuration=configuration, body=payload, form=form, facts=facts))

    def _target(self, body: JSONObject, event: JSONObject) -> Target:
        """The use case that the event names, a disabled one included. Raises NotFound, Forbidden, SimulationFailed."""
        integration_id = uuid_of(body, "integration_id")
        slug, name = text_of(event, "use_case_slug"), text_of(event, "event_name") or text_of(event, "object_type")
        if not (slug or name):
            raise wrong("event.use_case_slug", "is required, or event_name or object_type")
        integration = get_integration(organization=self.organization, integration_id=integration_id or UUID(int=0))
        self.require(ANY, integration.pk)
        table = routing_table(self.organization.pk, self.principal.config_version)
        target = _find(table.inlets.get(integration.pk), slug, name)
        if target is None:
            raise SimulationFailed(Failure("USE_CASE_NOT_FOUND", f"No inbound use case answers to {slug or name}"))
        if target.type != UseCaseType.INBOUND:
            message = f"{target.slug} is a use case of type {target.type}"
            raise SimulationFailed(Failure("USE_CASE_INVALID_TYPE", message))
        return target


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
        mapping = _object(body.get("mapping_configuration"), at)
        form = _format(body, ROOT)
        payload = _payload(body, ROOT, form)
        configuration = configuration_of(mapping, object_type, at)
        facts = fresh_facts(event_name=object_type)
        return Response(simulate(configuration=configuration, body=payload, form=form, facts=facts))


def _find(inlet: Inlet | None, slug: str, name: str) -> Target | None:
    """As intake would route it, then once more as if every use case were enabled."""
    if inlet is None:
        return None
    if slug:
        return inlet.by_slug.get(slug)
    everything = Inlet(inlet.integration_id, tuple(replace(target, is_enabled=True) for target in inlet.targets))
    return inlet.find_by_name(name) or everything.find_by_name(name)


def _object(raw: JSONValue, at: JSONPath) -> JSONObject:
    if not isinstance(raw, dict):
        raise wrong(at, "must be an object")
    return raw


def _holder(name: str, body: JSONObject, event: JSONObject) -> tuple[JSONObject, JSONPath]:
    """Where a member that may stand on top or in the event is read: on top when it is there (api.md 13.1)."""
    return (body, ROOT) if name in body or not event else (event, JSONPath("event"))


def _format(source: JSONObject, at: JSONPath) -> str:
    """json where nothing is said."""
    if "format" in source and source["format"] not in FORMATS:
        raise wrong(at.key("format"), f"must be one of {', '.join(FORMATS)}")
    return str(source.get("format", FORMATS[0]))


def _payload(source: JSONObject, at: JSONPath, form: str) -> bytes:
    """The bytes of the payload: a text as it is, an object as JSON."""
    payload = source.get("payload")
    if isinstance(payload, str) and len(payload) >= SHORTEST_PAYLOAD:
        return payload.encode()
    if isinstance(payload, dict) and payload:
        if form == "xml":
            raise SimulationFailed(Failure("MALFORMED_PAYLOAD", "A payload of format xml must be a text"))
        return encode(payload)
    place = at.key("payload")
    message = "must be a text of at least two characters, or an object that is not empty"
    raise Invalid(f"{place}: {message}", details=[ErrorDetail(place, message)])
