"""What webhooks keep sealed can be opened, and what cannot be is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hub import clock
from hub.doctor.key_checks import secrets
from hub.environments.sealed_values import lost_values
from outbound.models import FormerSecret, Webhook
from outbound.sealed_values import values
from outbound.signing_keys import public_key_of
from tests.outbound.world import World

LEFT = timedelta(hours=1)


def test_all_that_a_webhook_and_its_organization_keep_opens(world: World) -> None:
    world.webhook()
    public_key_of(world.organization, clock.now())
    assert len(list(values())) == 2
    assert list(lost_values()) == []


def test_a_secret_that_was_copied_from_another_webhook_is_named(world: World) -> None:
    copied = world.webhook("wh_1").sealed_signing_secret
    world.webhook("wh_2")
    Webhook.objects.filter(pk="wh_2").update(sealed_signing_secret=copied)
    [lost] = lost_values()
    assert (lost.place, lost.master_key_id) == ("outbound_webhook.wh_2.signing_secret", "")


def with_former(world: World, left: timedelta) -> Webhook:
    """A webhook with a damaged former secret that signs for so long, and a whole one before that."""
    webhook = world.webhook("wh_1")
    whole, until = webhook.sealed_signing_secret, clock.now() + left
    webhook.set_former_secrets([FormerSecret(whole[:-4], until), FormerSecret(whole, until)])
    webhook.save()
    return webhook


def test_a_former_signing_secret_that_still_signs_is_named_with_what_to_do(world: World) -> None:
    with_former(world, LEFT)
    [lost] = lost_values()
    assert lost.place.startswith("outbound_webhook.wh_1.signing_secret (a former one, which signs until ")
    assert "renew the secret" in lost.place


def test_a_former_signing_secret_whose_time_is_over_is_no_loss(world: World) -> None:
    with_former(world, -LEFT)
    assert list(lost_values()) == []


def test_an_earlier_former_secret_is_opened_as_well(world: World) -> None:
    webhook = with_former(world, LEFT)
    formers = webhook.former_secrets(clock.now())
    webhook.set_former_secrets(formers[::-1])
    webhook.save()
    [lost] = lost_values()
    assert "a former one" in lost.place


def test_with_a_lost_key_the_doctor_names_the_key_and_places_and_shows_no_secret(world: World, settings: Any) -> None:
    webhook = with_former(world, LEFT)
    settings.HUB_MASTER_KEYS = {"2026": bytes(32)}
    [found] = secrets()
    assert (found.grade.name, found.advice) == ("FAIL", "Add the missing key behind the first in HUB_MASTER_KEYS.")
    assert found.message.startswith("3 sealed values cannot be opened, among them outbound_webhook.wh_1.signing_secret")
    assert f"of organization {world.organization.slug}" in found.message
    assert webhook.sealed_signing_secret not in found.message
