"""Replays while the database cannot do it now: repeated as a whole, or told to whoever waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from uuid import UUID

import pytest
from django.db import OperationalError, transaction
from django.test import Client

from hub import database
from hub.entities.models import Entity
from hub.jobs.models import Job, JobState
from hub.jobs.running import work as work_on_jobs
from inbound.models import InboundEvent, SequenceCounter
from inbound.process.applying import apply_wishes
from inbound.process.lease import Lease
from inbound.process.results import Results
from inbound.process.wishes import Wishes
from inbound.receive import store
from inbound.receive.arrivals import Sender
from inbound.receive.store import NotStored
from inbound.replay import replay_events
from tests.builders import NOW
from tests.cast import OPERATOR
from tests.inbound.conftest import Erp, customer
from tests.inbound.replays.conftest import ask, outcomes, selection, synced, tried

pytestmark = pytest.mark.django_db(transaction=True)
DEADLOCK = "deadlock detected"


@pytest.fixture(autouse=True)
def _sequence(transactional_db: None) -> None:
    """A test without a transaction around it empties the tables, this row of the migrations included."""
    SequenceCounter.objects.get_or_create(name="event")


@pytest.fixture
def collide(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has the statements that store events meet a deadlock, the next times."""
    monkeypatch.setattr("hub.database.transactions._pause_s", lambda attempt: 0.0)
    left, insert = [0], store._Request._insert_fresh

    def attempt(request: store._Request) -> dict[UUID, UUID]:
        left[0] -= 1
        if left[0] >= 0:
            raise OperationalError(DEADLOCK)
        return insert(request)

    monkeypatch.setattr(store._Request, "_insert_fresh", attempt)
    return lambda times: left.__setitem__(0, times)


def replays() -> int:
    return InboundEvent.objects.filter(replay_of__isnull=False).count()


def replay_again(erp: Erp, event_id: str) -> None:
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    replay_events(sender=sender, integration_id=erp.integration.pk, event_ids=[event_id], at=NOW)


def test_a_chunk_of_a_job_that_meets_a_deadlock_is_repeated(erp: Erp, collide: Callable[[int], None]) -> None:
    job = ask(erp, selection(*synced(erp, 2)))
    collide(1)
    work_on_jobs()
    job.refresh_from_db()
    assert (job.state, outcomes(job), replays()) == (JobState.DONE, [("done", "")] * 2, 2)


def test_a_job_outlives_an_outage(erp: Erp, collide: Callable[[int], None]) -> None:
    job = ask(erp, selection(*synced(erp, 1)))
    collide(database.RETRIES + 1)
    work_on_jobs()
    Job.objects.update(due_at=NOW)
    work_on_jobs()
    job.refresh_from_db()
    assert (job.state, replays()) == (JobState.DONE, 1)


def test_a_replay_at_once_that_meets_a_deadlock_is_repeated(
    erp: Erp, collide: Callable[[int], None], client_of: Callable[..., Client]
) -> None:
    [event_id] = synced(erp, 1)
    collide(1)
    assert client_of(OPERATOR).post("/app/events/replay", {"event": event_id}).status_code == 302
    assert replays() == 1


def test_whoever_waits_for_a_replay_is_told_of_an_outage(
    erp: Erp, collide: Callable[[int], None], client_of: Callable[..., Client]
) -> None:
    [event_id] = synced(erp, 1)
    collide(database.RETRIES + 1)
    text = client_of(OPERATOR).post("/app/events/replay", {"event": event_id}, follow=True).content.decode()
    assert ("The database cannot be reached" in text, replays()) == (True, 0)


def test_within_the_transaction_of_a_caller_the_error_of_the_database_goes_on(
    erp: Erp, collide: Callable[[int], None]
) -> None:
    [event_id] = synced(erp, 1)
    collide(1)
    with pytest.raises(OperationalError, match=DEADLOCK), transaction.atomic():
        replay_again(erp, event_id)


def test_whoever_has_no_transaction_open_hears_that_nothing_was_stored(
    erp: Erp, collide: Callable[[int], None]
) -> None:
    [event_id] = synced(erp, 1)
    collide(database.RETRIES + 1)
    with pytest.raises(NotStored):
        replay_again(erp, event_id)


@pytest.fixture
def collide_in_dry_run(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has the next dry runs meet a deadlock when all is written."""
    monkeypatch.setattr("hub.database.transactions._pause_s", lambda attempt: 0.0)
    module, left = import_module("inbound.replays.dry_run"), [0]

    def apply(lease: Lease, wishes: Wishes, results: dict[int, Results], at: datetime) -> None:
        apply_wishes(lease, wishes, results, at)
        left[0] -= 1
        if left[0] >= 0:
            raise OperationalError(DEADLOCK)

    monkeypatch.setattr(module, "apply_wishes", apply)
    return lambda times: left.__setitem__(0, times)


def test_a_dry_run_that_meets_a_deadlock_is_repeated_and_tells_each_thing_once(
    erp: Erp, collide_in_dry_run: Callable[[int], None]
) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    Entity.objects.all().delete()
    collide_in_dry_run(1)
    [one] = tried(erp, event_id)
    assert ([each.operation for each in one.differences], one.status) == (["created"], "success")


def test_whoever_waits_for_a_dry_run_is_told_of_an_outage(
    erp: Erp, collide_in_dry_run: Callable[[int], None], client_of: Callable[..., Client]
) -> None:
    [event_id] = synced(erp, 1)
    collide_in_dry_run(database.RETRIES + 1)
    answer = client_of(OPERATOR).post("/app/events/replay-many", {"event": event_id, "version": "active", "try": "1"})
    assert (answer.status_code, "The database cannot be reached" in answer.content.decode()) == (422, True)
