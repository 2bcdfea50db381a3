"""Deliveries after a secret was renewed: every former one signs them until its moment has come."""

from __future__ import annotations

from datetime import timedelta

from hub.accounts.audit import SYSTEM
from integrations.operations.author import Author
from outbound.webhooks.operations import rotate_secret
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.outbound.world import World
from tests.receiver import Receiver


def rotate(world: World, hours: int) -> None:
    author = Author(organization=world.organization, actor=SYSTEM, is_admin=False, at=NOW)
    rotate_secret(author=author, webhook_id="wh_1", overlap=timedelta(hours=hours))


def signatures(world: World, receiver: Receiver, number: str) -> list[str]:
    """The versions of the signatures of one more delivery."""
    world.change_contact(number)
    world.work()
    return [one.partition(",")[0] for one in receiver.requests[-1].headers["webhook-signature"].split()]


def test_each_former_secret_signs_deliveries_until_it_ends(world: World, receiver: Receiver, clock: FixedClock) -> None:
    world.webhook()
    world.use_case()
    rotate(world, hours=48)
    rotate(world, hours=24)
    assert signatures(world, receiver, "C-1") == ["v1a", "v1", "v1", "v1"]
    clock.move(hours=24)
    assert signatures(world, receiver, "C-2") == ["v1a", "v1", "v1"]
    clock.move(hours=24)
    assert signatures(world, receiver, "C-3") == ["v1a", "v1"]
