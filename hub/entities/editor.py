"""Editor: who changes entities and schemas of which organization, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.entities.operations import Source
from hub.errors import HubError


class Stale(HubError):
    """Somebody else changed the thing after the caller read it."""

    code = "PRECONDITION_FAILED"
    status = 412


@dataclass(frozen=True, slots=True)
class Editor:
    """A person, a token or an automation at work, outside every use case."""

    organization: Organization
    actor: Actor
    at: datetime
    is_direct: bool = False
    """Whether what is written is stored at once even where the edit mode of its attribute would park it."""
    correlation_id: str = ""
    """Of the business operation that the write is a part of; listeners get it."""
    chain: tuple[str, ...] = ()
    """Flows that led here, see Source."""

    @property
    def source(self) -> Source:
        """The same as history and listeners show it."""
        return Source(self.actor.type, self.actor.id, chain=self.chain)
