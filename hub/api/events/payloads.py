"""/v1/events/{name}: what the payload of an event looks like, in each of its versions."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.events.documentation import documented
from hub.api.events.views import EventView
from hub.entities.schemas.book import book_of
from hub.events.catalogue import EventDefinition, definition_at, json_schema_of, sample_of, versions_of
from hub.events.definitions import Event
from hub.json_encoding import timestamp
from hub.json_types import JSONObject

VERSION_HEADERS = ("Epilot-Event-Version", "Event-Version")
"""The first that is sent counts."""


class PayloadView(EventView):
    """Base of the views of one version."""

    requires = {"GET": Capability.EVENTS_VIEW}

    def definition(self, name: str) -> EventDefinition:
        """The event at the version that a header names, or at its latest. Raises EventNotFound and UnknownVersion."""
        definition = self.event(name).definition
        headers = self.request._request.headers
        version = next((headers[header].strip() for header in VERSION_HEADERS if header in headers), None)
        return definition if version is None else definition_at(definition, version)


@documented(get="getEventJSONSchema")
class EventJSONSchema(PayloadView):
    """The payload for validators and generators."""

    def get(self, request: Request, event_name: str) -> Response:
        """A JSON Schema of draft 2020-12, with the organization's schemas in it."""
        return Response(json_schema_of(self.definition(event_name), book_of(self.organization)))


@documented(get="getEventExample")
class EventExample(PayloadView):
    """The payload by example."""

    def get(self, request: Request, event_name: str) -> Response:
        """A payload that validates against the JSON Schema."""
        definition, book = self.definition(event_name), book_of(self.organization)
        return Response(sample_of(definition, book, organization=self.organization.public_id))


@documented(get="listEventVersions")
class EventVersions(EventView):
    """What became of the payload."""

    requires = {"GET": Capability.EVENTS_VIEW}

    def get(self, request: Request, event_name: str) -> Response:
        """Every version, oldest first."""
        event = self.event(event_name)
        versions = [version.as_json() | _release(event) for version in versions_of(event.definition)]
        latest = event.definition.version
        return Response({"event_name": event.name, "latest": latest, "versions": versions})


def _release(event: Event) -> JSONObject:
    """When the version came out; known of own events alone."""
    return {} if event.published_at is None else {"released_at": timestamp(event.published_at)}
