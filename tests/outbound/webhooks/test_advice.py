"""What is said to whoever saves a webhook that cannot deliver as things are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from hub.http import resolving
from hub.json_types import ROOT
from outbound.models import Webhook
from outbound.webhooks.advice import advice_about
from outbound.webhooks.configuration import WebhookConfiguration
from tests.builders import make_secret, make_variable
from tests.hub.events.builders import make_own_event
from tests.integrations.conftest import Api
from tests.outbound.webhooks.conftest import ALL, NEW, path_of

OAUTH = {
    "authType": "OAUTH_CLIENT_CREDENTIALS",
    "endpoint": "https://login.example.com/token",
    "clientId": "hub",
    "clientSecret": "hunter2-hunter2",
    "httpMethod": "POST",
}
NO_SECRET = {"authType": "NONE"}
MISSING = "cannot be filled in: there is no such variable, or it has no value"


@pytest.fixture(autouse=True)
def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks a name up while a webhook is saved fails the test."""

    def refuse(host: str, port: int) -> None:
        raise AssertionError(f"{host} was looked up")

    monkeypatch.setattr(resolving, "look_up", refuse)


def warnings(api: Api, **fields: Any) -> dict[str, str]:
    """What the creation of a webhook is answered with, by place."""
    answer = api.post(ALL, NEW | fields)
    assert answer.status_code == 201, answer.content
    return {one["path"]: one["message"] for one in answer.json().get("warnings", [])}


def test_what_can_deliver_is_saved_without_a_word(api: Api) -> None:
    assert warnings(api) == warnings(api, auth=OAUTH) == {}


# --- references ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"url": "https://{{env.gone}}/hook", "auth": NO_SECRET}, "url"),
        (
            {"payloadConfiguration": {"custom_headers": {"X-A": "{{env.gone}}"}}},
            "payloadConfiguration.custom_headers.X-A",
        ),
        ({"auth": {"authType": "BASIC", "username": "{{env.gone}}", "password": "p"}}, "auth.username"),
        ({"auth": {"authType": "BASIC", "username": "hub", "password": "{{env.gone}}"}}, "auth.password"),
        ({"auth": OAUTH | {"endpoint": "https://login.example.com/{{env.gone}}"}}, "auth.endpoint"),
        ({"auth": OAUTH | {"clientId": "{{env.gone}}"}}, "auth.clientId"),
        (
            {"auth": OAUTH | {"customParameterList": [{"type": "body", "key": "scope", "value": "{{env.gone}}"}]}},
            "auth.customParameterList[0].value",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_variable_that_is_not_there_is_warned_of(api: Api, fields: Any, path: str) -> None:
    assert warnings(api, **fields) == {path: f"{{{{env.gone}}}} {MISSING}"}


def test_a_variable_that_fits_no_header_is_warned_of(api: Api, organization: Organization) -> None:
    make_variable(organization=organization, key="lines", value="a\nb")
    make_variable(organization=organization, key="bare", value=None)
    headers = {"X-A": "{{env.lines}}", "X-B": "{{env.bare}}"}
    told = warnings(api, payloadConfiguration={"custom_headers": headers})
    assert len(told) == 2


def test_variables_that_are_there_are_found_as_a_delivery_finds_them(api: Api, organization: Organization) -> None:
    make_secret(organization=organization, key="erp_key")
    auth = NEW["auth"] | {"keyValue": "{{env.ERP_KEY}}", "keyValueIsEnvVar": True}
    assert warnings(api, auth=auth) == {}


def test_a_secret_that_was_kept_is_looked_at_too(api: Api, organization: Organization) -> None:
    variable = make_secret(organization=organization, key="erp_key")
    auth = NEW["auth"] | {"keyValue": "{{env.erp_key}}"}
    id = api.post(ALL, NEW | {"auth": auth}).json()["id"]
    variable.delete()
    organization.bump_config_version()
    answer = api.put(path_of(id), NEW | {"auth": {"authType": "API_KEY", "keyName": "X-Key"}}).json()
    assert [one["path"] for one in answer["warnings"]] == ["auth.keyValue"]


def test_no_warning_holds_a_secret(api: Api, organization: Organization) -> None:
    make_secret(organization=organization, key="erp_key", value="s3cr3t\nvalue")
    auth = NEW["auth"] | {"keyValue": "hunter2-{{env.erp_key}}-{{env.gone}}"}
    told = warnings(api, auth=auth)
    assert set(told) == {"auth.keyValue"}
    assert "hunter2" not in repr(told)
    assert "s3cr3t" not in repr(told)


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://10.1.2.3:8443/hook",
        "https://[::1]/hook",
        "https://169.254.169.254/latest",
        "https://localhost/hook",
        "https://erp/hook",
        "https://erp.internal/{{env.path}}",
        "https://erp.example.com:5432/hook",
    ],
)
def test_an_address_that_is_never_called_is_warned_of(api: Api, organization: Organization, url: str) -> None:
    make_variable(organization=organization, key="path")
    told = warnings(api, url=url)
    assert list(told) == ["url"]
    assert told["url"].startswith("is not called as it is: ")


def test_the_address_of_a_token_server_is_looked_at_too(api: Api) -> None:
    assert list(warnings(api, auth=OAUTH | {"endpoint": "https://192.168.1.1/token"})) == ["auth.endpoint"]


def test_a_host_that_the_operator_has_opened_is_none_of_them(api: Api, settings: Any) -> None:
    settings.HUB_EGRESS_ALLOW = ["10.0.0.0/8", "erp"]
    assert warnings(api, url="http://10.1.2.3/hook") == warnings(api, url="https://erp/hook") == {}


@pytest.mark.parametrize("host", ["erp.example.com", "8.8.8.8"])
def test_a_public_host_without_encryption_is_warned_of(api: Api, settings: Any, host: str) -> None:
    settings.HUB_EGRESS_ALLOW = ["10.0.0.0/8", "8.8.8.0/24"]
    url = f"http://{host}/hook"
    told = warnings(api, url=url) | warnings(api, auth=OAUTH | {"endpoint": url})
    assert sorted(told) == ["auth.endpoint", "url"]
    assert all(one.startswith("is called without encryption: ") for one in told.values())


def test_a_private_host_that_the_operator_has_opened_is_called_without_a_word(api: Api, settings: Any) -> None:
    settings.HUB_EGRESS_ALLOW = ["127.0.0.0/8", "10.0.0.0/8", "erp", "localhost"]
    for host in ("127.0.0.1:8080", "10.1.2.3", "erp", "localhost:8080"):
        assert warnings(api, url=f"http://{host}/hook") == {}


def test_a_placeholder_that_nothing_fills_in_is_warned_of(api: Api) -> None:
    url = "https://erp.example.com/{{user.id}}"
    told = warnings(api, url=url) | warnings(api, auth=OAUTH | {"endpoint": url})
    assert sorted(told) == ["auth.endpoint", "url"]
    assert all("nothing fills in" in one for one in told.values())


def test_a_host_that_a_variable_names_is_not_judged(api: Api, organization: Organization) -> None:
    make_variable(organization=organization, key="host", value="127.0.0.1")
    told = [warnings(api, url=url, auth=NO_SECRET) for url in ("https://{{env.host}}/hook", "{{env.host}}/hook")]
    assert told == [{}, {}]


# --- events --------------------------------------------------------------------------------------------------------


def test_an_event_that_nobody_defined_is_warned_of(api: Api, organization: Organization) -> None:
    make_own_event(organization=organization, name="ContactSeen")
    assert warnings(api, eventName="event_ContactSeen") == {}
    assert warnings(api, eventName="event_ContractSeen") == {"eventName": "there is no event ContractSeen yet"}


def test_an_event_without_its_prefix_is_warned_of(api: Api) -> None:
    assert warnings(api, eventName="automation") == {}
    assert warnings(api, eventName="CustomerCreated") == {
        "eventName": "is the name of a trigger; to get the event, write event_CustomerCreated"
    }


def test_advice_costs_the_same_however_much_a_webhook_refers_to(
    api: Api,
    organization: Organization,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    counts = []
    for number in (1, 40):
        headers = {f"X-{place}": f"{{{{env.gone{place}}}}}" for place in range(number)}
        id = api.post(ALL, NEW | {"payloadConfiguration": {"custom_headers": headers}}).json()["id"]
        webhook = Webhook.objects.get(pk=id)
        configuration = WebhookConfiguration.parse(webhook.configuration, ROOT)
        with count_queries() as counted:
            found = advice_about(organization=organization, webhook=webhook, configuration=configuration)
        counts.append(len(counted))
        assert len(found) == number
    assert counts[0] == counts[1]
