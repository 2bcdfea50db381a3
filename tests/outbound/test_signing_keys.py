"""With what a webhook's requests are signed: rotation with its overlap, and one key per organization."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.accounts.audit import SYSTEM
from hub.environments.resolve import SecretUnavailable, unseal
from integrations.operations.author import Author
from outbound.models import SigningKey, Webhook
from outbound.signing import public_pem
from outbound.signing_keys import find_public_key, former_secret_until, public_key_of, signer_of, signing_key_of
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.operations import MOST_FORMER_SECRETS, TooManyFormerSecrets, create_webhook, rotate_secret
from tests.builders import NOW, make_webhook
from tests.hub.entities.conftest import file_store, in_threads  # noqa: F401 -- a fixture

CALLERS = 8
PLAIN = {"name": "To the ERP", "eventName": "automation", "url": "https://erp.example.com/hook"}


@pytest.fixture
def author(organization):
    """Somebody who writes in the home organization."""
    return Author(organization=organization, actor=SYSTEM, is_admin=False, at=NOW)


@pytest.fixture
def created(author):
    """A webhook and its first signing secret."""
    return create_webhook(author=author, sent=SentWebhook.parse_new(PLAIN))


def secrets_at(webhook, hours=0):
    """The secrets that sign after so many hours."""
    return list(signer_of(webhook.organization_id, webhook, NOW + timedelta(hours=hours)).signing_secrets)


def test_a_new_webhook_signs_with_its_secret_and_the_key_of_its_organization(created, organization):
    signer = signer_of(organization.pk, created.webhook, NOW)
    assert list(signer.signing_secrets) == [created.signing_secret]
    assert public_pem(signer.private_key) == public_key_of(organization, NOW)


@pytest.mark.parametrize(("hours", "count"), [(0, 2), (23.99, 2), (24, 1), (1000, 1)])
def test_the_former_secret_signs_behind_the_present_one_for_a_day(author, created, hours, count):
    rotated = rotate_secret(author=author, webhook_id=created.webhook.pk)
    assert secrets_at(rotated.webhook, hours) == [rotated.signing_secret, created.signing_secret][:count]


def test_the_overlap_may_be_another_or_none(author, created):
    longer = rotate_secret(author=author, webhook_id=created.webhook.pk, overlap=timedelta(hours=168))
    assert len(secrets_at(longer.webhook, 167)) == 2
    none = rotate_secret(author=author, webhook_id=created.webhook.pk, overlap=timedelta(0))
    assert secrets_at(none.webhook) == [none.signing_secret]
    assert (none.webhook.former_secrets(NOW), former_secret_until(none.webhook, NOW)) == ([], None)


@pytest.mark.parametrize(("hours", "signing"), [(0, 3), (23, 3), (24, 2), (167, 2), (168, 1)])
def test_every_former_secret_signs_as_long_as_was_promised(author, created, hours, signing):
    first = rotate_secret(author=author, webhook_id=created.webhook.pk, overlap=timedelta(hours=168))
    second = rotate_secret(author=author, webhook_id=created.webhook.pk)
    present, short, long = second.signing_secret, first.signing_secret, created.signing_secret
    expected = {3: [present, short, long], 2: [present, long], 1: [present]}[signing]
    assert secrets_at(second.webhook, hours) == expected
    assert former_secret_until(second.webhook, NOW) == NOW + timedelta(hours=168)


def test_a_rotation_that_would_cut_a_promise_short_is_refused_until_one_has_ended(author, created):
    for _ in range(MOST_FORMER_SECRETS):
        last = rotate_secret(author=author, webhook_id=created.webhook.pk)
    signing = secrets_at(last.webhook)
    with pytest.raises(TooManyFormerSecrets):
        rotate_secret(author=author, webhook_id=created.webhook.pk)
    assert (len(signing), secrets_at(Webhook.objects.get())) == (MOST_FORMER_SECRETS + 1, signing)
    later = replace(author, at=NOW + timedelta(hours=24))
    assert rotate_secret(author=later, webhook_id=created.webhook.pk).webhook.former_secrets(later.at)[1:] == []


def test_a_rotation_without_overlap_ends_all_former_secrets_at_once(author, created):
    rotate_secret(author=author, webhook_id=created.webhook.pk)
    alone = rotate_secret(author=author, webhook_id=created.webhook.pk, overlap=timedelta(0))
    assert secrets_at(alone.webhook) == [alone.signing_secret]


def test_an_organization_has_one_key_and_no_other_has_the_same(stage):
    keys = [public_key_of(one, NOW) for one in (stage.home, stage.home, stage.next_door)]
    assert (keys[0] == keys[1], keys[0] == keys[2], SigningKey.objects.count()) == (True, False, 2)


def test_the_private_half_is_sealed_for_its_organization(stage):
    row = signing_key_of(stage.home.pk, NOW)
    name = "outbound_signing_key.private_key"
    opened = base64.b64decode(unseal(stage.home.pk, name, row.sealed_private_key))
    assert public_pem(opened) == row.public_key
    with pytest.raises(SecretUnavailable):
        unseal(stage.next_door.pk, name, row.sealed_private_key)


def test_looking_for_a_key_makes_none(organization):
    assert find_public_key(organization.pk) is None
    assert not SigningKey.objects.exists()


def test_a_signer_costs_few_queries(created, organization, count_queries):
    with count_queries() as counted:
        signer_of(organization.pk, created.webhook, NOW)
    assert len(counted) == 3


def test_of_many_who_need_the_first_key_one_makes_it(file_store):  # noqa: F811 -- a fixture
    organization = file_store.organization
    webhook = make_webhook(organization=organization)
    signers = in_threads(*[lambda: signer_of(organization.pk, webhook, NOW).private_key] * CALLERS)
    assert (len(set(signers)), SigningKey.objects.count()) == (1, 1)
