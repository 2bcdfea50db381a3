"""What pages say about streams and messages: their state, why a message was put aside, the command that polls."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy

from hub.accounts.models import Organization
from hub.ids import to_text
from integrations.models import UseCase
from outbound.models import MessageState, QueuedMessage
from outbound.queue.dead_letters import RedriveStatus
from outbound.queue.overview import StreamView
from outbound.queue.poison import Reason
from outbound.queue.spans import MESSAGE_PREFIX

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REASONS: Final[dict[str, _StrPromise]] = {
    Reason.ATTEMPTS: gettext_lazy("never confirmed"),
    Reason.MAPPING: gettext_lazy("mapping failed or event malformed"),
    Reason.UNBLOCKED: gettext_lazy("put aside by hand"),
}
"""Why a message became a dead letter."""

OUTCOMES: Final[dict[str, _StrPromise]] = {
    RedriveStatus.REDRIVEN: gettext_lazy("back in the queue"),
    RedriveStatus.NOT_FOUND: gettext_lazy("not there any more"),
    RedriveStatus.MAPPING_FAILED: gettext_lazy("mapping failed"),
}
"""What became of a dead letter that was to be redriven."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of a list. state: a status; words: what it is called here, "" for its usual name.

    tried: how often it was handed out, the present time included.
    """

    message: QueuedMessage
    message_id: str
    use_case: str
    state: str
    words: _StrPromise | str = ""
    tried: int = 0

    @property
    def reason(self) -> str:
        """Why it was put aside."""
        return str(REASONS.get(self.message.dead_reason, self.message.dead_reason))


def state_of(view: StreamView) -> tuple[str, _StrPromise]:
    """The status and the words of a stream, the worst first."""
    if view.blocked is not None:
        return "blocked", gettext_lazy("Blocked")
    if view.leased_until is not None:
        return "running", gettext_lazy("Batch in flight")
    if view.waiting.number:
        return "waiting", gettext_lazy("Waiting to be polled")
    return "ok", gettext_lazy("Drained")


def rows_of(organization: Organization, view: StreamView, messages: Iterable[QueuedMessage]) -> list[MessageRow]:
    """Messages with the names of their use cases; one query for all of those."""
    found = list(messages)
    names = names_of(organization, {one.use_case_id for one in found})
    return [row_of(view, one, names.get(one.use_case_id, "")) for one in found]


def names_of(organization: Organization, ids: Collection[UUID]) -> dict[UUID, str]:
    """What use cases are called."""
    return dict(UseCase.objects.of(organization).filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def row_of(view: StreamView, message: QueuedMessage, use_case: str) -> MessageRow:
    """One message, by where it stands."""
    state, words = _state_of(view, message)
    tried = message.attempts + (message.pk in view.uncounted)
    return MessageRow(message, to_text(MESSAGE_PREFIX, message.pk), use_case, state, words, tried)


def _state_of(view: StreamView, message: QueuedMessage) -> tuple[str, _StrPromise | str]:
    if message.state == MessageState.DEAD:
        return "dead", ""
    if view.blocked is not None and view.blocked.message.pk == message.pk:
        return "blocked", gettext_lazy("Blocks the queue")
    if message.pk in view.leased_ids:
        return "running", gettext_lazy("In flight")
    if message.is_failed:
        return "error", gettext_lazy("Cannot be delivered")
    return "waiting", ""


def poll_command(integration_id: UUID) -> str:
    """For a shell that has the token in $TOKEN."""
    return (
        f'curl -X POST "{settings.HUB_BASE_URL}/v1/integrations/{integration_id}/outbound/messages/poll" \\\n'
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        "  -d '{\"limit\": 10}'"
    )
