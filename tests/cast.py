"""The cast: the same people and tokens knock at every door."""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.models import Organization, Role
from tests.builders import EVERY_GRANT, make_organization


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. is_neighbour: owns the other organization and nothing here."""

    role: Role
    is_neighbour: bool = False

    def __str__(self) -> str:
        return "neighbour" if self.is_neighbour else self.role.value


@dataclass(frozen=True)
class Machine:
    """Somebody who presents a token; grants None presents nothing at all."""

    name: str
    grants: tuple[str, ...] | None = EVERY_GRANT
    is_neighbour: bool = False
    is_expired: bool = False
    is_revoked: bool = False
    is_read_only: bool = False

    def __str__(self) -> str:
        return self.name


Caller = Person | Machine

OWNER = Person(Role.OWNER)
ADMIN = Person(Role.ADMIN)
OPERATOR = Person(Role.OPERATOR)
VIEWER = Person(Role.VIEWER)
NEIGHBOUR_OWNER = Person(Role.OWNER, is_neighbour=True)

MACHINE = Machine("machine")
NEIGHBOUR = Machine("neighbour token", is_neighbour=True)
NOBODY = Machine("nobody", grants=None)
EXPIRED = Machine("expired token", is_expired=True)
REVOKED = Machine("revoked token", is_revoked=True)
UNGRANTED = Machine("token without grants", grants=())
READER = Machine("read-only token", is_read_only=True)

STRANGERS = ((NOBODY, 401), (EXPIRED, 401), (REVOKED, 401), (UNGRANTED, 403))
"""Who is refused at every API route, and with which status."""


@dataclass(frozen=True)
class Stage:
    """The two organizations of a test: home, and the one next door."""

    home: Organization
    next_door: Organization

    def organization_of(self, caller: Caller) -> Organization:
        """Where the caller belongs."""
        return self.next_door if caller.is_neighbour else self.home


def make_stage() -> Stage:
    """Both, stored."""
    return Stage(make_organization(slug="home", name="Home"), make_organization(slug="next-door", name="Next door"))
