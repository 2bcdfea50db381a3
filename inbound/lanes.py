"""Lanes: made when a use case is saved, leased by workers, fenced by a token (engine rules 1.1 to 1.4)."""

from __future__ import annotations

import hashlib
from uuid import UUID

from hub import clock
from inbound.models import Lane
from integrations.models import UseCase, UseCaseType

SUB_LANES = 20
"""How many groups of one use case run side by side at most (api.md appendix B)."""


def on_use_case_saved(*, use_case: UseCase) -> None:
    """Make sure that an inbound use case has its lane; called in the transaction that saves it."""
    if use_case.type != UseCaseType.INBOUND:
        return
    Lane.objects.get_or_create(
        integration_id=use_case.integration_id,
        name=str(use_case.id),
        sub_lane=0,
        defaults={"organization_id": use_case.organization_id},
    )
    # A use case may be created again under the id of a deleted one (api.md 8.6).
    Lane.objects.filter(name=str(use_case.id), closed_at__isnull=False).update(closed_at=None)


def on_use_case_deleted(*, use_case: UseCase) -> None:
    """Close the lanes of a use case: what still waits in them ends with USE_CASE_NOT_FOUND."""
    lanes = Lane.objects.filter(organization_id=use_case.organization_id, name=str(use_case.id))
    lanes.update(closed_at=clock.now())


def sub_lane_of(group_id: str) -> int:
    """1 to SUB_LANES, the same for the same group in every process."""
    return int.from_bytes(hashlib.sha256(group_id.encode()).digest()[:4], "big") % SUB_LANES + 1


def find_or_make_sub_lane(*, organization_id: int, integration_id: UUID, name: str, sub_lane: int) -> int:
    """The id of a sub-lane, made when its first event arrives."""
    lane, _ = Lane.objects.get_or_create(
        integration_id=integration_id,
        name=name,
        sub_lane=sub_lane,
        defaults={"organization_id": organization_id},
    )
    return lane.pk
