"""Receivers that get nothing and need somebody, as the first page of monitoring names them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from hub.web.templatetags.numbers import GROUP
from integrations.models import UseCase
from monitoring.concerns import MOST_SHOWN, Concern, Concerns, Urgency
from outbound.models import DeliveryState, Endpoint, Webhook
from outbound.ui.concerns.receivers import receivers
from outbound.uploads.receivers import receiver_id_of
from tests.builders import NOW, make_integration, make_use_case, make_webhook
from tests.cast import VIEWER, Stage
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db

FAILING_SINCE = NOW - timedelta(hours=2)
YESTERDAY = NOW - timedelta(days=1)


def open_circuit(organization: Organization, *, held: int = 0, **fields: Any) -> Webhook:
    """A webhook whose receiver fails, with deliveries that wait for it."""
    webhook = make_webhook(organization=organization, **fields)
    Endpoint.objects.create(
        webhook_id=webhook.pk,
        organization_id=organization.pk,
        circuit=Endpoint.Circuit.OPEN,
        failures=10,
        failing_since=FAILING_SINCE,
    )
    hold(webhook, held)
    return webhook


def hold(webhook: Webhook, number: int = 1) -> None:
    for _ in range(number):
        make_delivery(organization=webhook.organization, webhook_id=webhook.pk, state=DeliveryState.WAITING)


def found(organization: Organization) -> Concerns:
    return receivers(organization=organization, most=MOST_SHOWN, at=NOW)


def url_of(webhook: Webhook) -> str:
    return f"/app/webhooks/{webhook.pk}"


def test_a_receiver_whose_circuit_is_open_is_named_with_its_first_failure_and_what_is_held(
    organization: Organization,
) -> None:
    webhook = open_circuit(organization, held=3)
    [one] = found(organization).lines
    note = f"{webhook.name}, first failure 2{GROUP}h ago, 3 deliveries held"
    assert one == Concern(Urgency.HALTED, "error", "Receiver takes nothing", url_of(webhook), "Open", note=note)


def test_a_pause_of_a_day_that_holds_deliveries_needs_somebody(organization: Organization) -> None:
    webhook = make_webhook(organization=organization, paused_at=YESTERDAY)
    hold(webhook)
    [one] = found(organization).lines
    note = f"{webhook.name}, paused 1{GROUP}d ago, 1 delivery held"
    assert one == Concern(Urgency.FORGOTTEN, "held", "Webhook paused for long", url_of(webhook), "Open", note=note)


def test_a_pause_of_today_needs_nobody_even_while_the_receiver_fails(organization: Organization) -> None:
    open_circuit(organization, held=1, paused_at=YESTERDAY + timedelta(seconds=1))
    assert found(organization).total == 0


def test_a_pause_that_holds_nothing_needs_nobody(organization: Organization) -> None:
    make_webhook(organization=organization, paused_at=YESTERDAY)
    assert found(organization).total == 0


def test_a_webhook_that_is_disabled_needs_nobody(organization: Organization) -> None:
    open_circuit(organization, enabled=False)
    assert found(organization).total == 0


def test_failing_receivers_come_before_pauses_and_those_that_hold_most_first(organization: Organization) -> None:
    paused = make_webhook(organization=organization, paused_at=YESTERDAY)
    hold(paused, 3)
    few, many = open_circuit(organization, held=1), open_circuit(organization, held=2)
    assert [one.url for one in found(organization).lines] == [url_of(many), url_of(few), url_of(paused)]


def test_a_neighbours_receivers_are_not_among_them(stage: Stage) -> None:
    open_circuit(stage.next_door)
    assert found(stage.home).total == 0


def test_the_overview_names_the_worst_and_counts_the_others(
    organization: Organization, client_of: Callable[..., Client]
) -> None:
    make_use_case(integration=make_integration(organization=organization))
    webhooks = [open_circuit(organization) for _ in range(MOST_SHOWN + 1)]
    page = client_of(VIEWER).get("/app/overview")
    text = page.content.decode()
    assert len(page.context["overview"].attention) == len(webhooks)
    assert sum(f'href="/app/webhooks/{one.pk}"' in text for one in webhooks) == MOST_SHOWN
    assert "1 more receiver gets nothing" in text


def test_the_overview_takes_the_same_queries_however_many_receivers_get_nothing(
    organization: Organization,
    client_of: Callable[..., Client],
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    make_use_case(integration=make_integration(organization=organization))
    viewer = client_of(VIEWER)
    open_circuit(organization, held=1)
    viewer.get("/app/overview")
    with count_queries() as few:
        viewer.get("/app/overview")
    for _ in range(4):
        open_circuit(organization, held=2)
    with count_queries() as many:
        viewer.get("/app/overview")
    assert len(many) == len(few)


def failing_uploads(organization: Organization, *, held: int = 0, enabled: bool = True) -> UseCase:
    """A use case whose files a document system does not take."""
    use_case = make_use_case(
        integration=make_integration(organization=organization), type="outbound", configuration={}, enabled=enabled
    )
    receiver = receiver_id_of(use_case.pk)
    Endpoint.objects.create(
        webhook_id=receiver,
        organization_id=organization.pk,
        circuit=Endpoint.Circuit.OPEN,
        failures=10,
        failing_since=FAILING_SINCE,
    )
    for _ in range(held):
        make_delivery(organization=organization, webhook_id=receiver, state=DeliveryState.WAITING)
    return use_case


def test_uploads_whose_circuit_is_open_lead_to_their_use_case(organization: Organization) -> None:
    use_case = failing_uploads(organization, held=2)
    [one] = found(organization).lines
    note = f"{use_case.name}, first failure 2{GROUP}h ago, 2 deliveries held"
    url = f"/app/integrations/{use_case.integration_id}/use-cases/{use_case.pk}"
    assert one == Concern(Urgency.HALTED, "error", "System takes no files", url, "Open", note=note)


def test_uploads_of_a_disabled_use_case_need_nobody(organization: Organization) -> None:
    failing_uploads(organization, enabled=False)
    assert found(organization) == Concerns()


def test_uploads_of_a_neighbour_are_not_among_them(stage: Stage) -> None:
    failing_uploads(stage.next_door)
    assert found(stage.home) == Concerns()


def test_the_list_of_deliveries_says_which_uploads_are_held_and_the_list_of_webhooks_does_not(
    organization: Organization, client_of: Callable[..., Client]
) -> None:
    use_case = failing_uploads(organization, held=1)
    viewer = client_of(VIEWER)
    [notice] = viewer.get("/app/deliveries").context["troubles"]
    assert (notice.is_upload, notice.can_probe, use_case.name in notice.title) == (True, False, True)
    assert viewer.get("/app/webhooks").context["troubles"] == []
