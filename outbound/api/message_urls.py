"""Where the poll queue of an integration answers."""

from __future__ import annotations

from django.urls import path

from outbound.api.messages import AcknowledgeMessages, DeadLetters, PollMessages, RedriveDeadLetters, UnblockMessages

MESSAGES = "v1/integrations/<id:integration_id>/outbound/messages"

urlpatterns = [
    path(f"{MESSAGES}/poll", PollMessages.as_view()),
    path(f"{MESSAGES}/ack", AcknowledgeMessages.as_view()),
    path(f"{MESSAGES}/dlq", DeadLetters.as_view()),
    path(f"{MESSAGES}/dlq/redrive", RedriveDeadLetters.as_view()),
    path(f"{MESSAGES}/unblock", UnblockMessages.as_view()),
]
