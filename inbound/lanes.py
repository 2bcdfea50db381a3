"""Lanes: made when a use case is saved, shared where settings.lane says so, closed with their last use case."""

from __future__ import annotations

import hashlib
from uuid import UUID

from hub import clock
from inbound.lane_changes import move_to
from inbound.models import Lane, LaneMember
from integrations.models import UseCase, UseCaseType

SUB_LANES = 20
"""How many groups of one use case run side by side at most (api.md appendix B)."""
SHARED = "shared:"
"""Before the name that settings.lane gives, so that no name can be taken for the id of a use case."""


def on_use_case_saved(*, use_case: UseCase) -> None:
    """Make sure that an inbound use case is in the lane it names; called in the transaction that saves it.

    What waits in the lane it was in before comes with it. Raises LaneTooFull when that is too much.
    """
    if use_case.type != UseCaseType.INBOUND:
        return
    name = lane_name_of(use_case)
    _make(use_case, name)
    member = LaneMember.objects.filter(pk=use_case.pk).first()
    if member is None:
        LaneMember.objects.create(
            use_case_id=use_case.pk,
            organization_id=use_case.organization_id,
            integration_id=use_case.integration_id,
            name=name,
        )
    elif member.name != name:
        left = member.name
        # First of all: it locks every lane concerned in one order, and what follows touches no other.
        move_to(member, name)
        _close_if_empty(use_case, left)
    _open(use_case, name)


def on_use_case_deleted(*, use_case: UseCase) -> None:
    """Close the lanes that no other use case shares: what still waits in them ends with USE_CASE_NOT_FOUND."""
    member = LaneMember.objects.filter(pk=use_case.pk).first()
    if member is not None:
        _close_if_empty(use_case, member.name)


def lane_name_of(use_case: UseCase) -> str:
    """The lane that the configuration names, else one of its own, called by the use case's id."""
    settings = (use_case.configuration or {}).get("settings")
    shared = settings.get("lane") if isinstance(settings, dict) else None
    return f"{SHARED}{shared}" if shared else str(use_case.pk)


def _make(use_case: UseCase, name: str) -> None:
    Lane.objects.get_or_create(
        integration_id=use_case.integration_id,
        name=name,
        sub_lane=0,
        defaults={"organization_id": use_case.organization_id},
    )


def _open(use_case: UseCase, name: str) -> None:
    """A use case may be created again under the id of a deleted one (api.md 8.6), or come back to a lane it left."""
    Lane.objects.filter(integration_id=use_case.integration_id, name=name, closed_at__isnull=False).update(
        closed_at=None
    )


def _close_if_empty(use_case: UseCase, name: str) -> None:
    """Close the lane and its sub-lanes unless a use case other than this one is in it."""
    members = LaneMember.objects.filter(integration_id=use_case.integration_id, name=name).exclude(pk=use_case.pk)
    if not UseCase.objects.filter(pk__in=members.values("pk")).exists():
        lanes = Lane.objects.filter(integration_id=use_case.integration_id, name=name, closed_at=None)
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
