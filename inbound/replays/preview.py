"""preview_of: what a replay would run, what it would leave out and why, and whom it concerns; writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from inbound.configuration.entities import PRUNES
from inbound.configuration.readings import PRUNE
from inbound.replays.audience import Heard, heard_of
from inbound.replays.looking import Looked
from inbound.replays.options import Options
from inbound.replays.scopes import Scope
from inbound.replays.verdicts import Reason
from integrations.models import UseCase, UseCaseType
from monitoring.models import MonitoringEvent

MOST_COUNTED: Final = 10_000
"""Events are counted no further."""
MOST_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found among the first events.

    total: how many they are; looked_at: rows among which they were found. counted: all there are, up to
    MOST_COUNTED + 1, None where nobody can count them before they are looked at; has_more: whether there may be others.
    runs: how many would run. left_out: reason → how many, the most frequent first. stale: some of the events that were
    overtaken. entities: how many their runs so far have reached.
    prunes: those use cases among them that remove what a list leaves out; where there are others, all of the
    organization that do, for nobody has seen whose they are. heard: the core events that those which run may publish,
    none where nothing is to reach anybody outside.
    """

    total: int
    looked_at: int
    counted: int | None
    runs: int
    has_more: bool
    left_out: Mapping[Reason, int]
    stale: Sequence[UUID]
    entities: int
    use_cases: Sequence[UseCase]
    prunes: Sequence[UseCase]
    heard: Sequence[Heard] = ()


def preview_of(*, organization: Organization, scope: Scope, looked: Looked, options: Options) -> Preview:
    """Of what a look at the scope has found; ten queries, whatever the number of events."""
    left_out = looked.verdicts.left_out
    counts = Counter(verdict.reason for verdict in left_out.values())
    counts.update({Reason.NOT_FOUND: looked.missing} if looked.missing else {})
    runs = looked.runs
    stale = [key for key, verdict in left_out.items() if verdict.reason is Reason.STALE]
    use_cases = _use_cases(organization, {looked.verdicts.targets[event.pk] for event in runs})
    total = len(looked.events) + looked.missing
    return Preview(
        total=total,
        looked_at=looked.looked_at,
        counted=total if looked.is_all else scope.count(organization.pk, MOST_COUNTED + 1),
        runs=len(runs),
        has_more=not looked.is_all,
        left_out=dict(counts.most_common()),
        stale=stale[:MOST_LISTED],
        entities=_entities(organization, [event.pk for event in runs]),
        use_cases=use_cases,
        prunes=[one for one in (use_cases if looked.is_all else _all_inbound(organization)) if has_prunes(one)],
        heard=heard_of(organization, [event.pk for event in runs]) if options.has_deliveries else (),
    )


def has_prunes(use_case: UseCase) -> bool:
    """Whether some entry of its configuration removes what an event does not list any more."""
    configuration = use_case.configuration if isinstance(use_case.configuration, dict) else {}
    return _has_mode(configuration.get("entities"), PRUNES) or _has_mode(configuration.get("meter_readings"), (PRUNE,))


def _has_mode(entries: object, modes: Sequence[str]) -> bool:
    return isinstance(entries, list) and any(isinstance(one, dict) and one.get("mode") in modes for one in entries)


def _use_cases(organization: Organization, ids: set[UUID]) -> list[UseCase]:
    return list(UseCase.objects.of(organization).filter(pk__in=ids).order_by("slug", "id"))


def _all_inbound(organization: Organization) -> list[UseCase]:
    use_cases = UseCase.objects.of(organization).filter(type=UseCaseType.INBOUND, enabled=True)
    return list(use_cases.order_by("slug", "id"))


def _entities(organization: Organization, event_ids: Sequence[UUID]) -> int:
    spans = MonitoringEvent.objects.filter(organization_id=organization.pk, event_id__in=event_ids)
    return spans.filter(entity_id__isnull=False).order_by().values("entity_id").distinct().count()
