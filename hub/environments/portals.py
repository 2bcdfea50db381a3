"""portals_of: the portals of an organization as mappings see them, oldest first (mapping.md section 10)."""

from __future__ import annotations

from datetime import UTC

from hub.environments.models import Portal
from hub.environments.remembered import Remembered
from hub.json_types import JSONObject

REMEMBERED_S = 300.0
"""Longest time that a change outside the hub's own operations stays unseen."""


def portals_of(organization_id: int, config_version: int | None = None) -> list[JSONObject]:
    """Every portal, sorted by created_at and portal_id, those without created_at first.

    ``{portal_id, origin, domain, name, enabled, is_dummy, is_epilot_domain, created_at?}``; not to be changed. A
    change counts at once; one query, none when the caller names the config_version that it has just read.
    """
    return _portals.of(organization_id, config_version)


def portal_object(portal: Portal) -> JSONObject:
    """The portal as an expression and the API see it; created_at is left out when it is not known."""
    shown: JSONObject = {
        "portal_id": portal.portal_id,
        "origin": portal.origin,
        "domain": portal.domain,
        "name": portal.name,
        "enabled": portal.enabled,
        "is_dummy": portal.is_dummy,
        "is_epilot_domain": portal.is_epilot_domain,
    }
    if portal.created_at is not None:
        moment = portal.created_at.astimezone(UTC).replace(tzinfo=None)
        shown["created_at"] = moment.isoformat(timespec="milliseconds") + "Z"
    return shown


def forget_all() -> None:
    """Everything is read again."""
    _portals.forget_all()


def _read(organization_id: int) -> list[JSONObject]:
    rows = sorted(Portal.objects.filter(organization_id=organization_id), key=_age)
    return [portal_object(row) for row in rows]


def _age(portal: Portal) -> tuple[bool, float, str]:
    at = portal.created_at
    return at is not None, at.timestamp() if at else 0.0, portal.portal_id


_portals = Remembered(_read, REMEMBERED_S)
