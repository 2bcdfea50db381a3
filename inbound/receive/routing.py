"""Which use case an event goes to: the routing table of an organization, cached by its configuration version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from hub.accounts.models import Organization
from inbound.models import Lane, LaneMember
from inbound.receive.envelope import Submitted
from integrations.models import AppMapping, Integration, UseCase, UseCaseType

NOT_SLUG = re.compile(r"[^a-z0-9]+")
SYNC_SUFFIX = "-sync"
"""A use case called customer-sync also answers to the name customer (api.md 11.2, step 2)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A use case as routing sees it."""

    use_case_id: UUID
    slug: str
    name: str
    type: str
    is_enabled: bool
    lane_id: int | None
    lane_name: str

    @property
    def takes_events(self) -> bool:
        """True for an enabled inbound use case that has its lane."""
        return self.is_enabled and self.type == UseCaseType.INBOUND and self.lane_id is not None


@dataclass(frozen=True)
class Inlet:
    """One integration with its use cases, oldest first."""

    integration_id: UUID
    targets: tuple[Target, ...]

    @cached_property
    def by_slug(self) -> dict[str, Target]:
        """Every use case, whatever its type, by exact slug."""
        return {target.slug: target for target in self.targets}

    @cached_property
    def candidates(self) -> tuple[Target, ...]:
        """What a name may lead to: the inbound use cases that take events."""
        return tuple(target for target in self.targets if target.takes_events)

    @cached_property
    def _by_name(self) -> dict[str, Target | None]:
        return {}

    def find_by_name(self, name: str) -> Target | None:
        """Exact name, exact slug, slugified name, slug without -sync: the first rule that matches, oldest first."""
        if name not in self._by_name:
            self._by_name[name] = self._search(name)
        return self._by_name[name]

    def _search(self, name: str) -> Target | None:
        slug = NOT_SLUG.sub("-", name.lower()).strip("-")
        rules: tuple[Callable[[Target], bool], ...] = (
            lambda target: target.name == name,
            lambda target: target.slug == name,
            lambda target: target.slug == slug,
            lambda target: target.slug.removesuffix(SYNC_SUFFIX) == slug,
        )
        return next((target for rule in rules for target in self.candidates if rule(target)), None)

    def find(self, event: Submitted) -> Target | None:
        """The use case the event names, whatever its state: a slug wins, then event_name, then object_type."""
        if event.use_case_slug is not None:
            return self.by_slug.get(event.use_case_slug)
        return self.find_by_name(event.event_name or event.object_type or "")


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """All inlets of one organization as of one configuration version."""

    config_version: int
    inlets: dict[UUID, Inlet]
    components: dict[tuple[UUID, UUID], UUID]
    sub_lanes: dict[tuple[UUID, str, int], int] = field(default_factory=dict)
    """(integration, lane name, sub-lane) → lane id; grows as group ids are met."""


_tables: dict[int, RoutingTable] = {}


def routing_table(organization_id: int, config_version: int) -> RoutingTable:
    """The table as of config_version, loaded with six queries when the cached one is of another version."""
    table = _tables.get(organization_id)
    if table is None or table.config_version != config_version:
        table = _tables[organization_id] = _load(organization_id)
    return table


def forget(organization_id: int) -> None:
    """Drop the cached table of an organization."""
    _tables.pop(organization_id, None)


def forget_all() -> None:
    """Drop every cached table."""
    _tables.clear()


def _load(organization_id: int) -> RoutingTable:
    # The version is read before the rows: a change in between leaves the table older than it claims never, newer at
    # worst, and the accepting statement compares the version again.
    config_version = Organization.objects.values_list("config_version", flat=True).get(pk=organization_id)
    lanes = _lanes(organization_id)
    use_cases = UseCase.objects.filter(organization_id=organization_id).order_by("created_at", "id")
    targets: dict[UUID, list[Target]] = {}
    for use_case in use_cases.defer("configuration"):
        targets.setdefault(use_case.integration_id, []).append(_target(use_case, lanes))
    integrations = Integration.objects.filter(organization_id=organization_id).values_list("id", flat=True)
    return RoutingTable(config_version, _inlets(integrations, targets), _components(organization_id))


def _inlets(integrations: Iterable[UUID], targets: dict[UUID, list[Target]]) -> dict[UUID, Inlet]:
    return {integration: Inlet(integration, tuple(targets.get(integration, ()))) for integration in integrations}


def _lanes(organization_id: int) -> dict[UUID, tuple[int, str]]:
    """Use case → id and name of its lane."""
    lanes = Lane.objects.filter(organization_id=organization_id, sub_lane=0)
    ids = {(integration, name): pk for pk, integration, name in lanes.values_list("pk", "integration_id", "name")}
    return {
        member.use_case_id: (ids[member.integration_id, member.name], member.name)
        for member in LaneMember.objects.filter(organization_id=organization_id)
        if (member.integration_id, member.name) in ids
    }


def _target(use_case: UseCase, lanes: dict[UUID, tuple[int, str]]) -> Target:
    lane_id, lane_name = lanes.get(use_case.id, (None, ""))
    return Target(
        use_case_id=use_case.id,
        slug=use_case.slug,
        name=use_case.name,
        type=use_case.type,
        is_enabled=use_case.enabled,
        lane_id=lane_id,
        lane_name=lane_name,
    )


def _components(organization_id: int) -> dict[tuple[UUID, UUID], UUID]:
    rows = AppMapping.objects.filter(organization_id=organization_id)
    return {(row.app_id, row.component_id): row.integration_id for row in rows}
