"""Which webhooks refer to a variable."""

from __future__ import annotations

import pytest

from outbound.webhooks.env_uses import places
from tests.builders import make_variable, make_webhook
from tests.outbound.webhooks.conftest import ALL, NEW


def uses(organization, key="erp.host"):
    """What refers to the key, in words."""
    return [str(place) for place in places(organization.pk) if place.mentioned.has(key)]


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://{{env.erp.host}}/hook", "auth": {"authType": "NONE"}},
        {"payloadConfiguration": {"custom_headers": {"X-Host": "{{ env.ERP.HOST }}"}}},
        {"jsonataExpression": '$lookup($env, "erp.host")'},
        {"auth": {"authType": "API_KEY", "keyValue": "{{env.erp.host}}"}},
        {"auth": {"authType": "BASIC", "username": "{{env.erp.host}}"}},
    ],
)
def test_references_in_configuration_and_secrets_are_uses(api, organization, fields):
    api.post(ALL, NEW | fields)
    assert uses(organization) == ["webhook To the ERP"]


def test_what_refers_to_something_else_is_none(api, organization):
    api.post(ALL, NEW | {"url": "https://{{env.erp.hostname}}/hook"})
    make_webhook(organization=organization, sealed_secrets={"keyValue": "v1.1.x.y"})
    assert uses(organization) == []


def test_a_variable_that_a_webhook_needs_is_not_deleted_by_accident(api, organization):
    make_variable(organization=organization, key="erp.key")
    api.post(ALL, NEW | {"auth": {"authType": "API_KEY", "keyValue": "{{env.erp.key}}"}})
    answer = api.delete("/v1/environments/erp.key")
    assert (answer.status_code, answer.json()["code"]) == (409, "VARIABLE_IN_USE")


def test_the_number_of_queries_does_not_depend_on_the_number_of_webhooks_and_secrets(api, organization, count_queries):
    for number in range(4):
        auth = {"authType": "API_KEY", "keyValue": "{{env.erp.key}}"}
        api.post(ALL, NEW | {"name": f"Receiver {number}", "auth": auth})
    with count_queries() as counted:
        assert len(places(organization.pk)) == 4
    assert len(counted) == 2
