"""Create, change and delete portals, which mappings refer to by what is said of them here."""

from __future__ import annotations

import re

from hub.accounts.audit import Act
from hub.environments.changes import PortalChanges, wrong
from hub.environments.models import Portal
from hub.environments.operations.author import Author, check_room, recorded
from hub.errors import NotFound
from hub.json_types import JSONObject, JSONValue

MOST_PORTALS = 1_000
FIELDS = ("origin", "domain", "name", "enabled", "is_dummy", "is_epilot_domain", "created_at")
_PORTAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}")


def put_portal(*, author: Author, portal_id: str, changes: PortalChanges) -> tuple[Portal, bool]:
    """Create the portal, or change what was sent of it and nothing else; True when it is new.

    A new one needs its origin; created_at is the present moment unless it is sent. Raises Invalid, LimitReached.
    """
    with recorded(author) as acts:
        portal = Portal.objects.of(author.organization).filter(portal_id=portal_id).first()
        is_new = portal is None
        if portal is None:
            portal = _new(author, portal_id, changes)
        before = _facts(portal)
        for name, value in changes.values.items():
            setattr(portal, name, value)
        portal.save(force_insert=is_new, force_update=not is_new)
        facts: JSONObject = {
            name: [None if is_new else before[name], value]
            for name, value in _facts(portal).items()
            if is_new or value != before[name]
        }
        if facts:
            acts.append(_act("create" if is_new else "update", portal, facts))
    return portal, is_new


def delete_portal(*, author: Author, portal_id: str) -> None:
    """Delete the portal. Raises NotFound."""
    with recorded(author) as acts:
        portal = Portal.objects.of(author.organization).filter(portal_id=portal_id).first()
        if portal is None:
            raise NotFound("There is no such portal.")
        acts.append(_act("delete", portal, {}))
        portal.delete()


def _new(author: Author, portal_id: str, changes: PortalChanges) -> Portal:
    if not _PORTAL_ID.fullmatch(portal_id):
        raise wrong("portal_id", "must be 1 to 128 letters, digits, _, . and -, beginning with a letter or a digit")
    if "origin" not in changes.values:
        raise wrong("origin", "is required for a new portal")
    check_room(Portal.objects.of(author.organization).count(), MOST_PORTALS, "portals")
    return Portal(organization_id=author.organization.pk, portal_id=portal_id, created_at=author.at)


def _facts(portal: Portal) -> dict[str, JSONValue]:
    facts = {name: getattr(portal, name) for name in FIELDS}
    return facts | {"created_at": portal.created_at.isoformat() if portal.created_at else None}


def _act(done: str, portal: Portal, facts: JSONObject) -> Act:
    return Act(f"portal.{done}", "portal", str(portal.pk), {"portal_id": portal.portal_id, **facts})
