"""An approval and an event of the lane at once: the approval waits until it can see what the event has named."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

import pytest
from django.db import connection

from hub.accounts.audit import SYSTEM
from inbound.models import HeldPrune, InboundEvent
from inbound.outcomes import Outcome, write_outcomes
from inbound.process import transaction
from inbound.prunes.decide import approve
from inbound.prunes.tell import Decision
from tests.builders import NOW
from tests.inbound.conftest import Erp, customer, drain
from tests.inbound.prunes.builders import held
from tools.running import rows, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


class Approval(threading.Thread):
    """Of a prune, on a connection of its own."""

    def __init__(self, erp: Erp, prune: HeldPrune) -> None:
        super().__init__()
        self.erp, self.prune = erp, prune

    def run(self) -> None:
        """Wait for whoever holds what it needs."""
        place = {"organization": self.erp.organization, "integration_id": self.erp.integration.pk}
        approve(prune_id=self.prune.pk, decision=Decision(SYSTEM, "", NOW), **place)
        connection.close()

    def has_come_as_far_as_it_can(self) -> bool:
        """Whether it waits for a lock, or has ended."""
        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        name = connection.settings_dict["NAME"]
        return not self.is_alive() or bool(rows(f"{server}/{name}", BLOCKED, [name]))


def test_what_an_event_names_while_its_removal_is_approved_stays(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    erp.sync(customer("A"))
    first = InboundEvent.objects.get()
    approval = Approval(erp, held(erp, erp.entity("A"), lane_id=first.lane_id, event_order=first.order))

    def write_last(outcomes: Sequence[Outcome]) -> None:
        approval.start()
        wait_for(approval.has_come_as_far_as_it_can, "the approval", pause_s=0.01)
        write_outcomes(outcomes)

    monkeypatch.setattr(transaction, "write_outcomes", write_last)
    erp.send(erp.event(customer("A")))
    drain()
    approval.join()
    assert erp.entity("A").deleted_at is None
