"""Guard: how much an organization lets a prune remove before somebody has to look."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.entities.prunes import Guard
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONValue

SETTING = "prune_guard"
"""Key in Organization.settings: {"most": records, "share": part of the scope from 0 to 1}; a missing one is usual."""
HIGHEST_MOST = 1_000_000_000
"""More records than anybody has; beyond what the database counts with nothing could be compared."""


def guard_of(organization_id: int) -> Guard:
    """The organization's limits; the usual ones where it has set none, or nothing that makes sense."""
    return _read(Organization.objects.values_list("settings", flat=True).get(pk=organization_id))


@transaction.atomic
def set_guard(
    *, organization: Organization, most: int | None, share: float | None, actor: Actor, at: datetime
) -> Guard:
    """The organization's new limits; None leaves one as it is. They count from the next slice on.

    Raises Invalid for a most below 0 or beyond HIGHEST_MOST, and for a share outside 0 to 1.
    """
    _check(most, share)
    stored = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    before = _read(stored.settings)
    after = Guard(before.most if most is None else most, before.share if share is None else share)
    if after == before:
        return after
    kept = stored.settings if isinstance(stored.settings, dict) else {}
    stored.settings = kept | {SETTING: {"most": after.most, "share": after.share}}
    stored.save(update_fields=["settings"])
    changes: JSONObject = {"most": [before.most, after.most], "share": [before.share, after.share]}
    act = Act("organization.prune_guard", "organization", organization.public_id, changes)
    record(organization=organization, actor=actor, act=act, at=at)
    return after


def _read(settings: JSONValue) -> Guard:
    chosen = settings.get(SETTING) if isinstance(settings, dict) else None
    if not isinstance(chosen, dict):
        return Guard()
    usual = Guard()
    most, share = chosen.get("most"), chosen.get("share")
    return Guard(
        most if isinstance(most, int) and not isinstance(most, bool) and most >= 0 else usual.most,
        float(share) if _is_share(share) else usual.share,  # type: ignore[arg-type]  # a number by then
    )


def _is_share(value: JSONValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _check(most: int | None, share: float | None) -> None:
    details = []
    if most is not None and not 0 <= most <= HIGHEST_MOST:
        details.append(ErrorDetail("most", f"must be a number of records from 0 to {HIGHEST_MOST}"))
    if share is not None and not _is_share(share):
        details.append(ErrorDetail("share", "must be a part of the scope from 0 to 1, such as 0.2"))
    if details:
        raise Invalid("The limits are wrong.", details=details)
