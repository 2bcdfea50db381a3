"""audience_of, reach_of: who listens to the events of an organization, and how far events got; for whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.conf import settings

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.plugins import load


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who gets every event of one name. key tells them apart; place is where it belongs, target where the
    event goes. url_name and url_args lead to its page, where it has one."""

    key: str
    kind: str
    label: str
    place: str
    target: str
    url_name: str
    url_args: tuple[object, ...]
    takes_samples: bool = False
    """Whether an event can be sent to it alone, as a test."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many deliveries an event has led to, messages of poll queues among them, and how many of them failed."""

    deliveries: int = 0
    failed: int = 0


NOWHERE = Reach()
Audience: TypeAlias = Mapping[str, Sequence[Listener]]
"""Name of an event → who listens to it."""
AudienceSource: TypeAlias = Callable[[Organization], Audience]
"""A function in CORE_EVENT_LISTENERS; a constant number of queries."""
ReachSource: TypeAlias = Callable[[Organization, Sequence[UUID]], Mapping[UUID, Reach]]
"""A function in CORE_EVENT_REACH: ids of events → what became of those that led to something."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An event that is sent to one listener as a test. event_id: of an event of the past; None: made up."""

    event_name: str
    key: str
    actor: Actor
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The delivery of a sample. is_going: it is on its way; else code and message say why it ended at once."""

    delivery_id: UUID
    is_going: bool
    code: str = ""
    message: str = ""


SampleSender: TypeAlias = Callable[[Organization, Sample, datetime], Sent]
"""The function in CORE_EVENT_SAMPLE_SENDER; must not be called within a transaction."""


def audience_of(organization: Organization) -> Audience:
    """Who listens now; events to which nobody listens are absent."""
    found: dict[str, list[Listener]] = {}
    for path in settings.CORE_EVENT_LISTENERS:
        source: AudienceSource = load(path)
        for name, listeners in source(organization).items():
            found.setdefault(name, []).extend(listeners)
    return found


def reach_of(organization: Organization, ids: Iterable[UUID]) -> Mapping[UUID, Reach]:
    """What became of events, by their ids; those that led to nothing are absent."""
    wanted = list(ids)
    found: dict[UUID, Reach] = {}
    for path in settings.CORE_EVENT_REACH if wanted else ():
        source: ReachSource = load(path)
        for event_id, reach in source(organization, wanted).items():
            before = found.get(event_id, NOWHERE)
            found[event_id] = Reach(before.deliveries + reach.deliveries, before.failed + reach.failed)
    return found


def send_sample(organization: Organization, sample: Sample, at: datetime) -> Sent:
    """Send it to that listener alone. Raises NotFound for one that is none any more or takes no samples."""
    sender: SampleSender = load(settings.CORE_EVENT_SAMPLE_SENDER)
    return sender(organization, sample, at)
