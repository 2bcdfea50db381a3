"""An approval amid events of its lane, another approval and its own death: wholly or not at all, and only once."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.drills.billing import Billing, Told, listed, make_billing
from tests.drills.conftest import LONG, Prepared, copied_hub
from tests.drills.erp import as_json, in_parallel
from tests.drills.ledger import waiting
from tests.drills.moments import is_amid_a_transaction, is_amid_an_approval
from tests.drills.state import faults_of
from tests.drills.test_killed_worker import wait_until_drained
from tools.running import Hub, rows, wait_for

pytestmark = pytest.mark.drill

SCOPES = 12 if LONG else 2
"""Of every kind; the approver of every second is killed."""
RECORDS = 400 if LONG else 200
NAMED = 2
"""Every second record is named again by an event that is being applied when the approval begins."""
AMENDING = {"entry-list": "entries", "offer-list": "offers", "reading-list": "readings"}
"""The list → the use case that names records in its lane and speaks of no scope."""

HELD = """
    SELECT prune.id, slug, body FROM inbound_heldprune prune
    JOIN integrations_usecase use_case ON use_case.id = use_case_id
    JOIN inbound_inboundbody body ON body.event_id = prune.event_id WHERE state = 'waiting' ORDER BY event_order"""
DECISION = "SELECT state, removed_count FROM inbound_heldprune WHERE id = %s"
TOLD = """
    SELECT count(*) FROM monitoring_monitoringevent WHERE code = 'PRUNE_APPROVED'
    AND event_id = (SELECT event_id FROM inbound_heldprune WHERE id = %s)"""
REMOVED_ENTITIES = """
    SELECT count(*) FROM inbound_heldprunemember JOIN entities_entitychange ON entity_id = record_id
    WHERE prune_id = %s AND event_id IS NULL AND operation IN ('deleted', 'purged')"""
REMOVED_READINGS = """
    SELECT count(*) FROM inbound_heldprunemember WHERE prune_id = %s
    AND record_id NOT IN (SELECT id FROM entities_meterreading)"""
LIVE_ENTITIES = (
    "SELECT attributes FROM entities_entity WHERE deleted_at IS NULL AND schema IN ('billing_event', 'offer')"
)
LIVE_READINGS = "SELECT external_id FROM entities_meterreading"


@dataclass(frozen=True)
class Prune:
    """A held one; scope is the account or the meter that its list was about."""

    id: Any  # as the driver hands it out
    use_case: str
    scope: str


@dataclass(frozen=True)
class Decided:
    """What an approval left: told counts its spans, removed the records that are gone by it."""

    state: str
    removed_count: int | None
    told: int
    removed: int

    @property
    def is_whole(self) -> bool:
        """Either nothing was done, or all of it, once, and it says how much."""
        if self.state == "waiting":
            return (self.removed_count, self.told, self.removed) == (None, 0, 0)
        return (self.state, self.removed_count, self.told) == ("approved", self.removed, 1)


def scope_of(use_case: str, place: int) -> str:
    """Of its own for every list, so that each is one prune."""
    return f"{use_case} {place}"


@pytest.fixture
def billing(prepared: Prepared, tmp_path: Path) -> Iterator[Billing]:
    """Of every list some prunes are held; web server and worker run."""
    with copied_hub(prepared.database_url, tmp_path) as hub:
        hub.start_web()
        billing = make_billing(hub, prepared.token)
        everything = {place: 1 for place in range(RECORDS)}
        for place in range(SCOPES):
            billing.send([listed(one, scope_of(one, place), everything) for one in AMENDING])
            billing.send([listed(one, scope_of(one, place), {}) for one in AMENDING])
        hub.start_worker()
        wait_until_drained(hub)
        yield billing


def held(hub: Hub) -> list[Prune]:
    """Those that wait, oldest first."""
    found = rows(hub.database_url, HELD)
    return [Prune(identifier, slug, json.loads(bytes(body))["konto"]) for identifier, slug, body in found]


def amendment(prune: Prune) -> Told:
    """An event that names some of the records: entities as they are, readings with another value."""
    amount = 2 if prune.use_case == "reading-list" else 1
    return listed(AMENDING[prune.use_case], prune.scope, dict.fromkeys(range(0, RECORDS, NAMED), amount))


def approve(billing: Billing, prune: Prune) -> int | None:
    """The status of the answer; None when nobody was there to give one."""
    path = f"/v1/integrations/{billing.integration_id}/held-prunes/{UUID(str(prune.id))}:approve"
    try:
        return billing.hub.request("POST", path, {}, billing.token).status
    except (OSError, http.client.HTTPException):
        return None


def killer(hub: Hub, prune: Prune) -> Callable[[], None]:
    """Kills the web server amid the approval, whose turn comes after that of the event."""

    def run() -> None:
        wait_for(lambda: not waiting(hub), "the event to be applied", pause_s=0)
        wait_for(lambda: is_amid_an_approval(hub, prune.id) or is_decided(hub, prune), "an approval", pause_s=0)
        hub.kill(hub.web)

    return run


def is_decided(hub: Hub, prune: Prune) -> bool:
    return decided(hub, prune).state != "waiting"


def decided(hub: Hub, prune: Prune) -> Decided:
    """What is stored of the decision now, read at one moment: nobody is deciding any more."""
    [(state, removed_count)] = rows(hub.database_url, DECISION, [prune.id])
    removals = REMOVED_READINGS if prune.use_case == "reading-list" else REMOVED_ENTITIES
    told, removed = (rows(hub.database_url, counting, [prune.id])[0][0] for counting in (TOLD, removals))
    return Decided(state, removed_count, told, removed)


def race(billing: Billing, prune: Prune, *, is_killed: bool) -> list[int]:
    """Two approvals while an event of the lane is applied; the statuses of those that were answered."""
    billing.send([amendment(prune)])
    wait_for(lambda: is_amid_a_transaction(billing.hub) or not waiting(billing.hub), "the event's turn", pause_s=0)
    acts: list[Callable[[], int | None]] = [partial(approve, billing, prune)] * 2
    statuses = in_parallel([*acts, *([killer(billing.hub, prune)] if is_killed else [])])[:2]
    if is_killed:
        billing.hub.start_web()
    return [status for status in statuses if status is not None]


def live(hub: Hub) -> set[str]:
    """External ids of what the lists were about."""
    entities = {as_json(attributes)["external_id"] for (attributes,) in rows(hub.database_url, LIVE_ENTITIES)}
    return entities | {external_id for (external_id,) in rows(hub.database_url, LIVE_READINGS)}


def test_an_approval_is_carried_out_wholly_and_once_whoever_races_and_dies(billing: Billing) -> None:
    prunes = held(billing.hub)
    assert len(prunes) == SCOPES * len(AMENDING)
    for place, prune in enumerate(prunes):
        statuses = race(billing, prune, is_killed=place % 2 == 1)
        left = decided(billing.hub, prune)
        assert left.is_whole
        assert statuses.count(200) <= (left.state == "approved")
        assert approve(billing, prune) == (200 if left.state == "waiting" else 409)
        assert decided(billing.hub, prune).is_whole
        assert approve(billing, prune) == 409
    wait_until_drained(billing.hub)
    named = {f"{prune.scope}/{place}" for prune in prunes for place in range(0, RECORDS, NAMED)}
    assert live(billing.hub) == named
    assert faults_of(billing.hub) == {}
