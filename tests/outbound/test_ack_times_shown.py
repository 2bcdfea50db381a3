"""Where people and machines read how long ERPs take to acknowledge."""

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
from integrations.models import Integration, UseCase
from outbound.acknowledging import acknowledge, expire
from outbound.models import Webhook
from tests.builders import NOW, make_integration, make_use_case, make_webhook
from tests.cast import MACHINE, VIEWER
from tests.conftest import FixedClock
from tests.outbound.builders import make_acknowledgement

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=20)
EMPTY = "No acknowledgements in the last 7 days"


@pytest.fixture
def webhook(organization: Organization, clock: FixedClock) -> Webhook:
    """Who delivers; it is twenty minutes past."""
    clock.at = LATER
    return make_webhook(organization=organization)


@pytest.fixture
def integration(organization: Organization) -> Integration:
    return make_integration(organization=organization)


def tracking(integration: Integration, webhook: Webhook) -> UseCase:
    """A use case that delivers by the webhook."""
    delivery = {"type": "webhook", "webhook_id": webhook.pk}
    mapping = {"name": "ERP", "enabled": True, "jsonata_expression": "$", "delivery": delivery}
    configuration = {"event_catalog_event": "CustomerDetailsUpdated", "mappings": [mapping]}
    return make_use_case(integration=integration, type="outbound", configuration=configuration)


def acknowledged(use_case: UseCase, *seconds: float) -> None:
    """Events that the ERP acknowledged so many seconds after they were delivered."""
    organization = use_case.organization
    for after in seconds:
        one = make_acknowledgement(
            organization=organization,
            integration_id=use_case.integration_id,
            use_case_id=use_case.pk,
            due_at=NOW + timedelta(minutes=15),
        )
        acknowledge(organization=organization, ack_id=str(one.pk), at=NOW + timedelta(seconds=after))


def page_of(client: Client, webhook: Webhook) -> str:
    return client.get(f"/app/webhooks/{webhook.pk}").content.decode()


def status_of(client: Client, integration: Integration) -> Any:
    [found] = client.get(f"/v1/integrations/{integration.pk}/outbound-status").json()["useCases"]
    return found


def test_the_page_of_a_webhook_says_what_its_use_cases_took_in_a_day_and_a_week(
    webhook: Webhook, integration: Integration, client_of: Callable[..., Client]
) -> None:
    use_case = tracking(integration, webhook)
    acknowledged(use_case, 1, 1, 1)
    text = page_of(client_of(VIEWER), webhook)
    assert text.count(f'<a class="ih-mono" href="/app/integrations/{integration.pk}/use-cases/{use_case.pk}">') >= 2
    assert f'<td class="ih-number">768{GROUP}ms</td>' in text
    assert EMPTY not in text


def test_the_page_says_so_where_nothing_was_acknowledged(
    webhook: Webhook, integration: Integration, client_of: Callable[..., Client]
) -> None:
    tracking(integration, webhook)
    assert EMPTY in page_of(client_of(VIEWER), webhook)


def test_a_webhook_that_no_use_case_names_has_nobody_who_acknowledges(
    webhook: Webhook, client_of: Callable[..., Client]
) -> None:
    assert "Time to acknowledge" not in page_of(client_of(VIEWER), webhook)


def test_the_page_takes_the_same_queries_however_many_use_cases_name_it(
    webhook: Webhook,
    integration: Integration,
    client_of: Callable[..., Client],
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    viewer = client_of(VIEWER)
    acknowledged(tracking(integration, webhook), 1)
    page_of(viewer, webhook)
    with count_queries() as few:
        page_of(viewer, webhook)
    for _ in range(3):
        acknowledged(tracking(integration, webhook), 1, 2)
    page_of(viewer, webhook)
    with count_queries() as many:
        page_of(viewer, webhook)
    assert len(many) == len(few)


def test_the_outbound_status_has_the_same_figures(
    webhook: Webhook, integration: Integration, client_of: Callable[..., Client]
) -> None:
    use_case = tracking(integration, webhook)
    acknowledged(use_case, 1)
    make_acknowledgement(
        organization=use_case.organization, integration_id=integration.pk, use_case_id=use_case.pk, due_at=NOW
    )
    expire(NOW, 10)
    found = status_of(client_of(MACHINE), integration)["acknowledgements"]
    assert set(found) == {"24h", "7d"}
    assert found["24h"]["medianMs"] == pytest.approx(768)
    assert {key: found["24h"][key] for key in ("acknowledged", "timedOut", "refused")} == {
        "acknowledged": 1,
        "timedOut": 1,
        "refused": 0,
    }


def test_the_outbound_status_leaves_them_out_without_any(
    webhook: Webhook, integration: Integration, client_of: Callable[..., Client]
) -> None:
    tracking(integration, webhook)
    assert "acknowledgements" not in status_of(client_of(MACHINE), integration)
