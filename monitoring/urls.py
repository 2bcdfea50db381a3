"""Both doors of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from monitoring.api.inbound_events import QueryInboundEvents

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/integrations/<id:integration_id>/monitoring/inbound-events", QueryInboundEvents.as_view()),
    path("", include("monitoring.page_urls")),
]
