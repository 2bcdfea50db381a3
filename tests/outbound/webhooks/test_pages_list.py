"""The list of webhooks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from outbound.models import DeliveryState, Endpoint
from tests.builders import NOW, make_webhook
from tests.outbound.builders import make_delivery
from tests.outbound.webhooks.webhook_pages import ALL, EVIL, admin, path_of, viewer

__all__ = ["admin", "viewer"]
pytestmark = pytest.mark.django_db


def words_in(client: Client) -> dict[str, tuple[str, str]]:
    """Name → state and what is said beside it."""
    rows = client.get(ALL).context["rows"]
    return {one.webhook.name: (words.words, words.note) for one, words in rows}


def test_the_list_says_how_each_webhook_stands(organization: Organization, viewer: Client) -> None:
    make_webhook(organization=organization, configuration={"name": "well"})
    make_webhook(organization=organization, configuration={"name": "off", "enabled": False})
    make_webhook(organization=organization, configuration={"name": "held"}, paused_at=NOW - timedelta(minutes=20))
    make_webhook(organization=organization, configuration={"name": "bare", "url": None})
    ill = make_webhook(organization=organization, configuration={"name": "ill"})
    Endpoint.objects.create(
        webhook_id=ill.pk,
        organization_id=organization.pk,
        circuit=Endpoint.Circuit.OPEN,
        opened_at=NOW - timedelta(minutes=40),
        probe_at=NOW + timedelta(minutes=5),
    )
    assert words_in(viewer) == {
        "well": ("Active", ""),
        "off": ("Disabled", ""),
        "held": ("Paused", "20\u202fmin ago"),
        "bare": ("Incomplete", "no address"),
        "ill": ("Failing", "since 08:20, probe in 5\u202fmin"),
    }


def test_a_webhook_without_its_secret_is_incomplete(organization: Organization, viewer: Client) -> None:
    auth = {"authType": "API_KEY", "keyName": "X-Key"}
    make_webhook(organization=organization, configuration={"name": "bare", "auth": auth})
    assert words_in(viewer) == {"bare": ("Incomplete", "no secret")}


def test_the_list_calls_nothing_well_of_which_nothing_arrives(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"name": "all for nothing"})
    make_delivery(organization=organization, webhook_id=webhook.pk)
    assert words_in(viewer) == {"all for nothing": ("Failing", "nothing arrived in 24 h")}


def test_the_list_counts_the_deliveries_of_a_day(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization)
    make_delivery(organization=organization, webhook_id=webhook.pk)
    make_delivery(organization=organization, webhook_id=webhook.pk, state=DeliveryState.SUCCEEDED, code="")
    make_delivery(organization=organization, webhook_id=webhook.pk, created_at=NOW - timedelta(days=2))
    make_delivery(organization=organization, webhook_id=webhook.pk, is_test=True)
    [(row, _words)] = viewer.get(ALL).context["rows"]
    assert (row.delivered, row.failed, row.last_at) == (1, 1, NOW)


def test_webhooks_are_found_by_name_event_or_address(organization: Organization, viewer: Client) -> None:
    make_webhook(organization=organization, configuration={"name": "cs-billing", "url": "https://one.example.com"})
    make_webhook(organization=organization, configuration={"name": "sap", "eventName": "event_MeterReadingAdded"})
    found = {
        words: [one.webhook.name for one, _ in viewer.get(ALL, {"q": words}).context["rows"]]
        for words in ("BILL", "meterreading", "one.example", "nothing")
    }
    assert found == {"BILL": ["cs-billing"], "meterreading": ["sap"], "one.example": ["cs-billing"], "nothing": []}


def test_an_empty_list_offers_a_webhook_to_whoever_may_make_one(viewer: Client, admin: Client) -> None:
    assert "/app/webhooks/new" not in viewer.get(ALL).content.decode()
    assert "/app/webhooks/new" in admin.get(ALL).content.decode()


def test_the_number_of_queries_does_not_depend_on_that_of_webhooks(
    organization: Organization,
    viewer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    make_webhook(organization=organization)
    viewer.get(ALL)
    with count_queries() as few:
        viewer.get(ALL)
    for _ in range(10):
        make_webhook(organization=organization)
    with count_queries() as many:
        viewer.get(ALL)
    assert len(many) == len(few)


def test_names_are_shown_as_text(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"name": EVIL, "eventName": EVIL})
    for path in (ALL, path_of(webhook), path_of(webhook, "/edit"), path_of(webhook, "/delete")):
        assert "<script>alert" not in admin.get(path).content.decode()
