"""guard_of: how much an organization lets a prune remove before somebody has to look."""

from __future__ import annotations

from hub.accounts.models import Organization
from hub.entities.store import Guard
from hub.json_types import JSONValue

SETTING = "prune_guard"
"""Key in Organization.settings: {"most": records, "share": part of the scope from 0 to 1}; a missing one is usual."""


def guard_of(organization_id: int) -> Guard:
    """The organization's limits; the usual ones where it has set none, or nothing that makes sense."""
    settings = Organization.objects.values_list("settings", flat=True).get(pk=organization_id)
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
