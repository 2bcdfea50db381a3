"""PAGES: deliveries and their attempts in the admin for support, and sending deliveries again from there."""

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
from outbound.models import Delivery, DeliveryAttempt
from outbound.models.deliveries import DELIVERY_PREFIX
from outbound.resending import Resending
from outbound.resends.sending import SentAgain, send_chosen
from outbound.ui.resend_words import REASONS


class DeliveryPage(SupportPage):
    """Found by public id."""

    is_correlated = True
    search_help_text = _("id or correlation id, whole")
    prefix = DELIVERY_PREFIX
    plural = "deliveries"
    searched = "id"
    list_display = ("sequence", "id", "organization_id", "created_at", "event_name", "state", "status_code", "in_hub")
    fields = (
        "webhook_id",
        "use_case_id",
        "correlation_id",
        "attempts",
        "next_attempt_at",
        "finished_at",
        "code",
        "message",
    )
    actions = (*SupportPage.actions, "send_again")

    @admin.display(description=_("in the hub"))
    def in_hub(self, delivery: Delivery) -> SafeString:
        """The delivery's page."""
        return link(reverse("outbound:delivery", args=[to_text(DELIVERY_PREFIX, delivery.id)]), _("open"))

    @admin.action(description=_("Send again"), permissions=["act"])
    def send_again(self, request: HttpRequest, rows: Rows) -> None:
        """Those that have ended, with what they sent, once however many people ask for it; audited."""
        chosen = rows.order_by("organization_id", "pk")[: self.list_per_page].values_list("organization_id", "id")
        order = Resending(actor_at(request, "user", str(request.user.pk)), "Sent again by support")
        for organization_id, group in groupby(chosen, key=lambda row: row[0]):
            organization = Organization.objects.filter(pk=organization_id).first()
            if organization is None:
                messages.error(request, f"Organization {organization_id} is not there any more: nothing was sent.")
                continue
            ids = [row[1] for row in group]
            try:
                done = send_chosen(organization=organization, delivery_ids=ids, order=order, at=clock.now())
            except HubError as error:
                messages.error(request, f"{organization.slug}: {error.message}")
            else:
                _report(request, organization, done)


def _report(request: HttpRequest, organization: Organization, done: SentAgain) -> None:
    say = messages.info if done.count else messages.error
    say(request, f"{organization.slug}: {done.count} sent again.")
    for reason, count in done.left_out.items():
        messages.warning(request, f"{organization.slug}: {count} left out. {REASONS[reason]}.")


class AttemptPage(SupportPage):
    """Without URL, headers and answer: the hub's own page shows these, redacted, to those who may see them."""

    list_display = ("id", "organization_id", "delivery_id", "number", "at", "status_code", "code", "in_hub")
    fields = ("duration_ms",)
    looked_up_by = ("delivery_id",)

    @admin.display(description=_("in the hub"))
    def in_hub(self, attempt: DeliveryAttempt) -> SafeString:
        """The page of its delivery."""
        return link(reverse("outbound:delivery", args=[to_text(DELIVERY_PREFIX, attempt.delivery_id)]), _("open"))


PAGES = ((Delivery, DeliveryPage), (DeliveryAttempt, AttemptPage))
