"""/v1/events/{name}: an event fired by hand, and what it would be."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.events.documentation import documented
from hub.api.events.requests import firing_of
from hub.api.events.views import EventView
from hub.api.idempotency import once_per_key
from hub.events.publishing import EVENT_PREFIX
from hub.events.triggering import Firing, preview, trigger
from hub.ids import to_text


class FiringView(EventView):
    """Base of both."""

    def firing(self, name: str) -> Firing:
        """What the caller asks for. Raises EventNotFound first, then Invalid."""
        event = self.event(name)
        return firing_of(
            self.body_object(), event, caller=self.principal.actor_id, correlation_id=self.correlation_id, hop=self.hop
        )


@documented(post="triggerEvent")
class EventTrigger(FiringView):
    """The way of an event into the world."""

    requires = {"POST": (Capability.EVENTS_MANAGE, Capability.SEND)}

    @once_per_key
    def post(self, request: Request, event_name: str) -> Response:
        """The id of the event, which is stored by now."""
        published = trigger(organization=self.organization, firing=self.firing(event_name), at=clock.now())
        return Response({"success": True, "event_id": to_text(EVENT_PREFIX, published.id)})


@documented(post="previewEvent")
class EventPreview(FiringView):
    """The same without consequences."""

    requires = {"POST": Capability.EVENTS_VIEW}

    def post(self, request: Request, event_name: str) -> Response:
        """The payload and where it departs from its schema; the caller must be allowed to see the entities in it."""
        self.require(Capability.ENTITY_VIEW)
        shown = preview(organization=self.organization, firing=self.firing(event_name), at=clock.now())
        errors = [{"path": problem.path, "message": problem.message} for problem in shown.problems]
        return Response({"payload": shown.payload, "errors": errors})
