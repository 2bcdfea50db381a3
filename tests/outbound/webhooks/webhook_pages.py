"""What the tests of the pages of webhooks share: people, and forms as they fill them in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.web.form_rows import PARAMETERS
from outbound.models import Webhook
from outbound.ui.form_rows import CONDITIONS, HEADERS
from tests.builders import NOW
from tests.cast import ADMIN, VIEWER

ALL = "/app/webhooks"
EVIL = '"><script>alert(1)</script>'
NEW = {
    "name": "To the ERP",
    "event_name": "event_CustomerDetailsUpdated",
    "url": "https://erp.example.com/hook",
    "http_method": "POST",
    "enabled": "on",
    "auth_type": "NONE",
    "retries": "3",
}


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    """Somebody who may change webhooks, and has just typed the password."""
    return fresh(client_of(ADMIN))


def fresh(client: Client) -> Client:
    """The same, signed in a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": NOW.timestamp()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def path_of(webhook: Webhook, more: str = "") -> str:
    return f"{ALL}/{webhook.pk}{more}"


def mark_in(client: Client, path: str = f"{ALL}/new") -> str:
    """The mark of a form that counts once."""
    found = re.search(r'name="form_mark" value="([^"]+)"', client.get(path).content.decode())
    assert found is not None
    return found[1]


def created(client: Client, **fields: Any) -> Any:  # Any: the answer of the test client
    return client.post(f"{ALL}/new", NEW | {"form_mark": mark_in(client)} | fields)


def edited(client: Client, webhook: Webhook, **fields: Any) -> Any:  # Any: the answer of the test client
    """The form as it is shown, with some fields changed, sent."""
    form = client.get(path_of(webhook, "/edit")).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in shown.items() if value not in (None, False, "")}
    for kind, rows in ((HEADERS, "headers"), (CONDITIONS, "conditions"), (PARAMETERS, "parameters")):
        for column in kind.columns:
            data[f"{kind.prefix}_{column}"] = [row[column] for row in form.rows[rows]]
    return client.post(path_of(webhook, "/edit"), data | fields)
