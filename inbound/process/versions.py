"""The use case versions of a slice: the live ones, and those that events which are tried again began with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import msgspec
import orjson
from django.db.models import F

from hub.entities.store import Source
from hub.hops import marked
from hub.json_types import JSONObject
from hub.quiet import QUIET
from inbound.lookups import live_lookups
from inbound.mapping.lookups import Lookups, closed
from inbound.process.slices import Queued
from integrations.models import UseCase, UseCaseType
from integrations.versions import find_version


@dataclass(frozen=True, slots=True, eq=False)
class PinnedVersion:
    """What an event is mapped with: plan is the configuration as JSON bytes; problem says why there is none.

    known is the hash of the plan, which carries what may be looked up: schemas, environment, portals.
    """

    use_case_id: UUID
    version: int
    plan: bytes = b""
    problem: str = ""
    message: str = ""
    known: str = ""
    is_whole: bool = True
    """False when something that it may look up could not be read."""
    source: Source = field(init=False)
    """Who writes, as the history of entities names it; one object for all events, which is told apart quickly."""

    def __post_init__(self) -> None:
        source = Source("use_case", str(self.use_case_id), self.use_case_id, self.version)
        object.__setattr__(self, "source", source)

    def source_of(self, event: Queued) -> Source:
        """That of the event: what follows from its writes knows how many flows led there, and whether to keep quiet."""
        if event.hop is None and event.retry is None:
            return self.source
        chain = (*marked(event.hop or 0), *((QUIET,) if event.is_quiet else ()))
        return msgspec.structs.replace(self.source, chain=chain) if chain else self.source

    @property
    def plan_key(self) -> str:
        """The name under which a mapping child keeps the compiled plan."""
        return f"{self.use_case_id}:{self.version}:{self.known}"


Place = tuple[UUID, int, int]
_cache: dict[Place, PinnedVersion] = {}
"""By use case, version and the config_version of the organization: whatever may be looked up is part of that."""
MOST_CACHED = 1000
PARENTS = ("organization_id", "integration_id")


def versions_of(organization_id: int, events: Sequence[Queued]) -> dict[int, PinnedVersion]:
    """Sequence → version: the live one at its first attempt, ever after the one it had then (engine rule 1.10).

    One query for all, and one for every version that is neither live nor remembered. A use case that is gone has the
    problem USE_CASE_NOT_FOUND, a disabled one USE_CASE_DISABLED, also for events that began before.
    """
    use_cases = {event.use_case_id.int: event.use_case_id for event in events}
    live = _live(organization_id, use_cases.values())
    resolved: dict[tuple[int, int], PinnedVersion] = {}
    versions: dict[int, PinnedVersion] = {}
    for event in events:
        number = event.use_case_id.int  # as an id it would be compared by Python code, thousands of times
        place = (number, _begun_with(event))
        if place not in resolved:
            found = live.get(use_cases[number])
            begun_with = place[1] or (found.use_case.version if found else 0)
            resolved[place] = _resolve(use_cases[number], begun_with, found)
        versions[event.sequence] = resolved[place]
    return versions


def _begun_with(event: Queued) -> int:
    """The version of the attempts before; 0 at the first one."""
    version = event.retry.get("version") if event.retry else None
    return version if isinstance(version, int) else 0


class Live(NamedTuple):
    """A use case as it is now, and the config_version of its organization at the same moment."""

    use_case: UseCase
    config_version: int


def _live(organization_id: int, use_case_ids: Iterable[UUID]) -> dict[UUID, Live]:
    rows = UseCase.objects.filter(organization_id=organization_id, pk__in=use_case_ids)
    read = rows.only("id", *PARENTS, "version", "enabled", "type", "name")
    versioned = read.annotate(config_version=F("organization__config_version"))
    return {row.pk: Live(row, row.config_version) for row in versioned}


def _resolve(identifier: UUID, version: int, live: Live | None) -> PinnedVersion:
    if live is None:
        return PinnedVersion(identifier, version, problem="USE_CASE_NOT_FOUND", message="The use case was deleted")
    if not live.use_case.enabled:
        message = f"{live.use_case.name} is disabled"
        return PinnedVersion(identifier, version, problem="USE_CASE_DISABLED", message=message)
    place = (identifier, version, live.config_version)
    return _cache.get(place) or _remember(place, _load(live, version))


def _remember(place: Place, pinned: PinnedVersion) -> PinnedVersion:
    """What could not be read is asked for again next time."""
    if pinned.is_whole:
        if len(_cache) >= MOST_CACHED:
            _cache.clear()
        _cache[place] = pinned
    return pinned


def forget_all() -> None:
    """Drop every cached version."""
    _cache.clear()


def _load(live: Live, version: int) -> PinnedVersion:
    use_case = live.use_case
    if use_case.type != UseCaseType.INBOUND:
        message = f"{use_case.name} is a use case of type {use_case.type}"
        return PinnedVersion(use_case.pk, version, problem="USE_CASE_INVALID_TYPE", message=message)
    configuration = _configuration(use_case, version)
    if not configuration:
        message = f"{use_case.name} has no configuration"
        return PinnedVersion(use_case.pk, version, problem="USE_CASE_MISSING_CONFIG", message=message)
    lookups = _lookups(live, configuration)
    plan = orjson.dumps(closed(configuration, lookups))
    known = hashlib.sha256(plan).hexdigest()
    return PinnedVersion(use_case.pk, version, plan=plan, known=known, is_whole=lookups.environment is not None)


def _lookups(live: Live, configuration: JSONObject) -> Lookups:
    return live_lookups(
        organization_id=live.use_case.organization_id,
        integration_id=live.use_case.integration_id,
        config_version=live.config_version,
        configuration=configuration,
    )


def _configuration(use_case: UseCase, version: int) -> JSONObject | None:
    if version != use_case.version:
        past = find_version(organization_id=use_case.organization_id, use_case_id=use_case.pk, version=version)
        return past.configuration if past else None
    live: JSONObject | None = use_case.configuration
    return live
