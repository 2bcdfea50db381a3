"""Principal: who is calling, as facts; Grant: one line of what a token may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from hub.accounts.models import Organization, Role

if TYPE_CHECKING:
    from datetime import datetime

    from hub.json_types import JSONObject

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """Allows or denies the actions that match the pattern, on the resources that match."""

    action: str
    resource: str = EVERYTHING
    effect: str = "allow"

    @property
    def is_deny(self) -> bool:
        """True when this line takes away."""
        return self.effect == "deny"

    def as_json(self) -> JSONObject:
        """The stored and the published form."""
        return {"action": self.action, "resource": self.resource, "effect": self.effect}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls and for which organization. Either token_id or user_id is set.

    config_version is the version of the organization's configuration these facts were read at. integration_ids
    names the integrations a token is bound to; empty means all of the organization.
    """

    organization_id: int
    organization_slug: str
    organization_name: str
    config_version: int
    token_id: str | None = None
    user_id: int | None = None
    role: Role | None = None
    grants: tuple[Grant, ...] = ()
    integration_ids: frozenset[UUID] = frozenset()
    read_only: bool = False
    expires_at: datetime | None = None

    @property
    def actor_type(self) -> str:
        """What the audit trail and version histories call this kind of caller."""
        return "token" if self.token_id else "user"

    @property
    def actor_id(self) -> str:
        """The token's public id, or the person's id as text."""
        return self.token_id or str(self.user_id)

    def organization(self) -> Organization:
        """The organization as a row without a query; fields that are not known here are fetched when asked for."""
        names = ["id", "slug", "name", "config_version"]
        values = [self.organization_id, self.organization_slug, self.organization_name, self.config_version]
        return Organization.from_db("default", names, values)
