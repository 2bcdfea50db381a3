"""/v1/events: the catalogue, switching its events, and the life of own ones."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.etags import expected_versions, tagged
from hub.api.events.documentation import documented
from hub.api.events.requests import publication_of
from hub.api.events.views import EventView
from hub.api.idempotency import once_per_key
from hub.events.custom_events import create_draft, deprecate, publish_draft, replace_draft
from hub.events.definitions import Event, events_of
from hub.events.switches import SwitchChanges, change_switch
from hub.json_types import JSONObject


@documented(get="listEvents", post="createEvent")
class Events(EventView):
    """Every event of the organization, and new ones."""

    requires = {"GET": Capability.EVENTS_VIEW, "POST": Capability.EVENTS_MANAGE}

    def get(self, request: Request) -> Response:
        """The catalogue in its order, then the organization's own by name."""
        return Response({"results": [event_document(event) for event in events_of(self.organization).values()]})

    @once_per_key
    def post(self, request: Request) -> Response:
        """A draft."""
        event = create_draft(editor=self.editor(), raw=self.body_object())
        return answered(event, status=201)


@documented(get="getEvent", patch="changeEvent", put="replaceEventDraft", delete="deprecateEvent")
class OneEvent(EventView):
    """One event."""

    requires = {
        "GET": Capability.EVENTS_VIEW,
        "PATCH": Capability.EVENTS_MANAGE,
        "PUT": Capability.EVENTS_MANAGE,
        "DELETE": Capability.EVENTS_MANAGE,
    }

    def get(self, request: Request, event_name: str) -> Response:
        """Its configuration as it counts in this organization."""
        return answered(self.event(event_name))

    def patch(self, request: Request, event_name: str) -> Response:
        """Whether it is published, and how."""
        changes = SwitchChanges.parse(self.body_object(), self.event(event_name).definition)
        return Response(event_document(change_switch(editor=self.editor(), name=event_name, changes=changes)))

    def put(self, request: Request, event_name: str) -> Response:
        """Another definition for a draft."""
        expected, raw = expected_versions(request), self.body_object()
        return answered(replace_draft(editor=self.editor(), name=event_name, raw=raw, expected=expected))

    def delete(self, request: Request, event_name: str) -> Response:
        """Ends an own event."""
        deprecate(editor=self.editor(), name=event_name)
        return Response(status=204)


@documented(post="publishEvent")
class Publication(EventView):
    """The end of a draft."""

    requires = {"POST": Capability.EVENTS_MANAGE}

    @once_per_key
    def post(self, request: Request, event_name: str) -> Response:
        """The event, whose definition stays as it is from now on."""
        publication = publication_of(self.optional_body())
        event = publish_draft(editor=self.editor(), name=event_name, publication=publication)
        return Response(event_document(event))


def answered(event: Event, *, status: int = 200) -> Response:
    """The event; a draft with the tag that If-Match takes when it is replaced."""
    document = event_document(event)
    if event.lifecycle != "draft":
        return Response(document, status=status)
    return tagged(document, event.revision, status=status)


def event_document(event: Event) -> JSONObject:
    """The published form: the definition, with what the organization says about it."""
    switch = event.switch
    own: JSONObject = {"success_criteria": list(switch.success_criteria)} if switch.success_criteria else {}
    return {
        **event.definition.as_json(),
        **own,
        "event_status": event.status,
        "enabled": switch.enabled,
        "auto_trigger": switch.auto_trigger,
        "keeps_history": switch.keeps_history,
        "attributes": None if switch.attributes is None else list(switch.attributes),
    }
