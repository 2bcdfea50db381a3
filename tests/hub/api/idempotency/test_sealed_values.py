"""Answers that are kept for an Idempotency-Key can be opened, and which cannot be is told."""

from __future__ import annotations

from hub.api.idempotency.sealed_values import values
from hub.api.models import KeptAnswer
from hub.doctor.key_checks import secrets
from hub.environments.sealed_values import lost_values


def test_a_kept_answer_is_opened(send):
    send()
    assert [one.name for one in values()] == [f"kept_answer.{KeptAnswer.objects.get().pk}"]
    assert list(lost_values()) == []


def test_an_answer_that_was_not_kept_is_no_loss(send):
    send()
    KeptAnswer.objects.update(sealed=None)
    assert list(values()) == []


def test_with_a_lost_key_the_doctor_names_the_key_and_shows_nothing_of_the_answer(send, settings):
    token = send().json()["token"]
    lost_key = next(iter(settings.HUB_MASTER_KEYS))
    settings.HUB_MASTER_KEYS = {"2026": bytes(32)}
    [found] = secrets()
    row = KeptAnswer.objects.get()
    assert f"kept_answer.{row.pk} (an answer kept for an Idempotency-Key, forgotten after 24 hours)" in found.message
    assert f"The master key {lost_key} is missing" in found.message
    assert token not in found.message
    assert row.sealed not in found.message


def test_an_answer_whose_organization_is_gone_is_still_named(send, settings):
    send()
    KeptAnswer.objects.update(organization_id=4711)
    [found] = secrets()
    assert "of organization 4711" in found.message
