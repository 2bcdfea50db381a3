"""A worker that is killed amid deleting and packing leaves nothing half done, and the next one ends it."""

from __future__ import annotations

import random
import time
from typing import Final

import pytest

from tests.drills.aged import ANSWER
from tests.drills.conftest import LONG, NewErp
from tests.drills.moments import is_amid_a_walk
from tools.running import Hub, rows, wait_for

pytestmark = pytest.mark.drill

NUMBER: Final = 1_500 if LONG else 300
"""Of events, and of deliveries, of each of four ages."""
KILLS: Final = 12 if LONG else 4
TRANSACTION_S: Final = 0.02
"""What a batch takes about."""
KEPT: Final = {
    "events": "SELECT count(*) FROM inbound_inboundevent",
    "outcomes": "SELECT count(*) FROM inbound_inboundoutcome",
    "payloads": "SELECT count(*) FROM inbound_inboundbody",
    "deliveries": "SELECT count(*) FROM outbound_delivery",
    "attempts": "SELECT count(*) FROM outbound_deliveryattempt",
    "answers": f"SELECT count(*) FROM outbound_deliveryattempt WHERE response_body = '{ANSWER}'",
    "what was sent": "SELECT count(*) FROM outbound_deliverybody",
    "packed": "SELECT count(*) FROM retention_packedpayload",
    "noted as deleted": "SELECT count(*) FROM retention_purgedpayload",
    "jobs": "SELECT count(*) FROM jobs_job",
    "results of jobs": "SELECT count(*) FROM jobs_jobresult",
    "counted events": "SELECT sum(rows) FROM retention_storedbytes",
}
IN_THE_END: Final = {
    **dict.fromkeys(("events", "outcomes", "deliveries", "attempts"), 3 * NUMBER),
    **dict.fromkeys(("payloads", "what was sent", "results of jobs"), NUMBER),
    **dict.fromkeys(("packed", "noted as deleted", "answers"), 2 * NUMBER),
    "jobs": 1,
    "counted events": 4 * NUMBER,
}
"""A quarter is gone, a quarter has lost its payloads, a quarter is packed, a quarter is as it was."""
OF_EVENTS: Final = "SELECT id FROM inbound_inboundevent"
OF_DELIVERIES: Final = "SELECT id FROM outbound_delivery"
WHOLES: Final = f"{OF_EVENTS} UNION ALL {OF_DELIVERIES}"
BODIES: Final = "SELECT event_id AS id FROM inbound_inboundbody UNION ALL SELECT delivery_id FROM outbound_deliverybody"
PACKED: Final = "SELECT row_id FROM retention_packedpayload"
PURGED: Final = "SELECT row_id FROM retention_purgedpayload"
FAULTS: Final = {
    "bodies without their row": f"SELECT id FROM ({BODIES}) body WHERE id NOT IN ({WHOLES})",
    "packed without their row": f"{PACKED} WHERE row_id NOT IN ({WHOLES})",
    "noted without their row": f"{PURGED} WHERE row_id NOT IN ({WHOLES})",
    "plain and packed": f"SELECT id FROM ({BODIES}) body WHERE id IN ({PACKED})",
    "noted as deleted and still there": f"{PURGED} WHERE row_id IN (SELECT id FROM ({BODIES}) body UNION {PACKED})",
    "neither there nor noted": f"""
        SELECT id FROM ({WHOLES}) whole
        WHERE id NOT IN (SELECT id FROM ({BODIES}) body UNION {PACKED} UNION {PURGED})""",
    "events without an outcome": f"{OF_EVENTS} WHERE id NOT IN (SELECT event_id FROM inbound_inboundoutcome)",
    "outcomes without an event": f"SELECT event_id FROM inbound_inboundoutcome WHERE event_id NOT IN ({OF_EVENTS})",
    "attempts without a delivery": f"""
        SELECT id FROM outbound_deliveryattempt WHERE delivery_id NOT IN ({OF_DELIVERIES})""",
    "answers that went alone, or stayed alone": f"""
        SELECT id FROM outbound_deliveryattempt WHERE (response_body = '') <> (delivery_id IN ({PURGED}))""",
    "results without a job": "SELECT job_id FROM jobs_jobresult WHERE job_id NOT IN (SELECT id FROM jobs_job)",
}


def found(hub: Hub) -> dict[str, int]:
    return {name: int(rows(hub.database_url, statement)[0][0]) for name, statement in KEPT.items()}


def faults(hub: Hub) -> dict[str, int]:
    counted = {name: len(rows(hub.database_url, statement)) for name, statement in FAULTS.items()}
    return {name: number for name, number in counted.items() if number}


def has_lost_what_is_not_due(hub: Hub) -> bool:
    counts = found(hub)
    return any(
        counts[name] < number for name, number in IN_THE_END.items() if name not in ("packed", "noted as deleted")
    )


def test_nothing_is_half_deleted_and_in_the_end_just_what_is_due_is_gone(new_erp: NewErp) -> None:
    hub = new_erp(DJANGO_SETTINGS_MODULE="tests.drills.deleting").hub
    hub.manage("shell", "-c", f"from tests.drills.aged import fill; fill({NUMBER})")
    amid = 0
    for _ in range(KILLS):
        worker = hub.start_worker()
        wait_for(lambda: is_amid_a_walk(hub), "a walk", pause_s=0)
        time.sleep(random.uniform(0, TRANSACTION_S))
        hub.kill(worker)
        amid += found(hub) != IN_THE_END
        assert faults(hub) == {}
        assert not has_lost_what_is_not_due(hub)
    assert amid >= 1  # or nothing was tried here
    hub.start_worker()
    wait_for(lambda: found(hub) == IN_THE_END, "the end of retention")
    assert faults(hub) == {}
