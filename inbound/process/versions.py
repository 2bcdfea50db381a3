"""The use case versions of a slice: resolved once, with their compiled plans cached by version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import orjson

from integrations.models import UseCase, UseCaseType


@dataclass(frozen=True, slots=True)
class PinnedVersion:
    """What an event is mapped with: plan is the configuration as JSON bytes; problem says why there is none."""

    use_case_id: UUID
    version: int
    plan: bytes = b""
    problem: str = ""
    message: str = ""

    @property
    def plan_key(self) -> str:
        """The name under which a mapping child keeps the compiled plan."""
        return f"{self.use_case_id}:{self.version}"


_cache: dict[UUID, PinnedVersion] = {}
MOST_CACHED = 1000


def current_versions(organization_id: int, use_case_ids: Iterable[UUID]) -> dict[UUID, PinnedVersion]:
    """The live version of each use case, with one query; one that is gone has the problem USE_CASE_NOT_FOUND."""
    wanted = set(use_case_ids)
    rows = UseCase.objects.filter(organization_id=organization_id, pk__in=wanted)
    live = {row.pk: row for row in rows.only("id", "version", "enabled", "type", "name")}
    return {identifier: _resolve(identifier, live.get(identifier)) for identifier in wanted}


def _resolve(identifier: UUID, use_case: UseCase | None) -> PinnedVersion:
    if use_case is None:
        return PinnedVersion(identifier, 0, problem="USE_CASE_NOT_FOUND", message="The use case was deleted")
    cached = _cache.get(identifier)
    if cached is None or cached.version != use_case.version:
        cached = _remember(_load(use_case))
    if not use_case.enabled:
        message = f"{use_case.name} is disabled"
        return PinnedVersion(identifier, use_case.version, problem="USE_CASE_DISABLED", message=message)
    return cached


def forget_all() -> None:
    """Drop every cached version."""
    _cache.clear()


def _remember(version: PinnedVersion) -> PinnedVersion:
    if len(_cache) >= MOST_CACHED:
        _cache.clear()
    _cache[version.use_case_id] = version
    return version


def _load(use_case: UseCase) -> PinnedVersion:
    if use_case.type != UseCaseType.INBOUND:
        message = f"{use_case.name} is a use case of type {use_case.type}"
        return PinnedVersion(use_case.pk, use_case.version, problem="USE_CASE_INVALID_TYPE", message=message)
    if not use_case.configuration:
        message = f"{use_case.name} has no configuration"
        return PinnedVersion(use_case.pk, use_case.version, problem="USE_CASE_MISSING_CONFIG", message=message)
    return PinnedVersion(use_case.pk, use_case.version, plan=orjson.dumps(use_case.configuration))
