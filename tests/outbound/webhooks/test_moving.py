"""A stored secret goes to no other host than the one it was given for."""

from __future__ import annotations

from typing import Any

import pytest

from hub.json_types import ROOT
from outbound.models import Webhook
from outbound.webhooks.advice import advice_about
from outbound.webhooks.configuration import WebhookConfiguration
from outbound.webhooks.credentials import credentials_of
from tests.integrations.conftest import Api
from tests.outbound.webhooks.conftest import ALL, API_KEY, BASIC, NEW, OAUTH, each_kind, path_of

ELSEWHERE = "https://elsewhere.example.com/hook"


def stored(api: Api, auth: dict[str, Any], **fields: Any) -> str:
    """The path of a webhook that authenticates so."""
    answer = api.post(ALL, NEW | {"auth": auth} | fields)
    assert answer.status_code == 201
    return path_of(answer.json()["id"])


def secrets() -> dict[str, str]:
    """Those of the only webhook there is."""
    return dict(credentials_of(Webhook.objects.get()))


@each_kind
@pytest.mark.parametrize("url", [ELSEWHERE, "https://erp.example.com:8443/hook", "https://{{env.host}}/hook"])
def test_another_host_or_port_needs_the_secret_again(api: Api, auth: Any, name: str, url: str) -> None:
    path = stored(api, auth | {name: "hunter2-one"})
    refused = api.put(path, NEW | {"auth": auth, "url": url})
    assert (refused.status_code, refused.json()["details"]) == (
        400,
        [
            {
                "path": f"auth.{name}",
                "message": "must be given again, since the address leads to another host than the one it was given for",
            }
        ],
    )
    assert Webhook.objects.get().configuration["url"] == NEW["url"]


@each_kind
@pytest.mark.parametrize(("sent", "kept"), [("hunter2-two", "hunter2-two"), (None, None)], ids=["text", "null"])
def test_a_secret_that_is_sent_again_or_cleared_may_move(
    api: Api, auth: Any, name: str, sent: str | None, kept: str | None
) -> None:
    path = stored(api, auth | {name: "hunter2-one"})
    assert api.put(path, NEW | {"auth": auth | {name: sent}, "url": ELSEWHERE}).status_code == 200
    assert secrets().get(name) == kept


def test_the_same_secret_again_may_move(api: Api) -> None:
    path = stored(api, API_KEY | {"keyValue": "hunter2-one"})
    assert api.put(path, NEW | {"auth": API_KEY | {"keyValue": "hunter2-one"}, "url": ELSEWHERE}).status_code == 200


def test_another_token_server_needs_the_client_secret_again(api: Api) -> None:
    path = stored(api, OAUTH | {"clientSecret": "hunter2-one"})
    moved = OAUTH | {"endpoint": "https://login.elsewhere.example.com/token"}
    refused = api.put(path, NEW | {"auth": moved})
    assert (refused.status_code, refused.json()["details"][0]["path"]) == (400, "auth.clientSecret")
    assert "the token address leads" in refused.json()["message"]
    assert api.put(path, NEW | {"auth": moved | {"clientSecret": "hunter2-one"}}).status_code == 200


@each_kind
@pytest.mark.parametrize("url", ["https://ERP.example.com:443/other?x=1", "https://erp.example.com/{{env.path}}"])
def test_another_path_of_the_same_host_keeps_the_secret(api: Api, auth: Any, name: str, url: str) -> None:
    path = stored(api, auth | {name: "hunter2-one"})
    assert api.put(path, NEW | {"auth": auth, "url": url}).status_code == 200
    assert secrets() == {name: "hunter2-one"}


def test_an_address_that_was_taken_away_is_another_one_when_it_comes_back(api: Api) -> None:
    path = stored(api, API_KEY | {"keyValue": "hunter2-one"})
    assert api.put(path, NEW | {"auth": API_KEY, "url": None}).status_code == 200
    assert api.put(path, NEW | {"auth": API_KEY, "url": ELSEWHERE}).status_code == 400


def test_a_reference_stays_since_it_is_no_secret_of_the_webhook(api: Api) -> None:
    path = stored(api, API_KEY | {"keyValue": "{{env.erp_key}}", "keyValueIsEnvVar": True})
    assert api.put(path, NEW | {"auth": API_KEY, "url": ELSEWHERE}).status_code == 200
    assert secrets() == {"keyValue": "{{env.erp_key}}"}


def test_a_secret_that_only_holds_a_reference_besides_does_not(api: Api) -> None:
    path = stored(api, API_KEY | {"keyValue": "hunter2-{{env.erp_key}}"})
    assert api.put(path, NEW | {"auth": API_KEY, "url": ELSEWHERE}).status_code == 400


def test_a_secret_that_cannot_be_opened_does_not_move(api: Api) -> None:
    path = stored(api, API_KEY | {"keyValue": "hunter2-one"})
    Webhook.objects.update(sealed_secrets={"keyValue": "v1.1.x.y"})
    assert api.put(path, NEW | {"auth": API_KEY, "url": ELSEWHERE}).status_code == 400


def test_without_a_secret_an_address_may_lead_anywhere(api: Api) -> None:
    for auth in ({"authType": "NONE"}, API_KEY):
        path = stored(api, auth)
        assert api.put(path, NEW | {"auth": auth, "url": ELSEWHERE}).status_code == 200


def test_another_kind_of_authentication_leaves_nothing_to_move(api: Api) -> None:
    path = stored(api, API_KEY | {"keyValue": "hunter2-one"})
    assert api.put(path, NEW | {"auth": BASIC, "url": ELSEWHERE}).status_code == 200
    assert secrets() == {}


# --- a host that comes from a variable ------------------------------------------------------------------------------


@each_kind
@pytest.mark.parametrize(
    "url", ["https://{{env.host}}/hook", "{{env.base}}/hook", "https://erp.example.com{{env.end}}"]
)
def test_no_secret_that_is_written_down_follows_a_variable(api: Api, auth: Any, name: str, url: str) -> None:
    refused = api.post(ALL, NEW | {"auth": auth | {name: "hunter2-one"}, "url": url})
    assert (refused.status_code, refused.json()["details"][0]["path"]) == (400, f"auth.{name}")
    assert "write the host down" in refused.json()["message"]
    assert not Webhook.objects.exists()


def test_a_client_secret_follows_no_variable_to_its_token_server(api: Api) -> None:
    refused = api.post(ALL, NEW | {"auth": OAUTH | {"endpoint": "{{env.login}}/token", "clientSecret": "hunter2-one"}})
    assert (refused.status_code, refused.json()["details"][0]["path"]) == (400, "auth.clientSecret")
    assert "the token address comes from {{env.login}}" in refused.json()["message"]


@each_kind
def test_a_secret_from_a_variable_may_follow_one(api: Api, auth: Any, name: str) -> None:
    sent = NEW | {"auth": auth | {name: "{{env.key}}"}, "url": "https://{{env.host}}/hook"}
    assert api.post(ALL, sent).status_code == 201


def test_one_that_was_stored_before_is_told_of_and_may_be_paused_but_not_saved(api: Api) -> None:
    path = stored(api, API_KEY | {"keyValue": "hunter2-one"})
    webhook = Webhook.objects.get()
    webhook.configuration["url"] = "https://{{env.host}}/hook"
    webhook.save()
    configuration = WebhookConfiguration.parse(webhook.configuration, ROOT)
    found = advice_about(organization=webhook.organization, webhook=webhook, configuration=configuration)
    assert [one.path for one in found if "write the host down" in one.message] == ["auth.keyValue"]
    assert api.post(f"{path}:pause", None).status_code == 200
    assert api.put(path, NEW | {"auth": API_KEY, "url": "https://{{env.host}}/hook"}).status_code == 400
