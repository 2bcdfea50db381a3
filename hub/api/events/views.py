"""EventView: what the views of core events share: the event of the path, the caller as editor, a body or none."""

from __future__ import annotations

from hub import clock
from hub.api.views import HubAPIView
from hub.entities.editor import Editor
from hub.events.definitions import Event, get_event
from hub.hops import marked
from hub.json_types import JSONObject


class EventView(HubAPIView):
    """Base of those views."""

    def editor(self) -> Editor:
        """The caller, now."""
        return Editor(organization=self.organization, actor=self.actor, at=clock.now(), chain=marked(self.hop))

    def event(self, name: str) -> Event:
        """The event as the organization has it. Raises EventNotFound."""
        return get_event(organization=self.organization, name=name)

    def optional_body(self) -> JSONObject:
        """The request's JSON object; empty where nothing was sent."""
        return self.body_object() if self.request.data is not None else {}
