"""Where people find this app's pages."""

from __future__ import annotations

from django.urls import path

from inbound.ui.access_log import access_logs
from inbound.ui.charts.page import statistics, statistics_file
from inbound.ui.event_list import event_list, new_events
from inbound.ui.event_page import event_page, event_payload
from inbound.ui.held_prunes import held_prunes
from inbound.ui.held_prunes_deciding import approve_prune, reject_prune
from inbound.ui.held_prunes_one import held_prune
from inbound.ui.issues_of import show_issues
from inbound.ui.replaying import ask_replay, replay
from inbound.ui.replaying_many import replay_many
from inbound.ui.simulation import playground

app_name = "inbound"
urlpatterns = [
    path("app/events", event_list, name="events"),
    path("app/events/new", new_events, name="new-events"),
    path("app/events/issues", show_issues, name="show-issues"),
    path("app/events/replay/ask", ask_replay, name="ask-replay"),
    path("app/events/replay", replay, name="replay"),
    path("app/events/replay-many", replay_many, name="replay-many"),
    path("app/events/<str:event_id>", event_page, name="event"),
    path("app/events/<str:event_id>/payload", event_payload, name="payload"),
    path("app/held-prunes", held_prunes, name="held-prunes"),
    path("app/held-prunes/<uuid:prune_id>", held_prune, name="held-prune"),
    path("app/held-prunes/<uuid:prune_id>/approve", approve_prune, name="approve-prune"),
    path("app/held-prunes/<uuid:prune_id>/reject", reject_prune, name="reject-prune"),
    path("app/statistics", statistics, name="statistics"),
    path("app/statistics/<slug:chart>.csv", statistics_file, name="statistics-file"),
    path("app/access-logs", access_logs, name="access-logs"),
    path("app/simulation", playground, name="playground"),
]
