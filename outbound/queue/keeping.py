"""What the keepers of a queue do: a halted stream goes on, dead letters go back; each act is in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.ids import to_text
from hub.json_types import JSONObject, JSONValue
from integrations.models import Integration
from outbound.queue.dead_letters import Redriven, redrive
from outbound.queue.polling import Unblocked, unblock
from outbound.queue.remapping import remap_for
from outbound.queue.spans import MESSAGE_PREFIX


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who acts on the queue of which integration, and when."""

    organization: Organization
    integration: Integration
    actor: Actor
    at: datetime

    def note(self, action: str, changes: JSONObject) -> None:
        """For the audit trail. In a transaction of its own, after that of the act: nothing is locked behind the row
        of a stream (engine rule 4.5)."""
        act = Act(action, "integration", str(self.integration.pk), changes)
        record(organization=self.organization, actor=self.actor, act=act, at=self.at)


def let_go_on(keeper: Keeper, reason: str) -> Unblocked:
    """Put the message aside that halts the stream; where none does, nothing happens and nothing is noted."""
    outcome = unblock(integration=keeper.integration, reason=reason, at=keeper.at)
    if outcome.was_blocked:
        keeper.note("queue.unblocked", unblocked_document(outcome) | {"reason": reason})
    return outcome


def put_back(keeper: Keeper, ids: Sequence[str], *, reapply_mapping: bool) -> list[Redriven]:
    """Redrive dead letters, one outcome per id. Waits for a child process where something is mapped anew."""
    outcomes = redrive(
        integration=keeper.integration,
        ids=ids,
        reapply_mapping=reapply_mapping,
        remap=remap_for(keeper.organization),
        at=keeper.at,
    )
    results: list[JSONValue] = [redriven_document(text, one) for text, one in zip(ids, outcomes, strict=True)]
    keeper.note("queue.redriven", {"results": results, "reapply_mapping": reapply_mapping})
    return outcomes


def unblocked_document(outcome: Unblocked) -> JSONObject:
    """The published form."""
    answer: JSONObject = {"unblocked": outcome.was_blocked}
    if outcome.dead_lettered_id is not None:
        answer["dead_lettered_id"] = to_text(MESSAGE_PREFIX, outcome.dead_lettered_id)
    return answer


def redriven_document(text: str, outcome: Redriven) -> JSONObject:
    """The published form of what became of one id."""
    result: JSONObject = {"id": text, "status": outcome.status}
    if outcome.new_id is not None:
        result["message_id"] = to_text(MESSAGE_PREFIX, outcome.new_id)
    if outcome.failure:
        result["mapping_error"] = outcome.failure
    return result
