"""Secrets of webhooks go in and never come out; the signing secret comes out once."""

from __future__ import annotations

import logging

import pytest

from hub.accounts.models import AuditEntry
from hub.environments.resolve import SecretUnavailable, unseal
from outbound.models import Webhook
from outbound.webhooks.credentials import credentials_of
from tests.builders import make_webhook
from tests.outbound.webhooks.conftest import ALL, API_KEY, BASIC, KINDS, NEW, each_kind, path_of

SECRET = "hunter2"


def with_auth(auth, **members):
    """A webhook that authenticates so."""
    return NEW | {"auth": auth | members}


def stored(answer):
    """The row behind an answer."""
    return Webhook.objects.get(pk=answer.json()["id"])


@each_kind
def test_a_secret_is_kept_sealed_and_opened_again(api, auth, name):
    row = stored(api.post(ALL, with_auth(auth, **{name: f"{SECRET}-one"})))
    assert credentials_of(row) == {name: f"{SECRET}-one"}
    assert SECRET not in repr([row.sealed_secrets, row.configuration])


@each_kind
@pytest.mark.parametrize(
    ("sent", "is_set"),
    [({}, True), ({"value": None}, False), ({"value": f"{SECRET}-two"}, True)],
    ids=["left out", "null", "text"],
)
def test_a_replacement_keeps_clears_or_sets_a_secret(api, auth, name, sent, is_set):
    row = stored(api.post(ALL, with_auth(auth, **{name: f"{SECRET}-one"})))
    members = {name: sent["value"]} if sent else {}
    answer = api.put(path_of(row), with_auth(auth, **members)).json()
    row.refresh_from_db()
    expected = {name: sent.get("value", f"{SECRET}-one")} if is_set else {}
    assert (answer["auth"][f"{name}IsSet"], credentials_of(row)) == (is_set, expected)
    assert answer["status"] == ("active" if is_set else "incomplete")


def test_the_secret_of_another_kind_of_authentication_is_forgotten(api):
    row = stored(api.post(ALL, NEW))
    api.put(path_of(row), with_auth(BASIC))
    answer = api.put(path_of(row), with_auth(API_KEY)).json()
    assert answer["auth"]["keyValueIsSet"] is False


def test_the_same_secret_again_changes_nothing(api):
    row = stored(api.post(ALL, NEW))
    assert api.put(path_of(row), NEW | {"retryPolicy": {"enabled": True, "maxAttempts": 3}})["ETag"] == '"1"'


def test_a_new_secret_alone_is_a_change(api):
    row = stored(api.post(ALL, NEW | {"retryPolicy": None}))
    answer = api.put(path_of(row), with_auth(NEW["auth"], keyValue=f"{SECRET}-two"))
    assert answer["ETag"] == '"2"'
    assert AuditEntry.objects.order_by("-sequence").first().changes == {"secrets": ["keyValue"]}


def test_a_secret_that_cannot_be_opened_may_be_set_anew(api, organization):
    row = make_webhook(
        organization=organization, configuration={"auth": NEW["auth"]}, sealed_secrets={"keyValue": "v1.1.x.y"}
    )
    with pytest.raises(SecretUnavailable):
        credentials_of(row)
    api.put(path_of(row), NEW)
    row.refresh_from_db()
    assert credentials_of(row) == {"keyValue": "hunter2-hunter2"}


def test_a_secret_opens_for_no_other_webhook(api):
    one, other = (stored(api.post(ALL, NEW)) for _ in range(2))
    other.sealed_secrets = one.sealed_secrets
    with pytest.raises(SecretUnavailable):
        credentials_of(other)


def test_no_answer_no_trail_and_no_log_shows_a_secret(api, caplog):
    with caplog.at_level(logging.DEBUG):
        answers = [api.post(ALL, with_auth(auth, **{name: f"{SECRET}-one"})) for auth, name in KINDS]
        ids = [answer.json()["id"] for answer in answers]
        for id, (auth, name) in zip(ids, KINDS, strict=True):
            answers.append(api.put(path_of(id), with_auth(auth, **{name: f"{SECRET}-two"})))
            answers.append(api.put(path_of(id), with_auth(auth, **{name: f"{SECRET}-two"}, url="http://x")))
            answers.append(api.put(path_of(id), with_auth(auth | {"more": 1}, **{name: f"{SECRET}\r"})))
            answers += [api.post(path_of(id, verb), None) for verb in (":pause", ":resume", "/rotate-secret")]
            answers.append(api.get(path_of(id)))
        answers.append(api.get(ALL))
        answers.append(api.delete(path_of(ids[0])))
    assert not [answer for answer in answers if SECRET in answer.content.decode()]
    assert SECRET not in repr([entry.changes for entry in AuditEntry.objects.all()])
    assert SECRET not in caplog.text


def test_a_signing_secret_is_in_no_later_answer_and_in_no_trail(api, caplog):
    with caplog.at_level(logging.DEBUG):
        created = api.post(ALL, NEW).json()
        path = path_of(created["id"])
        rotated = api.post(f"{path}/rotate-secret", None).json()
        later = [api.get(path), api.get(ALL), api.put(path, NEW | {"name": "x"}), api.post(f"{path}:pause", None)]
    for secret in (created["signingSecret"], rotated["signingSecret"]):
        assert not [answer for answer in later if secret in answer.content.decode()]
        assert secret not in repr([entry.changes for entry in AuditEntry.objects.all()])
        assert secret not in caplog.text


def test_a_signing_secret_is_stored_sealed_for_its_webhook(api, organization):
    created = api.post(ALL, NEW)
    row = stored(created)
    secret = created.json()["signingSecret"]
    assert secret not in row.sealed_signing_secret
    assert unseal(organization.pk, f"outbound_webhook.{row.pk}.signing_secret", row.sealed_signing_secret) == secret
