"""PAGES: inbound events and their outcomes in the admin for support, and running events again from there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.accounts.audit import actor_at
from hub.accounts.models import Organization
from hub.errors import HubError
from hub.ids import to_text
from hub.support.facts import Facts
from hub.support.pages import Rows, SupportPage, link
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent, InboundOutcome
from inbound.query import newest_sequence, with_states
from inbound.receive.arrivals import Sender
from inbound.receive.store import ConfigurationMoved
from inbound.replay import audit_replay
from inbound.replays.running import options_at_once, run_at_once
from integrations.support import IntegratedPage


class EventPage(IntegratedPage):
    """Metadata alone, never the body."""

    prefix = EVENT_PREFIX
    is_correlated = True
    search_help_text = _("id or correlation id, whole")
    told = ("outcome_status", "outcome_code")
    list_display = (
        "id",
        "organization_id",
        "integration_id",
        "received_at",
        "outcome_status",
        "outcome_code",
        "event_name",
        "use_case_slug",
        "in_hub",
    )
    fields = ("use_case_id", "lane_id", "sequence", "replay_of", "format", "correlation_id", "body_bytes", "token_id")
    actions = (*SupportPage.actions, "replay")

    def facts_of(self, rows: Sequence[Model]) -> list[Facts]:
        """With where each stands; two queries more."""
        facts = super().facts_of(rows)
        states = with_states([row for row in rows if isinstance(row, InboundEvent)])
        for one, state in zip(facts, states, strict=True):
            one |= {"outcome_status": str(state.status), "outcome_code": state.code}
        return facts

    @admin.display(description=_("status"))
    def outcome_status(self, event: InboundEvent) -> str:
        """What became of it, or that it waits."""
        return self.fact(event, "outcome_status")

    @admin.display(description=_("code"))
    def outcome_code(self, event: InboundEvent) -> str:
        """What it ended with."""
        return self.fact(event, "outcome_code")

    @admin.display(description=_("in the hub"))
    def in_hub(self, event: InboundEvent) -> SafeString:
        """The event's page."""
        return link(reverse("inbound:event", args=[to_text(EVENT_PREFIX, event.pk)]), _("open"))

    @admin.action(description=_("Run again"), permissions=["act"])
    def replay(self, request: HttpRequest, rows: Rows) -> None:
        """Copies of the chosen events, with the live version of their use cases; audited by organization."""
        keys = [row.pk for row in rows[: self.list_per_page]]
        chosen = InboundEvent.objects.filter(pk__in=keys).order_by("organization_id", "pk")
        for organization_id, group in groupby(chosen, key=attrgetter("organization_id")):
            organization = Organization.objects.get(pk=organization_id)
            self._replay_of(request, organization, list(group))

    def _replay_of(self, request: HttpRequest, organization: Organization, events: Sequence[InboundEvent]) -> None:
        sender = Sender(organization.pk, organization.config_version)
        try:
            options = options_at_once(seen=newest_sequence())
            ran = run_at_once(organization=organization, sender=sender, events=events, options=options, at=clock.now())
        except ConfigurationMoved:
            messages.error(request, f"{organization.slug}: its configuration has just changed; nothing ran. Try again.")
            return
        except HubError as error:
            messages.error(request, f"{organization.slug}: {error.message}")
            return
        actor = actor_at(request, "user", str(request.user.pk))
        audit_replay(organization=organization, actor=actor, results=ran.results, at=clock.now())
        queued = sum(one.status == "queued" for one in ran.results)
        text = f"{organization.slug}: {queued} of {len(events)} run again."
        if ran.left_out:
            reasons = ", ".join(sorted({one.reason for one in ran.left_out.values()}))
            text += f" {len(ran.left_out)} left out: {reasons}."
        messages.info(request, text)


class OutcomePage(IntegratedPage):
    """How events ended."""

    prefix = EVENT_PREFIX
    list_display = ("event_id", "organization_id", "finished_at", "status", "code", "attempts", "duration_ms", "in_hub")
    fields = ("integration_id", "use_case_id", "use_case_version", "message", "counts")

    @admin.display(description=_("in the hub"))
    def in_hub(self, outcome: InboundOutcome) -> SafeString:
        """The page of its event."""
        return link(reverse("inbound:event", args=[to_text(EVENT_PREFIX, outcome.event_id)]), _("open"))


PAGES = ((InboundEvent, EventPage), (InboundOutcome, OutcomePage))
