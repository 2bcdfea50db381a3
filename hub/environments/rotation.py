"""Rotation of keys: which master key each data key lies under, moving them all to the first, and new data keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Min

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.accounts.recording import recorded
from hub.environments.models import DataKey, Variable
from hub.environments.resolve import reseal
from hub.environments.vault import can_be_opened, key_ring, key_ring_for_sealing, new_data_key, rewrap
from hub.errors import Conflict

BATCH = 100
"""Data keys that are moved in one transaction; a run that is interrupted goes on where it ended."""


@dataclass(frozen=True, slots=True)
class Census:
    """Where the data keys lie. by_master_key: id → how many; lost: how many of those no configured key opens."""

    first: str
    by_master_key: Mapping[str, int]
    lost: Mapping[str, int]

    @property
    def needed(self) -> list[str]:
        """Master keys other than the first that HUB_MASTER_KEYS has to keep."""
        return sorted(set(self.by_master_key) - {self.first})


@dataclass(frozen=True, slots=True)
class Rotated:
    """A new data key of one organization and how many values are sealed with it now."""

    number: int
    values: int


def census() -> Census:
    """Look at every data key."""
    counted: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for row in DataKey.objects.order_by("pk").iterator(chunk_size=1000):
        counted[row.master_key_id] += 1
        lost[row.master_key_id] += not can_be_opened(row)
    return Census(_first(), dict(sorted(counted.items())), {name: count for name, count in lost.items() if count})


def lost_data_keys(organization_id: int) -> dict[int, str]:
    """Number of each of its data keys that no configured key opens → the master key that it lies under. One query."""
    keys = DataKey.objects.filter(organization_id=organization_id)
    return {key.number: key.master_key_id for key in keys if not can_be_opened(key)}


def rewrap_all(*, actor: Actor, at: datetime) -> int:
    """Put every data key under the first master key; answers how many were moved. Repeating it changes nothing.

    Values stay as they are and readable all the time. Raises Conflict, before anything is moved, when
    HUB_MASTER_KEYS lacks a key that is still needed.
    """
    lost = census().lost
    if lost:
        raise Conflict(f"No key in HUB_MASTER_KEYS opens what lies under {', '.join(lost)}. Add it behind the first.")
    moved = 0
    while batch := _rewrap_batch():
        moved += batch
    if moved:
        act = Act("master_key.rewrap", "master_key", _first(), {"data_keys": moved})
        record(organization=None, actor=actor, act=act, at=at)
    return moved


def rotate_data_key(*, organization: Organization, actor: Actor, at: datetime) -> Rotated:
    """Make the organization a new data key and seal all of its values anew with it, all or nothing.

    The old one stays: what other rooms sealed lies under it. Raises SecretUnavailable when a value cannot be opened.
    """
    with recorded(organization=organization, actor=actor, at=at) as acts:
        number = max(key_ring_for_sealing(organization.pk, at).wrapped) + 1
        new_data_key(organization.pk, number, at)
        ring = key_ring(organization.pk)
        rows = list(Variable.objects.of(organization).filter(sealed__isnull=False).order_by("pk"))
        for row in rows:
            reseal(row, ring)
        Variable.objects.bulk_update(rows, ["sealed"], batch_size=BATCH)
        acts.append(Act("data_key.rotate", "data_key", str(number), {"values": len(rows)}))
    return Rotated(number, len(rows))


def refuse_wrong_master_keys() -> None:
    """Raise ImproperlyConfigured with one sentence when HUB_MASTER_KEYS does not fit this database. Two queries."""
    oldest = (
        DataKey.objects.values("master_key_id").annotate(pk_of_oldest=Min("pk")).values_list("pk_of_oldest", flat=True)
    )
    lost = [row.master_key_id for row in DataKey.objects.filter(pk__in=list(oldest)) if not can_be_opened(row)]
    if lost:
        raise ImproperlyConfigured(
            f"HUB_MASTER_KEYS does not open what this database holds: the key {', '.join(sorted(lost))} is missing, "
            "or is another one than it was. Set it again, behind the first."
        )


@transaction.atomic
def _rewrap_batch() -> int:
    rows = DataKey.objects.exclude(master_key_id=_first()).order_by("pk").select_for_update(no_key=True)[:BATCH]
    moved = list(rows)
    for row in moved:
        rewrap(row)
    DataKey.objects.bulk_update(moved, ["master_key_id", "wrapped"])
    return len(moved)


def _first() -> str:
    return next(iter(settings.HUB_MASTER_KEYS))
