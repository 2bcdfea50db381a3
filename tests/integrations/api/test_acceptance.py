"""Requests 1 to 5 and 12 that the published guides print, as they print them."""

from __future__ import annotations

from tests.integrations.configurations import INBOUND
from tests.integrations.conftest import path_of

OAUTH = {
    "base_url": "https://api.partner.example.com",
    "auth": {
        "type": "oauth2_client_credentials",
        "token_url": "{{env.PARTNER_TOKEN_URL}}",
        "client_id": "{{env.PARTNER_CLIENT_ID}}",
        "client_secret": "{{env.PARTNER_CLIENT_SECRET}}",
        "scope": "read",
    },
}


def test_an_integration_is_created_with_name_and_description_alone(api):
    answer = api.post("/v2/integrations", {"name": "My ERP", "description": "Main system"})
    assert (answer.status_code, answer.json()["use_cases"]) == (201, [])


def test_a_connector_with_references_in_upper_case_is_created(api):
    body = {"name": "Partner", "integration_type": "connector", "connector_config": OAUTH}
    answer = api.post("/v2/integrations", body)
    assert (answer.status_code, answer.json()["connector_config"]) == (201, OAUTH)


def test_a_put_with_name_and_description_alone_leaves_use_cases_untouched(api, use_case):
    answer = api.put(path_of(use_case.integration, version=2), {"name": "Renamed", "description": "x"})
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["use_cases"]] == [str(use_case.pk)]


def test_an_inbound_use_case_without_slug_gets_a_derived_one(api, integration):
    body = {"name": "Customer Sync", "type": "inbound", "enabled": True, "configuration": INBOUND}
    answer = api.post(f"{path_of(integration)}/use-cases", body)
    assert (answer.status_code, answer.json()["slug"]) == (201, "customer-sync")


def test_switching_off_makes_one_history_entry(api, use_case):
    answer = api.put(path_of(use_case), {"enabled": False})
    assert (answer.status_code, answer.json()["enabled"]) == (200, False)
    assert [one["enabled"] for one in api.get(f"{path_of(use_case)}/history").json()["history"]] == [True]


def test_a_secure_proxy_with_its_mode_alone_is_created_and_keeps_the_mode(api, integration):
    body = {"name": "Link", "type": "secure_proxy", "enabled": True, "configuration": {"vpc_mode": "secure_link"}}
    created = api.post(f"{path_of(integration)}/use-cases", body)
    assert created.status_code == 201
    path = f"{path_of(integration)}/use-cases/{created.json()['id']}"
    changed = api.put(path, {"configuration": {"vpc_mode": "static_ip"}})
    assert (changed.status_code, changed.json()["code"]) == (400, "READ_ONLY_FIELD")
