"""What is claimed stays within what a receiver may have, whichever plan PostgreSQL chooses for it."""

from __future__ import annotations

import pytest
from django.db import transaction

from hub import clock, database
from hub.events import projecting
from outbound import preparing
from outbound.delivering.slots import new_lease
from outbound.models import DeliveryState
from outbound.sql import statements
from tests.outbound.world import World

NESTED = ("enable_hashjoin", "enable_mergejoin", "enable_indexscan", "enable_bitmapscan", "enable_material")


@pytest.mark.services
def test_a_loop_over_the_table_claims_no_more_than_is_free(world: World) -> None:
    world.webhook()
    world.use_case()
    world.change_contact("C-0")
    planned(world)
    database.execute("ANALYZE outbound_delivery")  # of one row: PostgreSQL loops over so small a table
    for number in range(1, 5):
        world.change_contact(f"C-{number}")
    planned(world)
    at = clock.now()
    with transaction.atomic():
        for setting in NESTED:
            database.execute(f"SET LOCAL {setting} = off")
        claimed = statements().claim(free={"wh_1": 2}, lease=new_lease(at), at=at)
    sending = [one for one in world.deliveries() if one.state == DeliveryState.SENDING]
    assert (len(claimed), len(sending)) == (2, 2)


def planned(world: World) -> None:
    """All that is to be sent waits now."""
    while projecting.work() + preparing.work():
        pass
