"""/v1/webhooks/configs: webhooks, their signing secrets, pause and resume (outbound.md section 6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.etags import expected_versions, tagged
from hub.api.idempotency import once_per_key
from hub.api.query_fields import text_of
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail
from hub.json_types import ROOT
from integrations.findings import Findings
from integrations.operations.author import Author
from outbound.api.webhook_answers import created_document, rotated_document, webhook_document
from outbound.api.webhook_documents import described_webhook
from outbound.models import Webhook
from outbound.webhooks.advice import advice_about
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.configured_events import configured_events
from outbound.webhooks.operations import (
    OVERLAP,
    create_webhook,
    delete_webhook,
    pause_webhook,
    replace_webhook,
    resume_webhook,
    rotate_secret,
)
from outbound.webhooks.queries import get_webhook, webhooks_of
from outbound.webhooks.status import endpoints_of

MOST_OVERLAP_HOURS = 168


class WebhookView(HubAPIView):
    """Base of the views about webhooks, which belong to the organization as a whole."""

    def author(self) -> Author:
        """The caller as the operations know them, now."""
        is_admin = self.may(Capability.ADMIN)
        return Author(organization=self.organization, actor=self.actor, is_admin=is_admin, at=clock.now())

    def warnings(self, webhook: Webhook, sent: SentWebhook) -> list[ErrorDetail]:
        """What was saved, but probably not meant, or cannot deliver as things are."""
        advice = advice_about(organization=self.organization, webhook=webhook, configuration=sent.configuration)
        return [*sent.warnings, *advice]

    def shown(self, webhook: Webhook) -> Response:
        """The answer with the webhook as it is now."""
        endpoint = endpoints_of(self.organization, [webhook.pk]).get(webhook.pk)
        return tagged(webhook_document(webhook, clock.now(), endpoint=endpoint), webhook.version)


class ConfiguredEvents(WebhookView):
    """What can be listened to."""

    requires: ClassVar = {"GET": Capability.WEBHOOK_VIEW}

    @described_webhook("listConfiguredEvents")
    def get(self, request: Request) -> Response:
        """The events that a webhook can listen to, by label."""
        events = configured_events(self.organization)
        return Response([{"eventName": event.name, "eventLabel": event.label} for event in events])


class Webhooks(WebhookView):
    """All webhooks, and new ones."""

    requires: ClassVar = {"GET": Capability.WEBHOOK_VIEW, "POST": Capability.WEBHOOK_CREATE}

    @described_webhook("listWebhooks")
    def get(self, request: Request) -> Response:
        """Every webhook, oldest first."""
        event_name = text_of({"eventName": request.query_params.get("eventName")}, "eventName")
        webhooks = list(webhooks_of(self.organization, event_name=event_name))
        known = endpoints_of(self.organization, [webhook.pk for webhook in webhooks])
        return Response([webhook_document(one, clock.now(), endpoint=known.get(one.pk)) for one in webhooks])

    @described_webhook("createWebhook")
    @once_per_key
    def post(self, request: Request) -> Response:
        """A new webhook, which retries unless it says otherwise; its signing secret is in this answer alone."""
        author = self.author()
        sent = SentWebhook.parse_new(self.body_object())
        created = create_webhook(author=author, sent=sent)
        document = created_document(created, author.at, self.warnings(created.webhook, sent))
        return tagged(document, created.webhook.version, status=201)


class OneWebhook(WebhookView):
    """One webhook."""

    requires: ClassVar = {
        "GET": Capability.WEBHOOK_VIEW,
        "PUT": Capability.WEBHOOK_EDIT,
        "DELETE": Capability.WEBHOOK_DELETE,
    }

    @described_webhook("getWebhook")
    def get(self, request: Request, webhook_id: str) -> Response:
        """The webhook, without its secrets."""
        return self.shown(get_webhook(organization=self.organization, webhook_id=webhook_id))

    @described_webhook("replaceWebhook")
    def put(self, request: Request, webhook_id: str) -> Response:
        """Replaces the webhook; secrets that are left out stay as long as authType does, null clears one.

        A retryPolicy that is left out stays, too, as does an eventVersion for the same event; null takes it away.
        """
        author = self.author()
        sent = SentWebhook.parse(self.body_object())
        webhook = replace_webhook(author=author, webhook_id=webhook_id, sent=sent, expected=expected_versions(request))
        endpoint = endpoints_of(self.organization, [webhook.pk]).get(webhook.pk)
        document = webhook_document(webhook, author.at, endpoint=endpoint, warnings=self.warnings(webhook, sent))
        return tagged(document, webhook.version)

    @described_webhook("deleteWebhook")
    def delete(self, request: Request, webhook_id: str) -> Response:
        """Deletes the webhook."""
        delete_webhook(author=self.author(), webhook_id=webhook_id, expected=expected_versions(request))
        return Response(status=204)


class RotateWebhookSecret(WebhookView):
    """A new signing secret."""

    requires: ClassVar = {"POST": Capability.WEBHOOK_EDIT}

    @described_webhook("rotateWebhookSecret")
    @once_per_key
    def post(self, request: Request, webhook_id: str) -> Response:
        """Renews the signing secret; the former one signs beside it for overlapHours, 24 by default.

        So do those before it, as long as was promised. While five of them sign, none is renewed: that is a 409.
        """
        author, overlap = self.author(), self._overlap()
        return Response(
            rotated_document(rotate_secret(author=author, webhook_id=webhook_id, overlap=overlap), author.at)
        )

    def _overlap(self) -> timedelta:
        body = self.body_object() if self.request.data is not None else {}
        findings = Findings()
        place = ROOT.key("overlapHours")
        hours = findings.optional_whole(body.get("overlapHours"), place, least=0, most=MOST_OVERLAP_HOURS)
        findings.raise_if_any()
        return OVERLAP if hours is None else timedelta(hours=hours)


class PauseWebhook(WebhookView):
    """Holds deliveries."""

    requires: ClassVar = {"POST": Capability.WEBHOOK_EDIT}

    @described_webhook("pauseWebhook")
    @once_per_key
    def post(self, request: Request, webhook_id: str) -> Response:
        """Holds what is to be delivered until the webhook is resumed; nothing is dropped."""
        return self.shown(pause_webhook(author=self.author(), webhook_id=webhook_id))


class ResumeWebhook(WebhookView):
    """Ends a pause."""

    requires: ClassVar = {"POST": Capability.WEBHOOK_EDIT}

    @described_webhook("resumeWebhook")
    @once_per_key
    def post(self, request: Request, webhook_id: str) -> Response:
        """Goes on with what was held."""
        return self.shown(resume_webhook(author=self.author(), webhook_id=webhook_id))
