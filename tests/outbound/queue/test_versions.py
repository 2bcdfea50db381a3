"""Messages tell the version of their use case, so that an issue of theirs can be resolved by the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from hub.accounts.audit import Actor
from monitoring.issues.acts import resolve
from monitoring.issues.changing import By
from monitoring.issues.folding import fold
from monitoring.models import MonitoringEvent
from monitoring.models.issues import Issue, IssueState
from outbound.models import QueuedMessage
from outbound.queue.dead_letters import Remapped
from outbound.queue.expiry import expire
from outbound.queue.remapping import remap_for
from tests.outbound.queue.conftest import FAILED, Queue
from tests.outbound.world import World, mapping

pytestmark = pytest.mark.django_db

MAPPED = Remapped(b'{"name":"a"}', "1" * 16, use_case_version=8)


def mapped_anew(letters: Sequence[QueuedMessage]) -> list[Remapped]:
    return [MAPPED] * len(letters)


def versions(queue: Queue, code: str) -> list[int | None]:
    return [span.use_case_version for span in queue.spans(code)]


def issue_after(queue: Queue, version: int) -> Issue:
    """Of a message of that version which cannot be mapped and is put aside."""
    queue.clock.move(minutes=5)
    queue.put("bad", use_case_version=version, **FAILED)
    queue.poll()
    fold()
    [issue] = Issue.objects.of(queue.organization)
    return issue


def test_an_issue_of_messages_regresses_only_with_a_version_that_was_to_repair_it(queue: Queue) -> None:
    version = queue.use_case.version
    issue = issue_after(queue, version)
    by = By(queue.organization, Actor("user", "7"), queue.at + timedelta(seconds=1), revision=issue.revision)
    resolve(issue, by, in_next_version=True)
    assert issue_after(queue, version).state == IssueState.RESOLVED
    assert issue_after(queue, version + 1).state == IssueState.REGRESSED


@pytest.mark.parametrize("version", [7, None])
def test_every_span_of_a_message_tells_it_where_it_is_known(queue: Queue, version: int | None) -> None:
    queue.put("a", use_case_version=version)
    queue.ack(queue.poll())
    assert (versions(queue, "MSG_ENQUEUED"), versions(queue, "MSG_ACKED")) == ([version], [version])


def test_so_does_that_of_one_that_nobody_polled(queue: Queue) -> None:
    queue.put("a", use_case_version=7)
    queue.clock.move(days=31)
    expire()
    assert versions(queue, "MSG_EXPIRED_UNPOLLED") == [7]


def test_what_is_put_back_as_it_was_keeps_its_version(queue: Queue) -> None:
    queue.put("a", use_case_version=7)
    queue.fail(5)
    queue.poll()
    queue.redrive()
    assert versions(queue, "MSG_ENQUEUED") == [7, 7]


def test_what_is_mapped_anew_is_of_the_version_that_maps_it(queue: Queue) -> None:
    queue.put("a", use_case_version=7, **FAILED)
    queue.poll()
    queue.redrive(remap=mapped_anew)
    assert versions(queue, "MSG_ENQUEUED") == [7, 8]


def test_the_version_of_now_maps_anew(queue: Queue) -> None:
    queue.put("a", use_case_version=None, **FAILED)
    queue.poll()
    queue.redrive(remap=remap_for(queue.organization))
    assert versions(queue, "MSG_ENQUEUED") == [None, queue.use_case.version]


def test_a_polled_event_is_queued_with_the_version_that_was_live(world: World) -> None:
    use_case = world.use_case(mapping(delivery={"type": "poll"}))
    world.change_contact("C-1", email=[{"email": "one@example.com"}])
    world.work()
    span = MonitoringEvent.objects.get(code="MSG_ENQUEUED")
    assert (QueuedMessage.objects.get().use_case_version, span.use_case_version) == (use_case.version, use_case.version)
