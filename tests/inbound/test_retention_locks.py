"""Deletion and those who work on the same tables do not wait for each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from hub.ids import to_text
from hub.retention import running
from hub.retention.kinds import kinds
from hub.retention.models import RetentionWalk
from hub.retention.walking import take_walk
from inbound.events import EVENT_PREFIX
from inbound.models import InboundBody, InboundEvent, InboundOutcome
from inbound.receive.arrivals import Sender
from inbound.replay import replay_events
from tests.builders import NOW, make_organization
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer, drain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

PATIENCE_S = 20
"""After which a thread that still waits has shown that it does."""


@pytest.fixture
def old(clock: FixedClock) -> Erp:
    """An ERP two of whose events are long settled."""
    erp = Erp(make_organization())
    erp.send(erp.event(customer("1")), erp.event(customer("2")))
    drain()
    clock.move(days=900)
    return erp


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Begin the work on a connection of its own, and go on once it has ended. Fails when it has to wait for us."""
    ended = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()
            ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ended.wait(PATIENCE_S)
    thread.join()
    if failures:
        raise failures[0]
    yield


def left() -> list[int]:
    return [model.objects.count() for model in (InboundBody, InboundEvent, InboundOutcome)]


def test_intake_goes_on_while_a_deletion_holds_its_locks(old: Erp) -> None:
    with transaction.atomic():
        running.apply()
        assert left() == [0, 0, 0]
        with beside(lambda: old.send(old.event(customer("3")))):
            pass
    assert InboundEvent.objects.count() == 1


def test_the_worker_settles_events_while_a_deletion_holds_its_locks(old: Erp) -> None:
    old.send(old.event(customer("1", "Jansen")))
    with transaction.atomic():
        running.apply()
        with beside(drain):
            pass
    assert InboundOutcome.objects.count() == 1


def test_a_row_that_somebody_holds_is_left_to_a_later_pass(old: Erp, clock: FixedClock) -> None:
    with transaction.atomic():
        held = InboundOutcome.objects.select_for_update().order_by("pk").first()
        assert held
        with beside(running.apply):
            pass
    assert [row.pk for row in InboundEvent.objects.all()] == [held.pk]
    clock.move(days=1)
    running.apply()
    assert left() == [0, 0, 0]


def test_a_walk_that_another_process_is_on_is_left_to_it(old: Erp) -> None:
    with transaction.atomic():
        for kind in kinds():
            take_walk(kind.key, kind.default_days, NOW)
    with transaction.atomic():
        list(RetentionWalk.objects.select_for_update())
        gone: list[int] = []
        with beside(lambda: gone.append(running.apply())):
            pass
    assert (gone, left()) == ([0], [2, 2, 2])
    assert running.apply() > 0


def test_a_replay_whose_original_is_deleted_meanwhile_runs_on_its_copy(old: Erp, clock: FixedClock) -> None:
    original = InboundEvent.objects.order_by("pk").first()
    assert original
    sender = Sender(old.organization.pk, old.organization.config_version)
    with transaction.atomic():
        replay_events(
            sender=sender,
            integration_id=old.integration.pk,
            event_ids=[to_text(EVENT_PREFIX, original.pk)],
            at=clock.now(),
        )
        with beside(running.apply):
            pass
    drain()
    assert not InboundEvent.objects.filter(pk=original.pk).exists()
    assert [row.status for row in InboundOutcome.objects.all()] == ["success"]
