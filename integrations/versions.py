"""The only door to django-simple-history: what a version records, and the versions of a use case.

models.py imports this module, so the history model is looked up by its name.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Protocol, cast
from uuid import UUID

from django.apps import apps
from django.db import models
from simple_history.models import HistoricalRecords

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.errors import NotFound
from hub.json_types import JSONObject, JSONValue
from integrations.differences import Difference, differences
from integrations.kinds import kind_of

PAGE_SIZE = 20
"""History entries per page (api.md section 4)."""


class HistoryFacts(models.Model):
    """Who made a version: filled from the Actor that save_version names."""

    actor_type = models.CharField(max_length=16, default="system")
    actor_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True


class Recorded(Protocol):
    """A row whose versions are kept, as far as this module knows it."""

    pk: UUID
    organization_id: int
    version: int
    updated_at: datetime

    def save(self, *, force_insert: bool = False) -> None:
        """Store the row and, with it, the version."""


class VersionRow(Protocol):
    """One row of the history table."""

    history_id: UUID
    history_date: datetime
    actor_type: str
    actor_id: str
    id: UUID
    integration_id: UUID
    name: str
    slug: str
    type: str
    enabled: bool
    configuration: JSONObject | None
    change_description: str | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version that is no longer live, and when the one after it replaced it."""

    row: VersionRow
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Newest first. next_version is what the next page starts below; None on the last page."""

    versions: tuple[PastVersion, ...]
    next_version: int | None


class _Records(HistoricalRecords):  # type: ignore[misc]  # the library ships no types
    """History rows are found by what they are versions of, and the version."""

    index_name = "history_by_version"

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:  # Any: the library's own signature
        options: dict[str, Any] = super().get_meta_options(model)
        return options | {"indexes": [models.Index(fields=["id", "version"], name=self.index_name)]}


def _actor_of(row: Any) -> Actor:  # Any: a history row, whose class is made at run time
    return Actor(row.actor_type, row.actor_id)


def _set_actor(row: Any, actor: Actor | None) -> None:  # Any: as above
    if actor is not None:
        row.actor_type, row.actor_id = actor.type, actor.id


def recorded_history(
    *, bases: list[type[models.Model]], index_name: str = _Records.index_name
) -> Any:  # Any: the library ships no types
    """A history table without foreign-key constraints, emptied with its row; its user is an Actor."""
    records = _Records(
        bases=bases,
        history_user_id_field=models.BigIntegerField(null=True),
        history_user_getter=_actor_of,
        history_user_setter=_set_actor,
        history_id_field=models.UUIDField(default=uuid.uuid4),
        cascade_delete_history=True,
    )
    records.index_name = index_name
    return records


def save_version(row: Recorded, *, actor: Actor, at: datetime, is_new: bool) -> None:
    """Store the row as it now is, and the version with who made it and when; only operations may call this."""
    recorded = cast(Any, row)  # Any: attributes that the library reads from the row
    recorded._history_user, recorded._history_date = actor, at
    row.save(force_insert=is_new)


def list_past_versions(use_case: Recorded, *, below: int | None = None) -> VersionPage:
    """Up to PAGE_SIZE versions that were replaced, newest first; below continues an earlier page."""
    start = use_case.version if below is None else min(below, use_case.version)
    rows: list[VersionRow] = list(
        _history()
        .filter(id=use_case.pk, organization_id=use_case.organization_id, version__lte=start)
        .order_by("-version", "-history_date")[: PAGE_SIZE + 2]
    )
    past = list(_pairs(rows))
    shown = tuple(past[:PAGE_SIZE])
    return VersionPage(shown, shown[-1].row.version if len(past) > PAGE_SIZE else None)


def get_version(*, organization: Organization, use_case_id: UUID, version: int) -> VersionRow:
    """The use case as it was in that version, live or past, because events name the version that handled them.

    Raises NotFound for a version that never was, and after the use case was deleted.
    """
    found = find_version(organization_id=organization.pk, use_case_id=use_case_id, version=version)
    if found is None:
        raise NotFound("There is no such version of this use case.")
    return found


def find_version(*, organization_id: int, use_case_id: UUID, version: int) -> VersionRow | None:
    """As get_version, with None for a version that is not there."""
    found: VersionRow | None = (
        _history().filter(organization_id=organization_id, id=use_case_id, version=version).order_by("-history_date")
    ).first()
    return found


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """A version that took effect at that moment; a save that changes nothing else is one, too."""

    use_case_id: UUID
    integration_id: UUID
    slug: str
    version: int
    at: datetime


def versions_between(
    *, organization: Organization, use_case_ids: Sequence[UUID], since: datetime, until: datetime, limit: int
) -> list[SavedVersion]:
    """The newest versions of these use cases that were saved in [since, until), at most limit, newest first."""
    rows = _history().filter(
        organization_id=organization.pk, id__in=use_case_ids, history_date__gte=since, history_date__lt=until
    )
    names = ("id", "integration_id", "slug", "version", "history_date")
    return [SavedVersion(*values) for values in rows.order_by("-history_date", "-version").values_list(*names)[:limit]]


def compare_versions(old: VersionRow, new: VersionRow) -> list[Difference]:
    """The places where two versions of a use case differ, secrets masked; empty when only a secret or nothing does."""
    return differences(_comparable(old), _comparable(new))


def _comparable(row: VersionRow) -> JSONObject:
    configuration: JSONValue = None
    if row.configuration is not None:
        configuration = kind_of(row.type).shown(row.configuration)
    content: JSONObject = {"name": row.name, "slug": row.slug, "enabled": row.enabled, "configuration": configuration}
    return {name: value for name, value in content.items() if value is not None}


def _history() -> models.QuerySet[Any]:  # Any: a model made at run time
    history: models.QuerySet[Any] = apps.get_model("integrations", "HistoricalUseCase")._default_manager.all()
    return history


def _pairs(rows: Sequence[VersionRow]) -> Iterator[PastVersion]:
    """Each row with the moment of the one above it, which replaced it; the first row only lends its moment."""
    for newer, row in pairwise(rows):
        yield PastVersion(row, newer.history_date)
