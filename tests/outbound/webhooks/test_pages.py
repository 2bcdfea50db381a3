"""The page of one webhook: what it shows, its secrets, and what is done there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization, Role
from hub.ids import to_text
from integrations.models import Integration, UseCase, UseCaseType
from outbound.models import DeliveryState, Endpoint, Webhook
from tests.builders import NOW, make_integration, make_member, make_use_case, make_webhook
from tests.cast import NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.outbound.webhooks.webhook_pages import ALL, NEW, admin, created, fresh, mark_in, path_of
from tests.outbound.world import World

__all__ = ["admin"]
pytestmark = pytest.mark.django_db


def test_its_page_shows_the_public_key_and_no_secret(organization: Organization, admin: Client) -> None:
    created(admin, auth_type="API_KEY", key_name="X-Key", key_value="hunter2-hunter2")
    shown = admin.get(path_of(Webhook.objects.get())).content.decode()
    assert "BEGIN PUBLIC KEY" in shown
    assert "hunter2" not in shown
    assert not re.search(r"whsec_[A-Za-z0-9]", shown)


@pytest.mark.parametrize("more", ["", "/edit", "/delete", "/switch", "/secret"])
def test_a_neighbours_webhook_is_not_there(
    organization: Organization, client_of: Callable[..., Client], more: str
) -> None:
    webhook = make_webhook(organization=organization)
    assert fresh(client_of(NEIGHBOUR_OWNER)).get(path_of(webhook, more)).status_code == 404


ACTS = ("/edit", "/delete", "/switch", "/secret", "/pause", "/resume", "/probe")


@pytest.mark.parametrize("more", ACTS)
@pytest.mark.parametrize("person", [VIEWER, OPERATOR], ids=str)
def test_only_admins_change_webhooks(
    organization: Organization, client_of: Callable[..., Client], person: Any, more: str
) -> None:
    webhook = make_webhook(organization=organization)
    assert client_of(person).post(path_of(webhook, more)).status_code == 403
    webhook.refresh_from_db()
    assert webhook.version == 1


def test_a_webhook_is_paused_and_resumed(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    admin.post(path_of(webhook, "/pause"))
    webhook.refresh_from_db()
    assert webhook.paused_at == NOW
    assert "Open webhook<" not in admin.get(path_of(webhook)).content.decode()
    assert "Open webhook<" in admin.get(ALL).content.decode()
    admin.post(path_of(webhook, "/resume"))
    webhook.refresh_from_db()
    assert webhook.paused_at is None


def test_a_webhook_is_disabled_with_a_reason(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    admin.post(path_of(webhook, "/switch"), {"reason": ""})
    assert Webhook.objects.get().enabled
    admin.post(path_of(webhook, "/switch"), {"reason": "The ERP moves."})
    assert not Webhook.objects.get().enabled


def test_a_webhook_is_deleted(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    assert admin.post(path_of(webhook, "/delete"))["Location"] == ALL
    assert not Webhook.objects.exists()


def listener(integration: Integration, slug: str, *targets: dict[str, Any], **fields: Any) -> UseCase:
    mappings = [{"name": "m", "enabled": True, "jsonata_expression": "$", "delivery": one} for one in targets]
    configuration = {"event_catalog_event": "CustomerDetailsUpdated", "mappings": mappings}
    age = UseCase.objects.filter(integration=integration).count()
    kind = {"slug": slug, "type": UseCaseType.OUTBOUND, "configuration": configuration}
    kind["created_at"] = NOW + timedelta(seconds=age)
    return make_use_case(integration=integration, **kind | fields)


def facts_of_deleting(client: Client, webhook: Webhook) -> dict[str, str]:
    facts = client.get(path_of(webhook, "/delete")).context["question"].facts
    return {one["label"]: one["value"] for one in facts}


def test_before_a_webhook_is_deleted_the_use_cases_that_stop_are_named(
    organization: Organization, admin: Client
) -> None:
    webhook, off, on = (make_webhook(organization=organization, id=f"wh_{one}", enabled=one != 2) for one in (1, 2, 3))
    to, to_off, to_on = ({"type": "webhook", "webhook_id": one.pk} for one in (webhook, off, on))
    integration = make_integration(organization=organization)
    listener(integration, "alone", to)
    listener(integration, "beside-disabled", to, to_off)
    listener(integration, "beside-enabled", to, to_on)
    listener(integration, "polled", to, {"type": "poll"})
    listener(integration, "disabled", to, enabled=False)
    listener(integration, "elsewhere", to_on)
    facts = facts_of_deleting(admin, webhook)
    assert facts["Stop delivering"].split(":")[0] == "alone, beside-disabled"
    assert facts["Go on without it"].split(":")[0] == "beside-enabled, polled"


def test_before_a_webhook_that_nobody_needs_is_deleted_nothing_is_said_of_use_cases(
    organization: Organization, admin: Client
) -> None:
    webhook = make_webhook(organization=organization)
    assert set(facts_of_deleting(admin, webhook)) == {"Use cases that name it", "Can be undone"}


def test_a_protected_webhook_is_not_deleted(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"protected": True})
    assert admin.post(path_of(webhook, "/delete")).status_code == 403
    assert Webhook.objects.exists()


def test_a_probe_is_due_at_once(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    Endpoint.objects.create(
        webhook_id=webhook.pk,
        organization_id=organization.pk,
        circuit=Endpoint.Circuit.OPEN,
        probe_at=NOW + timedelta(minutes=5),
    )
    admin.post(path_of(webhook, "/probe"))
    assert Endpoint.objects.get().probe_at == NOW


def test_the_connection_is_tried_step_by_step(
    organization: Organization, client_of: Callable[..., Client], transactional_db: None
) -> None:
    webhook = make_webhook(organization=organization, configuration={"url": "http://127.0.0.1:9/hook"})
    answer = client_of(OPERATOR).post(path_of(webhook, "/connection"), headers={"HX-Request": "true"})
    shown = answer.content.decode()
    assert shown.lstrip().startswith("<table")
    assert "The receiver cannot be reached as it is." in shown


def test_a_test_delivery_leads_to_its_page(world: World) -> None:
    webhook = world.webhook(eventName="event_CustomerDetailsUpdated")
    client = Client()
    client.force_login(make_member(organization=world.organization, role=Role.OPERATOR).user)
    answer = client.post(path_of(webhook, "/test"), {"event_id": ""})
    world.work()
    delivery = world.delivery()
    assert answer["Location"] == f"/app/deliveries/{to_text('dlv_', delivery.id)}"
    assert (delivery.is_test, delivery.state) == (True, DeliveryState.SUCCEEDED)


@pytest.mark.parametrize("event_id", ["nonsense", "01JP5K8Q4T7WZ3N5K2VB6M9XHD"])
def test_a_test_of_an_event_that_is_not_there_says_so(world: World, event_id: str) -> None:
    webhook = world.webhook(eventName="event_CustomerDetailsUpdated")
    client = Client()
    client.force_login(make_member(organization=world.organization, role=Role.OPERATOR).user)
    answer = client.post(path_of(webhook, "/test"), {"event_id": event_id}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert world.deliveries() == []


def test_the_signing_secret_is_shown_once(admin: Client) -> None:
    answer = created(admin)
    assert answer.status_code == 201
    assert answer.context["secret"].startswith("whsec_")
    assert answer.context["secret"] not in admin.get(path_of(Webhook.objects.get())).content.decode()


def test_a_reload_of_the_answer_creates_nothing(admin: Client) -> None:
    mark = mark_in(admin)
    admin.post(f"{ALL}/new", NEW | {"form_mark": mark})
    assert admin.post(f"{ALL}/new", NEW | {"form_mark": mark})["Location"] == ALL
    assert Webhook.objects.count() == 1


def test_a_renewed_secret_is_shown_once_and_the_former_counts_for_a_day(admin: Client) -> None:
    first = created(admin).context["secret"]
    path = path_of(Webhook.objects.get(), "/secret")
    mark = mark_in(admin, path)
    answer = admin.post(path, {"form_mark": mark})
    assert answer.context["secret"] not in ("", first)
    assert answer.context["former_until"] == NOW + timedelta(hours=24)
    assert admin.post(path, {"form_mark": mark}).status_code == 302


def test_pages_tell_how_many_former_secrets_count_and_a_renewal_too_many_changes_nothing(admin: Client) -> None:
    created(admin)
    path = path_of(Webhook.objects.get(), "/secret")
    for _ in range(5):
        assert admin.post(path, {"form_mark": mark_in(admin, path)}).status_code == 201
    before = Webhook.objects.values().get()
    assert admin.post(path, {"form_mark": mark_in(admin, path)}).status_code == 302
    page = admin.get(path_of(Webhook.objects.get())).content.decode()
    assert "5 former secrets of" in page
    assert "Former secrets end" in page
    assert Webhook.objects.values().get() == before
