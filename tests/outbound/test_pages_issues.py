"""The page of an issue whose failures are deliveries leads to them, to their receiver and to resending."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.ids import to_text
from monitoring.issues.folding import fold
from monitoring.models.issues import Issue
from monitoring.record import record
from outbound.models import Delivery, Webhook
from tests.builders import make_integration, make_use_case
from tests.cast import VIEWER
from tests.monitoring.issues.conftest import span_of
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import operator, webhook

__all__ = ["operator", "webhook"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(organization: Organization, webhook: Webhook) -> Delivery:
    """One that failed for good."""
    return make_delivery(organization=organization, webhook_id=webhook.pk)


@pytest.fixture
def issue(organization: Organization, delivery: Delivery) -> Issue:
    """What its last attempt made."""
    use_case = make_use_case(integration=make_integration(organization=organization, name="SAP"), slug="out")
    detail = {
        "delivery_id": to_text("dlv_", delivery.id),
        "webhook_id": delivery.webhook_id,
        "http_status": 422,
        "next_attempt_at": None,
    }
    record([span_of(use_case, sync_type="outbound", code="EXTERNAL_API_ERROR", detail=detail)])
    fold()
    return Issue.objects.get()


def text_of(client: Client, issue: Issue) -> str:
    return client.get(f"/app/issues/{issue.pk}").content.decode()


def test_the_receiver_is_called_by_its_name_and_leads_to_its_page(
    issue: Issue, webhook: Webhook, operator: Client
) -> None:
    text = text_of(operator, issue)
    assert f"EXTERNAL_API_ERROR · {webhook.name}" in text
    assert f'href="/app/webhooks/{webhook.id}"' in text
    assert f"EXTERNAL_API_ERROR · {webhook.name}" in operator.get("/app/issues").content.decode()


QUERY = "status=failed&amp;webhook={}&amp;code=EXTERNAL_API_ERROR&amp;window=90d"


def test_the_issue_leads_to_its_failed_deliveries(issue: Issue, webhook: Webhook, operator: Client) -> None:
    assert f'href="/app/deliveries?{QUERY.format(webhook.pk)}"' in text_of(operator, issue)


def test_the_issue_leads_to_resending_them(issue: Issue, webhook: Webhook, operator: Client) -> None:
    assert f'href="/app/deliveries/resend-matching?{QUERY.format(webhook.pk)}"' in text_of(operator, issue)


def test_who_may_not_send_is_offered_no_resend(issue: Issue, client_of: Callable[..., Client]) -> None:
    assert "resend-matching" not in text_of(client_of(VIEWER), issue)


def test_each_failure_leads_to_its_delivery(issue: Issue, delivery: Delivery, operator: Client) -> None:
    assert f'href="/app/deliveries/{to_text("dlv_", delivery.id)}"' in text_of(operator, issue)


def test_what_is_not_tried_again_is_not_said_to_be(issue: Issue, operator: Client) -> None:
    text = text_of(operator, issue)
    assert "The delivery is not tried again." in text
    assert "the event is tried again" not in text
