"""record: what became of attempts, all of a round in one transaction."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from django.db import transaction

from hub import clock, database
from hub.bulk import insert_rows
from hub.environments.masking import mask_header, mask_members, mask_query
from hub.environments.redaction import look_ahead, redact, redact_beginning
from hub.http.messages import Answer, Headers
from hub.ids import new_ids
from outbound.acknowledging import start_clocks
from outbound.backoff import JITTER
from outbound.delivering.circuits import Seen, judge
from outbound.delivering.deciding import Decision, Outcome, Tried, Verdict, decide
from outbound.delivering.requests import Outgoing, Unsendable, Uploading
from outbound.endings import AttemptEnd, disable_gone, tell_attempts, tell_turned
from outbound.models import DeliveryAttempt, DeliveryState
from outbound.sql import statements
from outbound.uploads.receivers import UploadReceiver
from outbound.webhooks.authentication import ApiKey
from proxies.uploading.orders import Outcome as Uploaded

ENDED: Final = frozenset({str(DeliveryState.SUCCEEDED), str(DeliveryState.FAILED)})
ERROR_CHARACTERS: Final = 2_000
URL_CHARACTERS: Final = 8_192
MOST_ATTEMPTS: Final = 100
"""Of an upload, whose recipe says how many it really gets."""


AnyOutgoing: TypeAlias = Outgoing | Unsendable | Uploading


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt: what went out, when, how long it took, and what came of it."""

    outgoing: AnyOutgoing
    at: datetime
    duration_ms: int
    outcome: Outcome


def record(sent: Sequence[Sent]) -> int:
    """Write what became of the attempts, and what follows from it; how many deliveries were still this worker's."""
    return database.retrying(lambda: _recorded(sent)) if sent else 0


@transaction.atomic
def _recorded(sent: Sequence[Sent]) -> int:
    at = clock.now()
    decided = [(one, _decide(one, at)) for one in sorted(sent, key=lambda one: one.outgoing.parcel.delivery.sequence)]
    mine: set[int] = set()
    for lease in {one.outgoing.parcel.lease for one in sent}:
        rows = [decision.ended for one, decision in decided if one.outgoing.parcel.lease == lease]
        mine |= set(statements().settle_sent(rows, lease))
    kept = [(one, decision) for one, decision in decided if decision.ended.sequence in mine]
    _insert_attempts(kept)
    start_clocks([one.outgoing.parcel.delivery for one, decision in kept if _succeeded(decision)], at)
    _judge(kept, at)
    tell_attempts([_end(one, decision) for one, decision in kept], at)
    return len(kept)


def _decide(one: Sent, at: datetime) -> Decision:
    parcel = one.outgoing.parcel
    tried = Tried(
        sequence=parcel.delivery.sequence,
        attempt=parcel.delivery.attempt,
        outcome=one.outcome,
        is_probe=parcel.is_probe,
        blocks=parcel.delivery.order_key is not None and bool(parcel.request.get("blocks")),
    )
    jitter = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 -- spreads load, no secret
    receiver = parcel.receiver
    retries = MOST_ATTEMPTS if isinstance(receiver, UploadReceiver) else receiver.configuration.retries
    retries = 0 if parcel.delivery.is_test else retries
    return _without_secrets(decide(tried, retries=retries, at=at, jitter=jitter), one.outgoing)


def _without_secrets(decision: Decision, outgoing: AnyOutgoing) -> Decision:
    """Before anything of it is kept: a message may name a host that a secret was filled into."""
    ended = decision.ended._replace(message=_clean(decision.ended.message, outgoing))
    return decision._replace(ended=ended, message=_clean(decision.message, outgoing))


def _succeeded(decision: Decision) -> bool:
    return decision.ended.state == DeliveryState.SUCCEEDED


def _judge(kept: Iterable[tuple[Sent, Decision]], at: datetime) -> None:
    all_seen: dict[str, Seen] = {}
    for one, decision in kept:
        if one.outgoing.parcel.delivery.is_test and decision.verdict is not Verdict.WELL:
            continue  # what a test meets has no consequences, but that the receiver is there
        receiver = one.outgoing.parcel.receiver
        seen = all_seen.setdefault(receiver.webhook_id, Seen(receiver.organization_id))
        seen.verdicts.append(decision.verdict)
        if decision.ended.state in ENDED and not one.outgoing.parcel.delivery.is_test:
            seen.ends.append(_succeeded(decision))
    tell_turned(judge(all_seen, at), at)
    gone = [webhook_id for webhook_id, seen in all_seen.items() if Verdict.GONE in seen.verdicts]
    if gone:
        disable_gone(gone, at)


def _end(one: Sent, decision: Decision) -> AttemptEnd:
    return AttemptEnd(
        delivery=one.outgoing.parcel.delivery,
        state=DeliveryState(decision.ended.state),
        code=decision.code if decision.ended.state == DeliveryState.WAITING else decision.ended.code or decision.code,
        message=decision.message,
        status_code=decision.status_code,
        duration_ms=one.duration_ms,
        next_attempt_at=decision.ended.next_attempt_at,
        holds_order=decision.ended.holds_order,
    )


_COLUMNS: Final = (
    ("id", "uuid"),
    ("organization_id", "bigint"),
    ("delivery_id", "uuid"),
    ("number", "integer"),
    ("at", "timestamptz"),
    ("duration_ms", "integer"),
    ("status_code", "integer"),
    ("code", "text"),
    ("error", "text"),
    ("url", "text"),
    ("request_headers", "jsonb"),
    ("response_headers", "jsonb"),
    ("response_body", "text"),
    ("is_cut", "boolean"),
    ("timings", "jsonb"),
    ("steps", "jsonb"),
)


def _insert_attempts(kept: Sequence[tuple[Sent, Decision]]) -> None:
    ids = new_ids(len(kept))
    rows = [_row(one, sent, decision) for one, (sent, decision) in zip(ids, kept, strict=True)]
    insert_rows(DeliveryAttempt._meta.db_table, _COLUMNS, rows)


def _row(attempt_id: UUID, sent: Sent, decision: Decision) -> tuple[object, ...]:
    delivery, outgoing = sent.outgoing.parcel.delivery, sent.outgoing
    answer = sent.outcome if isinstance(sent.outcome, Answer) else None
    request = outgoing.request if isinstance(outgoing, Outgoing) else None
    return (
        attempt_id,
        delivery.organization_id,
        delivery.id,
        delivery.attempt,
        sent.at,
        sent.duration_ms,
        decision.status_code,
        decision.code,
        decision.message[:ERROR_CHARACTERS],
        mask_query(_clean(request.url.text, outgoing))[:URL_CHARACTERS] if request else _last_url(sent.outcome),
        _headers(request.headers, outgoing) if request else [],
        _headers(answer.headers, outgoing) if answer else [],
        _text(answer, outgoing) if answer else "",
        answer.is_cut if answer else False,
        _timings(answer) if answer else {},
        [*sent.outcome.steps] if isinstance(sent.outcome, Uploaded) else [],
    )


def _last_url(outcome: Outcome) -> str:
    """Where the last request of an upload went, without secrets already."""
    return str(outcome.steps[-1]["url"]) if isinstance(outcome, Uploaded) and outcome.steps else ""


def _headers(headers: Headers, outgoing: AnyOutgoing) -> list[list[str]]:
    """Credentials masked by their name, in addresses too, and secrets wherever they stand."""
    receiver = outgoing.parcel.receiver
    authentication = None if isinstance(receiver, UploadReceiver) else receiver.configuration.authentication
    keys = {authentication.key_name.lower()} if isinstance(authentication, ApiKey) else set()
    return [[name, mask_header(name, mask_query(_clean(value, outgoing)), others=keys)] for name, value in headers]


def _text(answer: Answer, outgoing: AnyOutgoing) -> str:
    """What people get to see of an answer; NUL, which no database takes, as the sign for what cannot be shown.

    Of one that was cut the very end is left out: a secret that began there could not be told.
    """
    text, secrets = answer.body.decode("utf-8", "replace").replace("\0", "\ufffd"), _secrets_of(outgoing)
    whole = len(text) - (look_ahead(secrets) if answer.is_cut else 0)
    return mask_members(redact_beginning(text, secrets, most=max(0, whole)))


def _clean(text: str, outgoing: AnyOutgoing) -> str:
    secrets = _secrets_of(outgoing)
    return redact(text, secrets) if secrets else text


def _secrets_of(outgoing: AnyOutgoing) -> frozenset[str]:
    return outgoing.secrets if isinstance(outgoing, Outgoing) else frozenset()


def _timings(answer: Answer) -> dict[str, float | str]:
    timings = answer.timings
    return {
        "dns_ms": round(timings.dns_ms, 1),
        "connect_ms": round(timings.connect_ms, 1),
        "first_byte_ms": round(timings.first_byte_ms, 1),
        "total_ms": round(timings.total_ms, 1),
        "address": answer.address,
    }
