"""Author: who writes, in which organization, and when; and what is refused whoever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from hub.accounts.audit import Act, Actor
from hub.accounts.models import Organization
from hub.accounts.recording import recorded as recorded_in
from hub.errors import Conflict


@dataclass(frozen=True, slots=True)
class Author:
    """is_owner: may change what is protected, and the protection itself."""

    organization: Organization
    actor: Actor
    is_owner: bool
    at: datetime


class LimitReached(Conflict):
    """The organization has as many of these as it may have."""

    code = "LIMIT_REACHED"


@contextmanager
def recorded(author: Author) -> Iterator[list[Act]]:
    """The transaction of the author's write, as in hub/accounts/recording.py."""
    with recorded_in(organization=author.organization, actor=author.actor, at=author.at) as acts:
        yield acts


def check_room(present: int, most: int, what: str) -> None:
    """Raise LimitReached when there is room for no further one."""
    if present >= most:
        raise LimitReached(f"An organization may have at most {most} {what}. Delete one that nobody uses.")
