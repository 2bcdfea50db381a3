"""Both doors of this app."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from monitoring.api.inbound_events import QueryInboundEvents

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/integrations/<id:integration_id>/monitoring/inbound-events", QueryInboundEvents.as_view()),
]
if find_spec("monitoring.page_urls"):
    urlpatterns.append(path("", include("monitoring.page_urls")))
