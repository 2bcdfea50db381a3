"""Whether an organization lets its ERPs acknowledge events without a token; off unless it says otherwise."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization

SETTING = "acknowledge_without_token"
"""Key in Organization.settings; only true allows it."""


def is_allowed_by(organization: Organization) -> bool:
    """What the row of the organization says."""
    # Asked here and not in SQL: SQLite takes the text "true" for the same.
    return isinstance(organization.settings, dict) and organization.settings.get(SETTING) is True


@transaction.atomic
def allow(*, organization: Organization, allowed: bool, actor: Actor, at: datetime) -> None:
    """Allow or refuse it from the next request on; the audit trail has what changes."""
    stored = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    kept = stored.settings if isinstance(stored.settings, dict) else {}
    before = is_allowed_by(stored)
    if before == allowed:
        return
    stored.settings = kept | {SETTING: allowed}
    stored.save(update_fields=["settings"])
    act = Act("organization.acknowledgement", "organization", organization.public_id, {SETTING: [before, allowed]})
    record(organization=organization, actor=actor, act=act, at=at)
