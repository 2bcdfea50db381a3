"""The doors of this app; a literal always stands before the id it could be mistaken for."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from outbound.api.apps import Apps, CallComponent, OneApp
from outbound.api.deliveries import OneDelivery, ReplayDeliveries, ReplayDelivery, WebhookDeliveries
from outbound.api.monitoring import QueryOutboundEvents
from outbound.api.public_key import PublicKey
from outbound.api.simulation import SimulateOutboundMapping
from outbound.api.statistics import QueryStatistics, QueryStatisticsOfGuide, QueryTimeSeries
from outbound.api.status import GetOutboundStatus
from outbound.api.tracking import AcknowledgeTracking
from outbound.api.trials import Example, SendTest, TryConnection, TryToken
from outbound.api.triggering import TriggerErp
from outbound.api.triggers import TriggerWebhook
from outbound.api.webhooks import (
    ConfiguredEvents,
    OneWebhook,
    PauseWebhook,
    ResumeWebhook,
    RotateWebhookSecret,
    Webhooks,
)

ONE = "v1/webhooks/configs/<opaque:webhook_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("outbound.page_urls")),
    path("v1/webhooks/configured-events", ConfiguredEvents.as_view()),
    path("v1/webhooks/.well-known/public-key", PublicKey.as_view()),
    path("v1/webhooks/configs", Webhooks.as_view()),
    path(ONE, OneWebhook.as_view()),
    path(f"{ONE}/rotate-secret", RotateWebhookSecret.as_view()),
    path(f"{ONE}:pause", PauseWebhook.as_view()),
    path(f"{ONE}:resume", ResumeWebhook.as_view()),
    path(f"{ONE}:test-connection", TryConnection.as_view()),
    path(f"{ONE}:send-test", SendTest.as_view()),
    path(f"{ONE}/test-oauth", TryToken.as_view()),
    path(f"{ONE}/trigger", TriggerWebhook.as_view()),
    path(f"{ONE}/example", Example.as_view()),
    path("v2/webhooks/configs/<opaque:webhook_id>/events", WebhookDeliveries.as_view()),
    path(f"{ONE}/events/replay-batch", ReplayDeliveries.as_view()),
    path(f"{ONE}/events/<opaque:event_id>", OneDelivery.as_view()),
    path(f"{ONE}/events/<opaque:event_id>/replay", ReplayDelivery.as_view()),
    path("v1/apps", Apps.as_view()),
    path("v1/apps/<id:app_id>", OneApp.as_view()),
    path("v1/apps/<id:app_id>/components/<id:component_id>:call", CallComponent.as_view()),
    path("v1/erp/trigger", TriggerErp.as_view()),
    path("v1/erp/tracking/acknowledgement", AcknowledgeTracking.as_view()),
    path("v1/integrations/<id:integration_id>/outbound/mapping-simulation", SimulateOutboundMapping.as_view()),
    path("v1/integrations/<id:integration_id>/outbound-status", GetOutboundStatus.as_view()),
    path("v1/integrations/<id:integration_id>/monitoring/outbound-events", QueryOutboundEvents.as_view()),
    path("v1/integrations/<id:integration_id>/monitoring/stats", QueryStatistics.as_view()),
    path("v1/integrations/<id:integration_id>/monitoring/timeseries", QueryTimeSeries.as_view()),
    path("v1/monitoring/stats", QueryStatisticsOfGuide.as_view()),
]
