"""PAGES: inbound events and their outcomes in the admin for support, and running events again from there."""

from __future__ import annotations

from itertools import groupby

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.accounts.audit import actor_at
from hub.accounts.models import Organization
from hub.errors import HubError
from hub.ids import to_text
from hub.support.pages import Rows, SupportPage, link
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent, InboundOutcome
from inbound.receive.arrivals import Sender
from inbound.replay import audit_replay, replay_for_caller


class EventPage(SupportPage):
    """Metadata alone, never the body."""

    prefix = EVENT_PREFIX
    list_display = ("id", "organization_id", "integration_id", "received_at", "event_name", "use_case_slug", "in_hub")
    fields = ("use_case_id", "lane_id", "sequence", "replay_of", "format", "correlation_id", "body_bytes", "token_id")
    actions = (*SupportPage.actions, "replay")

    @admin.display(description=_("in the hub"))
    def in_hub(self, event: InboundEvent) -> SafeString:
        """The event's page."""
        return link(reverse("inbound:event", args=[to_text(EVENT_PREFIX, event.pk)]), _("open"))

    @admin.action(description=_("Run again"), permissions=["act"])
    def replay(self, request: HttpRequest, rows: Rows) -> None:
        """Copies of the chosen events, with the live version of their use cases; audited by organization."""
        chosen = rows.order_by("organization_id", "integration_id", "pk")[: self.list_per_page]
        places = chosen.values_list("organization_id", "integration_id", "pk")
        for (organization_id, integration_id), group in groupby(places, key=lambda row: row[:2]):
            organization = Organization.objects.get(pk=organization_id)
            event_ids = [to_text(EVENT_PREFIX, row[2]) for row in group]
            sender = Sender(organization.pk, organization.config_version)
            try:
                results = replay_for_caller(
                    sender=sender, integration_id=integration_id, event_ids=event_ids, at=clock.now()
                )
            except HubError as error:
                messages.error(request, error.message)
                continue
            actor = actor_at(request, "user", str(request.user.pk))
            audit_replay(organization=organization, actor=actor, results=results, at=clock.now())
            queued = sum(one.status == "queued" for one in results)
            messages.info(request, f"{organization.slug}: {queued} of {len(results)} run again.")


class OutcomePage(SupportPage):
    """How events ended."""

    prefix = EVENT_PREFIX
    list_display = ("event_id", "organization_id", "finished_at", "status", "code", "attempts", "duration_ms", "in_hub")
    fields = ("integration_id", "use_case_id", "use_case_version", "message", "counts")

    @admin.display(description=_("in the hub"))
    def in_hub(self, outcome: InboundOutcome) -> SafeString:
        """The page of its event."""
        return link(reverse("inbound:event", args=[to_text(EVENT_PREFIX, outcome.event_id)]), _("open"))


PAGES = ((InboundEvent, EventPage), (InboundOutcome, OutcomePage))
