"""Where clients find core events; included by the table of contents of the site."""

from __future__ import annotations

from django.urls import path

from hub.api import converters
from hub.api.events.configurations import Events, OneEvent, Publication
from hub.api.events.firing import EventPreview, EventTrigger
from hub.api.events.history import EventHistory, LightHistory, OneOfHistory
from hub.api.events.payloads import EventExample, EventJSONSchema, EventVersions

converters.register()

ONE = "v1/events/<opaque:event_name>"
LIGHT = "v2/events/<opaque:event_name>"

urlpatterns = [
    path("v1/events", Events.as_view(), name="events"),
    path(ONE, OneEvent.as_view(), name="event"),
    path(f"{ONE}:publish", Publication.as_view(), name="event_publish"),
    path(f"{ONE}:preview", EventPreview.as_view(), name="event_preview"),
    path(f"{ONE}:trigger", EventTrigger.as_view(), name="event_trigger"),
    path(f"{ONE}:history", EventHistory.as_view(), name="event_history"),
    path(f"{ONE}/json_schema", EventJSONSchema.as_view(), name="event_json_schema"),
    path(f"{ONE}/example", EventExample.as_view(), name="event_example"),
    path(f"{ONE}/versions", EventVersions.as_view(), name="event_versions"),
    path(f"{LIGHT}:history", LightHistory.as_view(), name="event_light_history"),
    path(f"{LIGHT}/history/<opaque:core_event_id>", OneOfHistory.as_view(), name="event_of_history"),
]
