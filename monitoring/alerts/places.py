"""place_of: the page that shows what an alert is about, for its window; pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from hub.json_encoding import timestamp
from monitoring.alerts.judging import Verdict, Watch
from monitoring.alerts.kinds import CircuitOpen, Count, ErrorRate, Expiring, QueueAge, Signal, Silence
from monitoring.alerts.readings import since_of

BEFORE: Final = timedelta(hours=1)
"""A list of what is missing or waits begins that much earlier, so that the last one that came stands in it."""
ATTEMPTS: Final = timedelta(days=1)
"""A delivery that has failed now was made earlier, and tried since then."""
ACK_CODES: Final = "ACK_"
QUEUE_CODES: Final = "MSG_"
"""How codes begin that no event ends with: of acknowledgements, and of messages of the poll queue."""
LONGEST: Final = 500
"""Characters that are kept. A code may have letters that take twelve each; then the list is of the window alone."""

Filters = list[tuple[str, str]]


def place_of(watch: Watch, verdict: Verdict, outgoing: Collection[UUID], at: datetime) -> str:
    """A path with its query. outgoing: the use cases that send, and the integrations all of whose use cases do."""
    parameters = watch.parameters
    if isinstance(parameters, ErrorRate | Count):
        return _counted(parameters, watch, verdict, outgoing, at)
    if isinstance(parameters, Silence):
        return _silent(parameters, watch, verdict, at)
    if isinstance(parameters, QueueAge) and not verdict.subject.startswith("stream:"):
        waiting = [("status", "received"), ("status", "retrying")]
        return _listed("inbound:events", [*_scope(watch, verdict), *waiting], _age_of(parameters, verdict, at), at)
    if isinstance(parameters, CircuitOpen):
        held = [("webhook", verdict.subject.removeprefix("receiver:")), ("status", "held"), ("status", "failed")]
        return _listed("outbound:deliveries", held, at - ATTEMPTS, at)
    return _expiring(verdict) if isinstance(parameters, Expiring) else _stream(verdict)


def _counted(
    parameters: ErrorRate | Count, watch: Watch, verdict: Verdict, outgoing: Collection[UUID], at: datetime
) -> str:
    since, scope = since_of(at, parameters.window_minutes), _scope(watch, verdict)
    code = parameters.code if isinstance(parameters, Count) else ""
    if code.startswith(QUEUE_CODES):
        return _stream(verdict)
    if code.startswith(ACK_CODES):
        return _listed("outbound:deliveries", [*scope, ("status", "unacknowledged")], since - ATTEMPTS, at)
    level = parameters.level if isinstance(parameters, Count) else "error"
    if (watch.use_case_id or verdict.integration_id) not in outgoing:
        return _listed("inbound:events", [*scope, ("code", code) if code else ("status", level)], since, at)
    failed: Filters = [("status", "failed")] if level == "error" else []
    return _listed("outbound:deliveries", scope + ([("code", code)] if code else failed), since - ATTEMPTS, at)


def _silent(parameters: Silence, watch: Watch, verdict: Verdict, at: datetime) -> str:
    if parameters.signal is Signal.POLL:
        return _stream(verdict)
    since, scope = _age_of(parameters, verdict, at), _scope(watch, verdict)
    if parameters.signal is Signal.EVENT:
        return _listed("inbound:events", scope, since, at)
    return _listed("outbound:deliveries", [*scope, ("status", "delivered"), ("status", "unacknowledged")], since, at)


def _age_of(parameters: Silence | QueueAge, verdict: Verdict, at: datetime) -> datetime:
    """A little before the oldest of what is meant."""
    return at - timedelta(minutes=max(verdict.value or 0, parameters.minutes)) - BEFORE


def _stream(verdict: Verdict) -> str:
    key = verdict.integration_id
    return reverse("outbound:stream", args=[key]) if key else reverse("monitoring:overview")


_ENDING: Final = {"token": "web:tokens", "certificate": "web:settings", "variable": "integrations:environments"}


def _expiring(verdict: Verdict) -> str:
    return reverse(_ENDING.get(verdict.subject.partition(":")[0], "monitoring:overview"))


def _scope(watch: Watch, verdict: Verdict) -> Filters:
    ids = (("integration", verdict.integration_id), ("use_case", watch.use_case_id))
    return [(name, str(key)) for name, key in ids if key]


def _listed(page: str, filters: Filters, since: datetime, until: datetime) -> str:
    window = [("from", timestamp(since)), ("to", timestamp(until))]
    address = f"{reverse(page)}?{urlencode([*filters, *window])}"
    return address if len(address) <= LONGEST else f"{reverse(page)}?{urlencode(window)}"
