"""What is made again for a use case that is polled by now ends in its queue, and the resend stays to be seen."""

from __future__ import annotations

import pytest

from hub.accounts.audit import SYSTEM
from hub.errors import HubError
from outbound.models import Delivery, DeliveryState, QueuedMessage
from outbound.resending import Resending, resend
from outbound.resends.options import Options
from outbound.resends.verdicts import Reason, verdicts_of
from tests.builders import NOW
from tests.outbound.world import World, mapping

ANEW = Resending(SYSTEM, is_anew=True)
POLL = {"type": "poll"}


@pytest.fixture
def original(world: World) -> Delivery:
    """One that a webhook got before its use case was changed to be polled."""
    world.webhook()
    use_case = world.use_case()
    world.change_contact()
    world.work()
    use_case.configuration["mappings"] = [mapping(delivery=POLL)]
    use_case.save()
    world.organization.bump_config_version()
    return world.delivery()


def send_again(world: World, original: Delivery) -> Delivery:
    resend(organization=world.organization, delivery_ids=[original.id], order=ANEW, at=NOW)
    world.work()
    return Delivery.objects.get(replayed_from=original.id)


def test_it_ends_with_where_the_event_went(world: World, original: Delivery) -> None:
    new = send_again(world, original)
    assert (new.state, new.code) == (DeliveryState.SKIPPED, "MSG_ENQUEUED")
    assert "queue" in new.message
    assert new.finished_at == NOW
    assert QueuedMessage.objects.filter(event_id=original.core_event_id).count() == 1


def test_a_second_person_hears_that_it_was_sent_again(world: World, original: Delivery) -> None:
    send_again(world, original)
    verdicts = verdicts_of(organization=world.organization, deliveries=[original], options=Options(is_anew=True))
    assert verdicts[original.id].reason == Reason.SENT_AGAIN


def test_it_can_be_made_again_once_more(world: World, original: Delivery) -> None:
    new = send_again(world, original)
    assert send_again(world, new).state == DeliveryState.SKIPPED
    with pytest.raises(HubError, match="nothing to repeat"):
        resend(organization=world.organization, delivery_ids=[new.id], order=Resending(SYSTEM), at=NOW)


def test_where_the_mapping_failed_that_is_said_too(world: World, original: Delivery) -> None:
    use_case = world.integration.use_cases.get()
    use_case.configuration["mappings"] = [mapping(delivery=POLL, jsonata_expression="$error('boom')")]
    use_case.save()
    assert "boom" in send_again(world, original).message


def test_what_is_no_resend_leaves_nothing_but_its_message(world: World, original: Delivery) -> None:
    world.change_contact(email=[{"email": "new@example.com"}])
    world.work()
    assert world.deliveries() == [original]
    assert QueuedMessage.objects.count() == 1
