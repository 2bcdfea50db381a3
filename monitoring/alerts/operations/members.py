"""What saving rules and channels has in common: what is refused by its name, and what the audit trail tells."""

from __future__ import annotations

from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject
from hub.names import NAME_RULE, is_name
from monitoring.alerts.quiet import QuietHours
from monitoring.models import AlertChannel, AlertRule


def changed(before: JSONObject, after: JSONObject) -> JSONObject:
    """Member → what it was and what it is, of those that are not the same."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def hours_of(row: AlertChannel | AlertRule) -> JSONObject:
    """Its quiet hours as the audit trail tells them, empty texts where it has none."""
    return {name: str(getattr(row, name) or "") for name in ("quiet_since", "quiet_until")}


def set_hours(row: AlertChannel | AlertRule, quiet: QuietHours | None) -> None:
    """On the row, unsaved."""
    row.quiet_since, row.quiet_until = (quiet.since, quiet.until) if quiet else (None, None)


def check_name(name: str) -> None:
    """Raises Invalid."""
    if not is_name(name.strip()):
        raise wrong("name", NAME_RULE)


def wrong(name: str, message: str) -> Invalid:
    """The refusal of one member."""
    return Invalid(f"{name}: {message}", details=[ErrorDetail(name, message)])
