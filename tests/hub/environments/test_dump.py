"""A dump of the whole database gives nothing away that is secret."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from outbound.webhooks.credentials import store_secrets
from tests.builders import NOW, make_secret, make_token, make_variable, make_webhook
from tests.cast import MACHINE

SECRET = "s3cr3t-of-the-partner"


@pytest.fixture
def secrets(organization, client_of):
    """Everything secret that the hub was told or has made: texts that must be nowhere in it."""
    make_secret(organization=organization, key="token", value=SECRET)
    make_variable(organization=organization, key="host", value="plain-but-sealed.example")
    listed = {"type": "List", "item_type": "SecretString"}
    make_variable(organization=organization, key="list", value=["first-of-the-secrets"], **listed)
    webhook = make_webhook(organization=organization)
    store_secrets(webhook, {"password": "password-of-the-webhook"}, needed="password", at=NOW)
    webhook.save()
    machine = client_of(MACHINE)
    body = {"key": "later", "type": "SecretString", "value": "value-with-a-kept-answer"}
    headers = {"idempotency-key": "once"}
    assert machine.post("/v1/environments", body, content_type="application/json", headers=headers).status_code == 201
    issued = make_token(organization=organization).text
    made = machine.post(
        "/v1/webhooks/configs",
        {"name": "ERP", "eventName": "event_ContractCreated", "url": "https://erp.example.com/", "httpMethod": "POST"},
        content_type="application/json",
        headers={"idempotency-key": "twice"},
    )
    return [
        SECRET,
        "plain-but-sealed.example",
        "first-of-the-secrets",
        "password-of-the-webhook",
        "value-with-a-kept-answer",
        issued,
        made.json()["signingSecret"],
    ]


def test_no_secret_stands_in_a_dump_of_all_tables(secrets):
    dump = StringIO()
    call_command("dumpdata", "--all", stdout=dump)
    rows = json.loads(dump.getvalue())
    assert {"environments.variable", "outbound.webhook", "accounts.apitoken"} <= {row["model"] for row in rows}
    assert [secret for secret in secrets if secret in dump.getvalue()] == []
