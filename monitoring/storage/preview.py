"""shorter_ages: what a shorter age would delete now, before anybody confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import BooleanField, ExpressionWrapper, Model, Q, Value

from hub.accounts.models import Organization
from hub.ids import first_id_at
from hub.retention.kinds import RetentionKind, kinds
from hub.retention.walking import key_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_EXAMINED: Final = 20_000
"""Rows of all organizations that are looked at for one kind: some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """A kind whose age becomes shorter. rows: how many of the organization were made between the two ages; of some
    what is asked about is gone already. is_more: there were too many to look at all."""

    label: _StrPromise
    before: int
    after: int
    rows: int
    is_more: bool


def shorter_ages(
    *, organization: Organization, before: Mapping[str, int], after: Mapping[str, int], at: datetime
) -> list[Shortened]:
    """Two bounded queries for each kind that becomes shorter; ages that are not in after stay as they are."""
    return [
        _shortened(kind, organization, before[kind.key], days, at)
        for kind in kinds()
        if (days := after.get(kind.key, before[kind.key])) < before[kind.key]
    ]


def _shortened(kind: RetentionKind, organization: Organization, before: int, after: int, at: datetime) -> Shortened:
    model: type[Model] = kind.walks
    key = key_of(model)
    until = first_id_at(at - timedelta(days=after))
    made = Q(**{f"{key}__gte": first_id_at(at - timedelta(days=before)), f"{key}__lt": until})
    is_meant = ExpressionWrapper(kind.only, BooleanField()) if kind.only else Value(True)
    place = model._default_manager.filter(made).order_by(key).annotate(is_meant=is_meant)
    seen = list(place.values_list("organization_id", "is_meant")[:MOST_EXAMINED])
    rows = sum(owner == organization.pk and bool(meant) for owner, meant in seen)
    return Shortened(kind.label, before, after, rows, is_more=len(seen) == MOST_EXAMINED)
