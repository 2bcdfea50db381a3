"""What became of trials of a webhook, as the API shows it."""

from __future__ import annotations

from outbound.trials.connection import ConnectionTrial
from outbound.trials.steps import Step

Document = dict[str, object]


def connection_document(trial: ConnectionTrial) -> Document:
    """Every step, and whether all of them went well."""
    return {
        "success": trial.is_ok,
        "status_code": trial.status_code,
        "steps": [_step(step) for step in trial.steps],
    }


def _step(step: Step) -> Document:
    shown: Document = {
        "name": str(step.name),
        "status": str(step.status),
        "duration_ms": round(step.duration_ms, 1),
        "message": step.message,
    }
    return shown | ({"code": step.code} if step.code else {})
