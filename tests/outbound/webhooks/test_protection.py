"""Protected webhooks: an admin may change them, nobody may delete them."""

from __future__ import annotations

import pytest

from outbound.models import Webhook
from tests.builders import make_token
from tests.cast import ADMIN, OWNER
from tests.outbound.webhooks.conftest import NEW, path_of

CHANGES = [("PUT", "", NEW), ("POST", "/rotate-secret", {}), ("POST", ":pause", None), ("POST", ":resume", None)]


@pytest.mark.parametrize(("method", "path", "body"), [*CHANGES, ("DELETE", "", None)])
def test_whoever_is_no_admin_is_refused(api, protected, method, path, body):
    answer = api.send(method, path_of(protected, path), body)
    assert (answer.status_code, answer.json()["code"]) == (403, "WEBHOOK_PROTECTED")


@pytest.mark.parametrize("caller", [OWNER, ADMIN], ids=str)
@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_an_admin_may_change_it(api_of, protected, caller, method, path, body):
    assert api_of(caller).send(method, path_of(protected, path), body).status_code == 200


def test_a_token_with_the_grant_of_an_admin_may_change_it(api_of, organization, protected):
    token = make_token(organization=organization, grants=("organization:admin",))
    assert api_of(token).put(path_of(protected), NEW).json()["protected"] is False


def test_nobody_deletes_it_before_the_protection_is_taken_away(owner_api, protected):
    assert owner_api.delete(path_of(protected)).json()["code"] == "WEBHOOK_PROTECTED"
    assert Webhook.objects.exists()
    owner_api.put(path_of(protected), NEW)
    assert owner_api.delete(path_of(protected)).status_code == 204


def test_whoever_may_change_a_webhook_may_protect_it(api, webhook):
    assert api.put(path_of(webhook), NEW | {"protected": True}).json()["protected"] is True
