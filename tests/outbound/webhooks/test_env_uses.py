"""Which webhooks refer to a variable."""

from __future__ import annotations

import pytest

from outbound.webhooks.env_uses import uses_of
from tests.builders import make_variable, make_webhook
from tests.outbound.webhooks.conftest import ALL, NEW


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://{{env.erp.host}}/hook"},
        {"payloadConfiguration": {"custom_headers": {"X-Host": "{{ env.ERP.HOST }}"}}},
        {"jsonataExpression": '$lookup($env, "erp.host")'},
        {"auth": {"authType": "API_KEY", "keyValue": "{{env.erp.host}}"}},
        {"auth": {"authType": "BASIC", "username": "{{env.erp.host}}"}},
    ],
)
def test_references_in_configuration_and_secrets_are_uses(api, organization, fields):
    api.post(ALL, NEW | fields)
    assert uses_of(organization.pk, "erp.host") == ["webhook To the ERP"]


def test_what_refers_to_something_else_is_none(api, organization):
    api.post(ALL, NEW | {"url": "https://{{env.erp.hostname}}/hook"})
    make_webhook(organization=organization, sealed_secrets={"keyValue": "v1.1.x.y"})
    assert uses_of(organization.pk, "erp.host") == []


def test_a_variable_that_a_webhook_needs_is_not_deleted_by_accident(api, organization):
    make_variable(organization=organization, key="erp.key")
    api.post(ALL, NEW | {"auth": {"authType": "API_KEY", "keyValue": "{{env.erp.key}}"}})
    answer = api.delete("/v1/environments/erp.key")
    assert (answer.status_code, answer.json()["code"]) == (409, "VARIABLE_IN_USE")
