"""Both doors of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from monitoring.api.access_logs import QueryAccessLogs
from monitoring.api.events import AssociatedEvents, QueryEventsV2
from monitoring.api.external import ExternalEvents
from monitoring.api.guide import QueryEventsOfGuide
from monitoring.api.inbound_events import QueryInboundEvents
from monitoring.api.notifications import NotificationHistory, NotificationStatus, NotificationTest
from monitoring.api.statistics_v2 import QueryStatisticsV2
from monitoring.api.sync_status import SyncStatus, SyncStatusByEntity
from monitoring.api.time_series_v2 import QueryTimeSeriesV2
from monitoring.api.traces import Traces

NOTIFICATIONS = "v2/integrations/<id:integration_id>/notifications"
V1, V2 = (f"{version}/integrations/<id:integration_id>/monitoring" for version in ("v1", "v2"))

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{V1}/inbound-events", QueryInboundEvents.as_view()),
    path(f"{V1}/access-logs", QueryAccessLogs.as_view()),
    path(f"{V2}/events", QueryEventsV2.as_view()),
    path(f"{V2}/events/<opaque:event_id>/associated", AssociatedEvents.as_view()),
    path(f"{V2}/stats", QueryStatisticsV2.as_view()),
    path(f"{V2}/time-series", QueryTimeSeriesV2.as_view()),
    path(f"{V2}/external-events", ExternalEvents.as_view()),
    path(f"{V2}/traces/<text:correlation_id>", Traces.as_view()),
    path(f"{NOTIFICATIONS}/history", NotificationHistory.as_view()),
    path(f"{NOTIFICATIONS}/status", NotificationStatus.as_view()),
    path(f"{NOTIFICATIONS}/test", NotificationTest.as_view()),
    path("v1/integrations/entities/<id:synced_id>/sync-status", SyncStatus.as_view()),
    path("v1/entities/<id:synced_id>/sync-status", SyncStatusByEntity.as_view()),
    path("v1/monitoring/events", QueryEventsOfGuide.as_view()),
    path("", include("monitoring.page_urls")),
]
