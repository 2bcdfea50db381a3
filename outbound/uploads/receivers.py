"""UploadReceiver: a use case whose files go out by recipes, as the deliverer knows it among its receivers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.ids import find_id, to_text
from hub.json_types import JSONValue
from integrations.models import UseCase, UseCaseType

PREFIX: Final = "upl_"
FILE_DELIVERY: Final = "file_proxy"
"""Type of a delivery that hands the files of an event to a recipe."""
AT_ONCE: Final = 4
"""Uploads of one use case side by side."""
PAUSES: Final = (
    timedelta(seconds=30),
    timedelta(seconds=90),
    timedelta(minutes=8),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    *[timedelta(hours=4)] * 93,
)
"""After the first, second, … failed attempt: 7 h 40 min for eight of them (outbound.md 15)."""


@dataclass(frozen=True, slots=True)
class UploadReceiver:
    """webhook_id stands where that of a webhook does; it is made of the id of the outbound use case."""

    webhook_id: str
    organization_id: int
    integration_id: UUID
    name: str
    max_in_flight: int = AT_ONCE
    requests_per_minute: int | None = None

    @property
    def use_case_id(self) -> UUID:
        """Of the outbound use case."""
        found = find_id(PREFIX, self.webhook_id)
        assert found is not None  # made of an id
        return found


@dataclass(frozen=True, slots=True)
class KnownUploads:
    """The receivers that take files now, and those whose use case was disabled or deleted, with the reason."""

    receivers: dict[str, UploadReceiver]
    gone: dict[str, tuple[str, str]]
    """Code and sentence."""


def receiver_id_of(use_case_id: UUID) -> str:
    """What deliveries of a use case's files have as webhook_id."""
    return to_text(PREFIX, use_case_id)


def is_upload(webhook_id: str) -> bool:
    """Whether it stands for a use case rather than for a webhook."""
    return webhook_id.startswith(PREFIX)


def known_uploads(receiver_ids: Collection[str], *, with_disabled: bool = False) -> KnownUploads:
    """One query, none without ids. with_disabled: those that are switched off take files all the same."""
    by_use_case = {find_id(PREFIX, one): one for one in receiver_ids}
    rows = (
        {row.pk: row for row in UseCase.objects.filter(pk__in=[one for one in by_use_case if one])}
        if by_use_case
        else {}
    )
    known = KnownUploads({}, {})
    for use_case_id, receiver_id in by_use_case.items():
        row = rows.get(use_case_id) if use_case_id else None
        if row is None:
            known.gone[receiver_id] = ("USE_CASE_NOT_FOUND", "The use case was deleted.")
        elif not row.enabled and not with_disabled:
            known.gone[receiver_id] = ("USE_CASE_DISABLED", f"{row.name} is disabled.")
        else:
            known.receivers[receiver_id] = UploadReceiver(
                receiver_id, row.organization_id, row.integration_id, row.name
            )
    return known


def named_uploads(organization: Organization) -> dict[str, str]:
    """Receiver id → name of each use case with a mapping, on or off, that uploads files, oldest first; one query."""
    rows = UseCase.objects.of(organization).filter(type=UseCaseType.OUTBOUND).order_by("created_at", "id")
    listed = rows.only("name", "configuration")
    return {receiver_id_of(row.pk): row.name for row in listed if any(map(_uploads, _listed(row.configuration)))}


def _listed(configuration: JSONValue) -> list[JSONValue]:
    """Whatever is stored: what an older version took was not checked by this one."""
    mappings = configuration.get("mappings") if isinstance(configuration, dict) else None
    return mappings if isinstance(mappings, list) else []


def _uploads(mapping: JSONValue) -> bool:
    delivery = mapping.get("delivery") if isinstance(mapping, dict) else None
    return isinstance(delivery, dict) and delivery.get("type") == FILE_DELIVERY
