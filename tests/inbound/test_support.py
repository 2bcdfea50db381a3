"""Support runs an event again, in the name of whoever asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hub.accounts.models import AuditEntry
from inbound.models import InboundEvent
from tests.builders import make_user
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db


def test_a_chosen_event_runs_again_and_that_is_audited(erp: Erp) -> None:
    erp.send(erp.event(customer("1")))
    drain()
    original, person, client = InboundEvent.objects.get(), make_user(is_staff=True, is_superuser=True), Client()
    client.force_login(person)
    confirmed = {"action": "replay", "_selected_action": [str(original.pk)], "confirmed": "yes"}
    client.post(reverse("admin:inbound_inboundevent_changelist"), confirmed)
    assert InboundEvent.objects.filter(replay_of=original.pk).count() == 1
    assert AuditEntry.objects.get(action="event.replay").actor_id == str(person.pk)


def test_a_chosen_event_runs_again_though_a_use_case_is_saved_meanwhile(
    erp: Erp, save_meanwhile: Callable[[int], None]
) -> None:
    erp.sync(customer("1"))
    client, original = Client(), InboundEvent.objects.get()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    save_meanwhile(1)
    confirmed = {"action": "replay", "_selected_action": [str(original.pk)], "confirmed": "yes"}
    client.post(reverse("admin:inbound_inboundevent_changelist"), confirmed)
    assert InboundEvent.objects.filter(replay_of=original.pk).count() == 1
