"""Replays: where a copy of a stored event waits."""

from __future__ import annotations

import pytest

from inbound.models import Lane, QueuedEvent
from inbound.receive.arrivals import Sender
from inbound.replay import replay_events
from monitoring.issues.folding import fold
from monitoring.models import Issue
from tests.builders import NOW
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db


def replay(erp: Erp, event_id: str) -> None:
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    replay_events(sender=sender, integration_id=erp.integration.pk, event_ids=[event_id], at=NOW)


def lane_of_replay(erp: Erp, event_id: str) -> Lane:
    replay(erp, event_id)
    return Lane.objects.get(pk=QueuedEvent.objects.get().lane_id)


@pytest.mark.parametrize("group", [None, "north"])
def test_a_replay_waits_in_the_lane_of_its_original(erp: Erp, group: str | None) -> None:
    fields = {"group_id": group} if group else {}
    [sent] = erp.send(erp.event(customer("1"), **fields))
    lane_id = QueuedEvent.objects.get().lane_id
    drain()
    assert lane_of_replay(erp, sent.event_id).pk == lane_id


def test_a_replay_that_fails_like_its_original_is_no_further_failure_of_the_issue(erp: Erp) -> None:
    [sent] = erp.send(erp.event(customer("")))
    drain()
    replay(erp, sent.event_id)
    drain()
    fold()
    issue = Issue.objects.get()
    assert (issue.number, issue.replays) == (1, 1)
