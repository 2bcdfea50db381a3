"""The form of a webhook."""

from __future__ import annotations

import pytest
from django.test import Client

from hub.accounts.models import Organization
from outbound.models import Webhook
from outbound.webhooks.credentials import credentials_of
from tests.builders import make_secret, make_webhook
from tests.outbound.webhooks.webhook_pages import ALL, admin, created, edited

__all__ = ["admin"]
pytestmark = pytest.mark.django_db


def test_a_new_webhook_holds_what_was_filled_in(admin: Client) -> None:
    created(
        admin,
        auth_type="API_KEY",
        key_name="X-Key",
        key_value="{{env.erp_key}}",
        header_name=["X-Tenant", ""],
        header_value=["{{env.tenant}}", ""],
        condition_field=["contract.status", ""],
        condition_operation=["any_of", "equals"],
        condition_values=["active\r\nended", ""],
        condition_type=["string", "string"],
        condition_items=["", ""],
        expression_text=["contract.amount > 100"],
        logical_operator="OR",
        jsonata_expression='{"id": contract._id}',
        ordering="entity",
        on_failure="block",
        max_in_flight="4",
    )
    webhook = Webhook.objects.get()
    stored = webhook.configuration
    assert stored["auth"] == {"authType": "API_KEY", "keyName": "X-Key", "keyValueIsEnvVar": True}
    assert credentials_of(webhook) == {"keyValue": "{{env.erp_key}}"}
    assert stored["payloadConfiguration"] == {"custom_headers": {"X-Tenant": "{{env.tenant}}"}}
    assert stored["filterConditions"] == {
        "conditions": [
            {
                "field": "contract.status",
                "operation": "any_of",
                "field_type": "string",
                "values": ["active", "ended"],
            },
            {"jsonata_expression": "contract.amount > 100"},
        ],
        "logical_operator": "OR",
    }
    assert (stored["ordering"], stored["onFailure"], stored["maxInFlight"]) == ("entity", "block", 4)


def test_saving_a_form_unchanged_changes_nothing(organization: Organization, admin: Client) -> None:
    configuration = {
        "eventVersion": "1.0",
        "auth": {"authType": "BASIC", "username": "hub"},
        "filterConditions": {
            "conditions": [{"field": "a.1", "operation": "is_empty", "field_type": "string", "is_array_field": True}],
            "logical_operator": "AND",
        },
        "filter": {"keyToFilter": "status", "supportedValues": ["active"]},
        "payloadConfiguration": {"hydrate_entity": True, "custom_headers": {"X-Tenant": "7"}},
        "retryPolicy": {"enabled": True, "maxAttempts": 2},
        "enableStaticIP": True,
        "deliveryMode": "json_base64",
    }
    webhook = make_webhook(organization=organization, configuration=configuration)
    before = webhook.configuration
    assert edited(admin, webhook).status_code == 302
    webhook.refresh_from_db()
    assert webhook.configuration == before


@pytest.mark.parametrize(
    ("fields", "kept"),
    [({}, "hunter2-hunter2"), ({"key_value": "another-secret"}, "another-secret"), ({"clear_secret": "on"}, None)],
)
def test_a_stored_secret_is_kept_replaced_or_cleared(admin: Client, fields: dict[str, str], kept: str | None) -> None:
    created(admin, auth_type="API_KEY", key_name="X-Key", key_value="hunter2-hunter2")
    edited(admin, Webhook.objects.get(), **fields)
    assert credentials_of(Webhook.objects.get()).get("keyValue") == kept


def test_the_form_asks_for_a_stored_secret_before_it_goes_to_another_host(admin: Client) -> None:
    created(admin, auth_type="API_KEY", key_name="X-Key", key_value="hunter2-hunter2")
    elsewhere = "https://elsewhere.example.com/hook"
    refused = edited(admin, Webhook.objects.get(), url=elsewhere)
    assert refused.status_code == 422
    assert "Must be given again" in str(refused.context["form"].errors["key_value"])
    edited(admin, Webhook.objects.get(), url=elsewhere, key_value="another-secret")
    webhook = Webhook.objects.get()
    assert (webhook.configuration["url"], credentials_of(webhook)) == (elsewhere, {"keyValue": "another-secret"})


def test_headers_that_only_the_hub_sets_are_reported(admin: Client) -> None:
    answer = created(admin, header_name=["Content-Type"], header_value=["text/plain"])
    said = [str(message) for message in answer.context["messages"]]
    assert any("Content-Type" in one and "is left out" in one for one in said)


def test_what_cannot_deliver_as_things_are_is_reported(admin: Client) -> None:
    answer = created(admin, url="https://localhost/hook", header_name=["X-A"], header_value=["{{env.gone}}"])
    said = " ".join(str(message) for message in answer.context["messages"])
    assert "Address: is not called as it is" in said
    assert "Custom headers: X-A: {{env.gone}} cannot be filled in" in said


REFUSED = {
    "url": ({"url": "ftp://erp.example.com"}, "url"),
    "user name": ({"auth_type": "BASIC", "username": "a:b", "password": "hunter2"}, "username"),
    "token address": ({"auth_type": "OAUTH_CLIENT_CREDENTIALS", "client_id": "hub"}, "token_endpoint"),
    "version": ({"event_version": "one"}, "event_version"),
    "expression": ({"jsonata_expression": "{{"}, "jsonata_expression"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_finding_stands_at_its_field(admin: Client, name: str) -> None:
    fields, place = REFUSED[name]
    answer = created(admin, **fields)
    assert answer.status_code == 422
    assert place in answer.context["form"].errors
    assert not Webhook.objects.exists()


def test_a_finding_about_a_row_stands_above_the_rows(admin: Client) -> None:
    answer = created(admin, header_name=["not a name"], header_value=["x"])
    assert answer.status_code == 422
    assert "headers" in answer.context["form"].row_errors
    assert 'value="not a name"' in answer.content.decode()


def test_a_secret_that_was_refused_is_not_shown_again(admin: Client) -> None:
    answer = created(admin, url="nonsense", auth_type="API_KEY", key_value="hunter2-hunter2")
    assert answer.status_code == 422
    assert "hunter2" not in answer.content.decode()


def test_another_row_is_added_without_scripts_and_nothing_is_saved(admin: Client) -> None:
    answer = created(admin, more="headers", header_name=["X-A"], header_value=["1"])
    assert answer.status_code == 200
    assert answer.content.decode().count('name="header_name"') == 3
    assert not Webhook.objects.exists()


def test_nobody_overwrites_what_they_have_not_seen(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    answer = edited(admin, webhook, version="0", name="Mine")
    assert answer.status_code == 412
    assert 'value="Mine"' in answer.content.decode()


def test_keys_of_the_environment_are_offered(organization: Organization, admin: Client) -> None:
    make_secret(organization=organization, key="erp_key")
    shown = admin.get(f"{ALL}/new").content.decode()
    assert 'data-variables="erp_key"' in shown


def test_events_of_the_catalogue_are_offered(admin: Client) -> None:
    assert ("event_CustomerDetailsUpdated", "Customer details updated") in admin.get(f"{ALL}/new").context["events"]
