"""The versions of an automation: listed, compared, and made live again by a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from django.apps import apps
from django.db import models

from hub.errors import NotFound
from hub.json_types import JSONObject
from integrations.differences import Difference, differences
from integrations.operations.author import Author
from outbound.automations.changes import REASON
from outbound.automations.operations import replace_automation
from outbound.automations.queries import get_automation
from outbound.models import Automation

PAGE_SIZE: Final = 20


class VersionNotFound(NotFound):
    """The automation never had the version."""

    code = "AUTOMATION_VERSION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such version of this automation.")


class AutomationVersion(Protocol):
    """One row of the history table."""

    version: int
    configuration: JSONObject
    history_date: datetime
    actor_type: str
    actor_id: str
    change_description: str | None


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Newest first, the live one included. older: what the next page starts at; None on the last one."""

    versions: Sequence[AutomationVersion]
    older: int | None


def list_versions(automation: Automation, *, up_to: int | None = None) -> VersionPage:
    """PAGE_SIZE versions, the newest or those from up_to on down; one query."""
    start = automation.version if up_to is None else up_to
    rows = list(_history(automation).filter(version__lte=start).order_by("-version", "-history_date")[: PAGE_SIZE + 1])
    return VersionPage(rows[:PAGE_SIZE], rows[PAGE_SIZE].version if len(rows) > PAGE_SIZE else None)


def get_version(automation: Automation, version: int) -> AutomationVersion:
    """The automation as it was in that version, live or past. Raises VersionNotFound."""
    found = find_version(automation, version)
    if found is None:
        raise VersionNotFound
    return found


def find_version(automation: Automation, version: int) -> AutomationVersion | None:
    """As get_version, with None for one that is not there."""
    row: AutomationVersion | None = _history(automation).filter(version=version).order_by("-history_date").first()
    return row


def compare_versions(old: AutomationVersion, new: AutomationVersion) -> list[Difference]:
    """The places where two versions differ, in the order of the old one."""
    return differences(old.configuration, new.configuration)


def restored_document(automation: Automation, past: AutomationVersion) -> JSONObject:
    """What an automation would be sent as to become a past version; whether it is enabled stays as it is."""
    return past.configuration | {"enabled": automation.enabled}


def restore_version(
    *, author: Author, automation_id: UUID, version: int, reason: str, expected: frozenset[int] | None = None
) -> Automation:
    """Make what a past version was live again, as a new version; nothing is written when nothing is different.

    Raises as replace_automation does, VersionNotFound, and Invalid for a version that today's rules refuse.
    """
    automation = get_automation(organization=author.organization, automation_id=automation_id)
    raw = restored_document(automation, get_version(automation, version)) | {REASON: reason}
    restored, _ = replace_automation(author=author, automation_id=automation_id, raw=raw, expected=expected)
    return restored


def _history(automation: Automation) -> models.QuerySet[Any]:  # Any: a model made at run time
    rows: models.QuerySet[Any] = apps.get_model("outbound", "HistoricalAutomation")._default_manager.all()
    return rows.filter(organization_id=automation.organization_id, id=automation.pk)
