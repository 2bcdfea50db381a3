"""Sources: what some deliveries can be made of once more, and why one of them cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.events.models import CoreEvent
from hub.retention.purged import Purged, purged_among
from outbound.bodies import kept_among
from outbound.models import Delivery, DeliveryInput


@dataclass(frozen=True, slots=True)
class Sources:
    """What is kept. bodies, inputs: of which deliveries; events: core events; purged: bodies that retention deleted."""

    bodies: Collection[UUID]
    inputs: Collection[UUID]
    events: Collection[UUID]
    purged: Mapping[UUID, Purged]


def sources_of(originals: Sequence[Delivery]) -> Sources:
    """Five queries at most, whatever the number; no body is read."""
    ids = [one.id for one in originals]
    bodies = frozenset(kept_among(ids))
    inputs = frozenset(DeliveryInput.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return Sources(bodies, inputs, kept_events(originals), purged_among([one for one in ids if one not in bodies]))


def kept_events(originals: Iterable[Delivery]) -> frozenset[UUID]:
    """The core events behind them that retention has left; one query."""
    wanted = {one.core_event_id for one in originals if one.core_event_id is not None}
    return frozenset(CoreEvent.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def why_not(original: Delivery, sources: Sources, *, is_anew: bool) -> str:
    """Why it cannot go out again, as it was or anew, as a sentence; empty where it can."""
    return _why_not_anew(original, sources) if is_anew else _why_not_as_it_was(original, sources)


def _why_not_anew(original: Delivery, sources: Sources) -> str:
    if original.core_event_id in sources.events or original.id in sources.inputs:
        return ""
    if original.core_event_id is not None and original.id in sources.purged:
        return f"{_gone(sources.purged[original.id])} The event that it was made of is no longer kept either."
    if original.core_event_id is not None:
        kept = " Send it again as it was." if original.id in sources.bodies else ""
        return f"The event that this delivery was made of is not kept any more.{kept}"
    if original.id in sources.purged:
        return _gone(sources.purged[original.id])
    if original.id not in sources.bodies:
        return "This delivery ended before its body was made, and what it comes of is not kept."
    return "What this delivery was made of is not kept; send it again as it was."


def _why_not_as_it_was(original: Delivery, sources: Sources) -> str:
    if original.id in sources.purged:
        return f"{_gone(sources.purged[original.id])} Have it made again while its event is kept."
    if original.id not in sources.bodies:
        return "This delivery ended before its body was made, so there is nothing to repeat; have it made again."
    return ""


def _gone(purged: Purged) -> str:
    return f"What this delivery sent was {purged.how}."
