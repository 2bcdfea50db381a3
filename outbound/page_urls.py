"""Where people find this app's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from outbound.ui import queue, queue_acts

app_name = "outbound"
STREAM = "app/queue/<uuid:integration_id>"

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += [
    path("app/queue", queue.queue, name="queue"),
    path(STREAM, queue.stream, name="stream"),
    path(f"{STREAM}/unblock", queue_acts.unblock, name="unblock-stream"),
    path(f"{STREAM}/redrive", queue_acts.redrive, name="redrive-messages"),
    path(f"{STREAM}/<str:message_id>", queue.message, name="queued-message"),
]
