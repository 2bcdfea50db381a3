"""PAGES: spans and access logs in the admin for support."""

from __future__ import annotations

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from hub.support.pages import SupportPage, link
from integrations.support import IntegratedPage
from monitoring.models import AccessLog, MonitoringEvent


class SpanPage(IntegratedPage):
    """Without detail: what an event brought may stand there."""

    is_correlated = True
    search_help_text = _("id or correlation id, whole")

    list_display = ("id", "organization_id", "completed_at", "level", "code", "sync_type", "object_type", "in_hub")
    fields = (
        "duration_ms",
        "integration_id",
        "use_case_id",
        "event_id",
        "entity_id",
        "correlation_id",
        "message",
        "received_at",
    )
    looked_up_by = ("event_id",)

    @admin.display(description=_("in the hub"))
    def in_hub(self, span: MonitoringEvent) -> str:
        """Everything with its correlation id; nothing for one that fits into no address."""
        try:
            return link(reverse("monitoring:trace", args=[span.correlation_id]), _("open"))
        except NoReverseMatch:
            return ""


class AccessLogPage(SupportPage):
    """Newest first, over all organizations."""

    list_display = ("id", "organization_id", "at", "method", "path", "status", "latency_ms", "token_id")
    fields = ("user_id", "request_id", "client_request_id", "response_bytes", "origin", "source_ip")


PAGES = ((MonitoringEvent, SpanPage), (AccessLog, AccessLogPage))
