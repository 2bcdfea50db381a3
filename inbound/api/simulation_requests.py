"""What a simulation is asked: configuration, payload and format, from any of the forms of a request (api.md 13.1)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hub.accounts.grants import Capability
from hub.api.query_fields import text_of, uuid_of, wrong
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, Invalid
from hub.json_encoding import encode
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from inbound.mapping.result import Failure
from inbound.receive.routing import Inlet, Target, routing_table
from inbound.simulate import SimulationFailed
from integrations.models import UseCase, UseCaseType
from integrations.queries import get_integration

FORMATS = ("json", "xml")
EVENT_TYPES = ("CREATE", "UPDATE", "DELETE")
EVENT = JSONPath("event")
SHORTEST_PAYLOAD = 2
ANY = (Capability.READ, Capability.WRITE, Capability.SEND)
"""Permissions of which one is enough."""


def object_of(raw: JSONValue, at: JSONPath) -> JSONObject:
    """An object. Raises Invalid."""
    if not isinstance(raw, dict):
        raise wrong(at, "must be an object")
    return raw


def find_configuration(view: HubAPIView, body: JSONObject, event: JSONObject) -> JSONValue:
    """The configuration that is sent along, else that of the use case which is named; None where neither is.

    Raises Invalid, NotFound, Forbidden, SimulationFailed.
    """
    if body.get("event_configuration") is not None:
        return object_of(body["event_configuration"], JSONPath("event_configuration"))
    if body.get("integration_id") is None:
        return None
    target = _target(view, body, event)
    stored: JSONValue = UseCase.objects.of(view.organization).get(pk=target.use_case_id).configuration
    return {} if stored is None else stored


def payload_of(body: JSONObject, event: JSONObject) -> tuple[bytes, str]:
    """(payload, format), each read on top when it is there, else in the event. Raises Invalid, SimulationFailed."""
    form = _format(*_holder("format", body, event))
    return _payload(*_holder("payload", body, event), form), form


def _target(view: HubAPIView, body: JSONObject, event: JSONObject) -> Target:
    """The use case that the event names, a disabled one included."""
    integration_id = uuid_of(body, "integration_id")
    slug = text_of(event, "use_case_slug", EVENT)
    name = text_of(event, "event_name", EVENT) or text_of(event, "object_type", EVENT)
    if not (slug or name):
        raise wrong("event.use_case_slug", "is required, or event_name or object_type")
    integration = get_integration(organization=view.organization, integration_id=integration_id or UUID(int=0))
    view.require(ANY, integration.pk)
    table = routing_table(view.organization.pk, view.principal.config_version)
    target = _find(table.inlets.get(integration.pk), slug, name)
    if target is None:
        raise SimulationFailed(Failure("USE_CASE_NOT_FOUND", f"No inbound use case answers to {slug or name}"))
    if target.type != UseCaseType.INBOUND:
        message = f"{target.slug} is a use case of type {target.type}"
        raise SimulationFailed(Failure("USE_CASE_INVALID_TYPE", message))
    return target


def _find(inlet: Inlet | None, slug: str, name: str) -> Target | None:
    """As intake would route it, then once more as if every use case were enabled."""
    if inlet is None:
        return None
    if slug:
        return inlet.by_slug.get(slug)
    everything = Inlet(inlet.integration_id, tuple(replace(target, is_enabled=True) for target in inlet.targets))
    return inlet.find_by_name(name) or everything.find_by_name(name)


def _holder(name: str, body: JSONObject, event: JSONObject) -> tuple[JSONObject, JSONPath]:
    """Where a member that may stand on top or in the event is read: on top when it is there (api.md 13.1)."""
    return (body, ROOT) if name in body or not event else (event, EVENT)


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
