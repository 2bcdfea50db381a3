"""A queue as tests talk to it: an integration with poll use cases, events of a while ago, an ERP that polls."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from hub import database
from hub.accounts.models import Organization
from hub.ids import new_id, to_text
from integrations.models import UseCase
from monitoring.models import MonitoringEvent
from outbound.models import QueuedMessage, Stream
from outbound.queue.acknowledging import TOKEN_PREFIX, Ack, acknowledge
from outbound.queue.dead_letters import Redriven, Remap, Remapped, list_dead, redrive
from outbound.queue.enqueueing import NewMessage, enqueue
from outbound.queue.polling import Lease, Unblocked, poll, unblock
from outbound.queue.spans import MESSAGE_PREFIX
from tests.builders import NOW, make_integration, make_use_case
from tests.conftest import FixedClock
from tests.hub.entities.conftest import file_store as file_store

A_WHILE = timedelta(minutes=10)
"""How long ago the first event of a test happened; each one is a second after the one before."""


FAILED = {"mapping_failure": "boom at 3"}
"""Fields of an event that could not be mapped."""
FIT = Remapped()
"""What a Remap says of an event that nothing maps: it is delivered as it is."""
FRAMES = re.compile("SAVEPOINT|RELEASE|BEGIN|COMMIT|SELECT set_config")


def polled(**delivery: Any) -> dict[str, Any]:
    """The configuration of a use case that is polled."""
    mapping = {"name": "ERP", "enabled": True, "delivery": {"type": "poll", **delivery}}
    return {"event_catalog_event": "contract.created", "mappings": [mapping]}


def never(letters: Sequence[QueuedMessage]) -> Any:
    """A Remap that must not be asked."""
    raise AssertionError(f"{len(letters)} dead letters were to be mapped")


class Queue:
    """The stream of one integration. names are the payloads' only member, by which tests know messages."""

    def __init__(self, organization: Organization, clock: FixedClock, **delivery: Any) -> None:
        self.organization = organization
        self.clock = clock
        self.integration = make_integration(organization=organization)
        self.use_case = self.add_use_case(**delivery)
        self.events = 0

    def add_use_case(self, **delivery: Any) -> UseCase:
        """One more that is polled."""
        return make_use_case(integration=self.integration, type="outbound", configuration=polled(**delivery))

    def message(self, name: str, **fields: Any) -> NewMessage:
        """An event that happened a second after the one before; fields replace what is usual."""
        self.events += 1
        usual = NewMessage(
            organization_id=self.organization.pk,
            integration_id=self.integration.pk,
            use_case_id=self.use_case.pk,
            mapping_id=None,
            event_id=new_id(),
            event_name="contract.created",
            occurred_at=NOW - A_WHILE + timedelta(seconds=self.events),
            raw_payload=json.dumps({"name": name}).encode(),
            correlation_id=f"c-{name}",
        )
        return replace(usual, **fields)

    def put(self, *names: str, **fields: Any) -> list[UUID]:
        """Enqueue events; their ids."""
        return self.put_messages(*[self.message(name, **fields) for name in names])

    def put_messages(self, *messages: NewMessage) -> list[UUID]:
        """Enqueue them; the ids of their events."""

        def once() -> None:
            with transaction.atomic():
                enqueue(messages, self.at)

        database.retrying(once)
        return [message.event_id for message in messages]

    @property
    def at(self) -> datetime:
        """Now."""
        return self.clock.at

    def poll(self, limit: int = 10) -> Lease:
        """What the ERP gets."""
        return poll(integration=self.integration, limit=limit, at=self.at)

    def polled(self, limit: int = 10) -> list[str]:
        """The names of what the ERP gets."""
        return names_of(self.poll(limit))

    def lapse(self) -> None:
        """Let the time of a lease pass."""
        self.clock.move(seconds=301)

    def ack(self, lease: Lease, *names: str) -> list[str]:
        """Confirm messages of a lease by name, all of them without one; what became of each."""
        ids = {name: message.id for name, message in zip(names_of(lease), lease.messages, strict=True)}
        acks = [Ack(public(ids[name]), to_text(TOKEN_PREFIX, lease.token)) for name in names or ids]
        return self.ack_as_sent(*acks)

    def ack_as_sent(self, *acks: Ack) -> list[str]:
        """Confirm whatever the ERP names."""
        return [str(status) for status in acknowledge(integration=self.integration, acks=acks, at=self.at)]

    def drain(self) -> list[str]:
        """Poll and confirm until nothing comes; the names in order."""
        names: list[str] = []
        while (lease := self.poll(100)).messages:
            names += names_of(lease)
            self.ack(lease)
        return names

    def fail(self, times: int, limit: int = 10) -> None:
        """Poll so many times and never confirm."""
        for _ in range(times):
            assert self.poll(limit).messages
            self.lapse()

    def unblock(self, reason: str = "") -> Unblocked:
        """Put the head aside."""
        return unblock(integration=self.integration, reason=reason, at=self.at)

    def dead(self) -> list[QueuedMessage]:
        """The dead letters."""
        return list_dead(integration=self.integration, limit=100, after=None, at=self.at)[0]

    def redrive(self, *ids: UUID, reapply: bool = False, remap: Remap = never) -> list[Redriven]:
        """Put dead letters back, all of them without an id."""
        texts = [public(key) for key in ids or [letter.pk for letter in self.dead()]]
        return redrive(integration=self.integration, ids=texts, reapply_mapping=reapply, remap=remap, at=self.at)

    def stream(self) -> Stream:
        """Its row."""
        return Stream.objects.of(self.organization).get(pk=self.integration.pk)

    def rows(self) -> list[QueuedMessage]:
        """Everything stored, in stream order."""
        return list(QueuedMessage.objects.of(self.organization).order_by("position", "id"))

    def spans(self, code: str) -> list[MonitoringEvent]:
        """What was told, oldest first."""
        return list(MonitoringEvent.objects.of(self.organization).filter(code=code).order_by("id"))


def public(key: UUID) -> str:
    """The id as the ERP knows it."""
    return to_text(MESSAGE_PREFIX, key)


def names_of(lease: Lease) -> list[str]:
    """The names in the payloads of a lease."""
    return [str(json.loads(message.payload or b"null")["name"]) for message in lease.messages]


@pytest.fixture
def statements(count_queries: Callable[[], Any]) -> Callable[[], Any]:
    """``with statements() as counted: …`` and then ``counted()``: how many, without those that frame transactions."""

    @contextmanager
    def counting() -> Iterator[Callable[[], int]]:
        with count_queries() as captured:
            yield lambda: len([one for one in captured if not FRAMES.match(one["sql"].strip())])

    return counting


@pytest.fixture
def queue(organization: Organization, clock: FixedClock) -> Queue:
    """The queue of an integration of Home."""
    return Queue(organization, clock)


@pytest.fixture
def blocking(organization: Organization, clock: FixedClock) -> Queue:
    """One whose use case blocks after two attempts."""
    return Queue(organization, clock, poison_policy="block", max_delivery_attempts=2)
