"""Look, glyph and word of every status; the word travels with the glyph, colour never stands alone; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class StatusLook:
    """tone names the colours, glyph the shape; is_loud: it carries a tint even in a table."""

    tone: str
    glyph: str
    label: _StrPromise | str
    is_loud: bool = False


LOOKS: dict[str, StatusLook] = {
    "success": StatusLook("success", "success", _("Success")),
    "info": StatusLook("info", "info", _("Info")),
    "warning": StatusLook("warning", "warning", _("Warning"), is_loud=True),
    "error": StatusLook("error", "error", _("Error"), is_loud=True),
    "failed": StatusLook("failed", "error", _("Failed"), is_loud=True),
    "skipped": StatusLook("skipped", "skipped", _("Skipped")),
    "ignored": StatusLook("ignored", "ignored", _("Ignored")),
    "waiting": StatusLook("waiting", "waiting", _("Waiting")),
    "running": StatusLook("running", "running", _("Running")),
    "held": StatusLook("held", "held", _("Held"), is_loud=True),
    "delivered": StatusLook("delivered", "delivered", _("Delivered")),
    "acknowledged": StatusLook("acknowledged", "acknowledged", _("Acknowledged")),
    "dead": StatusLook("dead", "dead", _("Dead letter"), is_loud=True),
    "draft": StatusLook("draft", "draft", _("Draft")),
    "disabled": StatusLook("disabled", "disabled", _("Disabled")),
}

NAMES: dict[str, tuple[str, _StrPromise]] = {
    "accepted": ("waiting", _("Accepted")),
    "acked": ("acknowledged", _("Acknowledged")),
    "active": ("success", _("Active")),
    "applied": ("success", _("Applied")),
    "blocked": ("warning", _("Blocked")),
    "cancelled": ("ignored", _("Cancelled")),
    "completed": ("success", _("Completed")),
    "created": ("success", _("Created")),
    "critical": ("error", _("Critical")),
    "dead_letter": ("dead", _("Dead letter")),
    "deleted": ("skipped", _("Deleted")),
    "disabled": ("disabled", _("Disabled")),
    "duplicate": ("skipped", _("Duplicate")),
    "enabled": ("success", _("Enabled")),
    "expired": ("disabled", _("Expired")),
    "failing": ("error", _("Failing")),
    "gone": ("skipped", _("Not kept any more")),
    "healthy": ("success", _("Healthy")),
    "inactive": ("disabled", _("Inactive")),
    "in_progress": ("running", _("In production")),
    "interrupted": ("warning", _("Interrupted")),
    "merged": ("skipped", _("Merged")),
    "new": ("error", _("New")),
    "no_change": ("ignored", _("Unchanged")),
    "ongoing": ("warning", _("Ongoing")),
    "on_hold": ("held", _("On hold")),
    "ok": ("success", _("OK")),
    "off": ("disabled", _("Off")),
    "partial": ("warning", _("Partial")),
    "paused": ("held", _("Paused")),
    "pending": ("waiting", _("Waiting")),
    "planned": ("waiting", _("Planned")),
    "processed": ("success", _("Applied")),
    "processed_with_warnings": ("warning", _("Applied with a warning")),
    "processing": ("running", _("Processing")),
    "queued": ("waiting", _("Queued")),
    "received": ("waiting", _("Received")),
    "regressed": ("error", _("Regressed")),
    "rejected": ("error", _("Rejected")),
    "released": ("waiting", _("Released")),
    "retrying": ("waiting", _("Waiting to retry")),
    "resolved": ("success", _("Resolved")),
    "revoked": ("disabled", _("Revoked")),
    "silent": ("disabled", _("Silent")),
    "snoozed": ("waiting", _("Snoozed")),
    "succeeded": ("success", _("Success")),
    "unacknowledged": ("warning", _("Not acknowledged")),
    "unchanged": ("ignored", _("Unchanged")),
    "unknown": ("skipped", _("Unknown")),
    "updated": ("success", _("Updated")),
    "warn": ("warning", _("Warning")),
}
"""Statuses of the domain → the look they take and their own word."""


def status_look(status: str) -> StatusLook:
    """The look of a status in any case, with "-" or "_"; one that nobody listed is neutral and shows its own name."""
    name = status.strip().lower().replace("-", "_").replace(" ", "_")
    if name in LOOKS:
        return LOOKS[name]
    if name in NAMES:
        base, label = NAMES[name]
        return StatusLook(LOOKS[base].tone, LOOKS[base].glyph, label, LOOKS[base].is_loud)
    return StatusLook("skipped", "skipped", status.replace("_", " ").capitalize())


def status_tone(status: str) -> str:
    """The tone alone: what follows "ih-status--" in a class."""
    return status_look(status).tone
