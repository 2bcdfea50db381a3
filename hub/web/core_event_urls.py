"""Where people find core events; included under the names of the kernel's pages."""

from __future__ import annotations

from django.urls import path

from hub.web.core_events.drafting import edit_event, new_event
from hub.web.core_events.ending import deprecate_event, publish_event
from hub.web.core_events.firing import fire
from hub.web.core_events.history import past_event
from hub.web.core_events.listing import core_event_list
from hub.web.core_events.one import core_event_page
from hub.web.core_events.sampling import send_page
from hub.web.core_events.settings import settings_page
from hub.web.core_events.switching import switch_event

ONE = "app/core-events/<str:name>"

urlpatterns = [
    path("app/core-events", core_event_list, name="core-events"),
    path("app/core-events/new", new_event, name="new-core-event"),
    path(ONE, core_event_page, name="core-event"),
    path(f"{ONE}/switch/<str:act>", switch_event, name="switch-core-event"),
    path(f"{ONE}/settings", settings_page, name="core-event-settings"),
    path(f"{ONE}/fire", fire, name="fire-core-event"),
    path(f"{ONE}/sample", send_page, name="sample-core-event"),
    path(f"{ONE}/edit", edit_event, name="edit-core-event"),
    path(f"{ONE}/publish", publish_event, name="publish-core-event"),
    path(f"{ONE}/deprecate", deprecate_event, name="deprecate-core-event"),
    path(f"{ONE}/history/<str:event_id>", past_event, name="past-core-event"),
]
