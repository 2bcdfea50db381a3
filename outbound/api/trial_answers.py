"""What became of trials of a webhook, as the API shows it."""

from __future__ import annotations

from hub.ids import to_text
from outbound.api.delivery_bodies import status_of
from outbound.firing_now import Fired
from outbound.models import DELIVERY_PREFIX, Delivery
from outbound.trials.connection import ConnectionTrial
from outbound.trials.steps import Step
from outbound.trials.token import TokenTrial

Document = dict[str, object]


def connection_document(trial: ConnectionTrial) -> Document:
    """Every step, and whether all of them went well."""
    return {
        "success": trial.is_ok,
        "status_code": trial.status_code,
        "steps": [_step(step) for step in trial.steps],
    }


def token_document(trial: TokenTrial) -> Document:
    """What the token server says."""
    shown: Document = {"success": trial.is_ok, "message": trial.message}
    if trial.expires_in_s is not None:
        shown["expires_in"] = round(trial.expires_in_s)
    return shown | ({"token_type": trial.token_type} if trial.token_type else {})


def fired_document(fired: Fired) -> Document:
    """The result of outbound.md section 12: the status of the answer is a text there."""
    delivery = fired.detail.delivery
    last = fired.detail.attempts[-1] if fired.detail.attempts else None
    shown: Document = {
        "event_id": to_text(DELIVERY_PREFIX, delivery.id),
        "status": status_of(delivery),
        "code": delivery.code or (last.code if last else ""),
        "message": delivery.message,
        "start_date": fired.started_at,
        "end_date": fired.ended_at,
    }
    if last is not None:
        shown["body"] = last.response_body
    return shown | ({"status_code": str(delivery.status_code)} if delivery.status_code is not None else {})


def planned_document(delivery: Delivery) -> Document:
    """The same of one that is still on its way."""
    return {
        "event_id": to_text(DELIVERY_PREFIX, delivery.id),
        "status": status_of(delivery),
        "start_date": delivery.created_at,
    }


def _step(step: Step) -> Document:
    shown: Document = {
        "name": str(step.name),
        "status": str(step.status),
        "duration_ms": round(step.duration_ms, 1),
        "message": step.message,
    }
    return shown | ({"code": step.code} if step.code else {})
