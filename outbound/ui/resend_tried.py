"""Rows of the dry run of a resend: each delivery with what its new body would have another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub import clock
from hub.errors import HubError
from hub.ids import to_text
from hub.json_types import JSONValue
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from inbound.simulate import count_run
from inbound.ui.dry_run_rows import LONGEST, AttributeRow, shown_value
from integrations.differences import Absent, Difference
from outbound.models import DELIVERY_PREFIX, DeliveryState
from outbound.resends.dry_run import Tried, dry_run

MOST_ROWS: Final = 40
"""Places of one delivery; who wants the others looks at the new delivery."""


@dataclass(frozen=True, slots=True)
class TriedRow:
    """One delivery. words: of its badge; note: what is to be said beside it; more: places that are not shown."""

    delivery_id: str
    status: str
    words: str
    note: str
    code: str
    message: str
    rows: Sequence[AttributeRow]
    more: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a dry run found; refused: why it could not be made now, empty where it could."""

    rows: Sequence[TriedRow] = ()
    refused: str = ""


AS_THEY_WERE: Final = Look()
"""Nothing differs where the same bytes go out."""


def look_at(request: HubRequest, delivery_ids: Sequence[UUID]) -> Look:
    """The first of them, made anew."""
    try:
        count_run(request.principal, clock.now())
        found = dry_run(organization=request.organization, delivery_ids=delivery_ids)
    except HubError as error:
        return Look(refused=error.message)
    return Look([_row(one) for one in found])


def _row(one: Tried) -> TriedRow:
    status, words = _badge(one)
    return TriedRow(
        delivery_id=to_text(DELIVERY_PREFIX, one.delivery_id),
        status=status,
        words=words,
        note=_note(one),
        code=one.code,
        message=one.message,
        rows=[_place(each) for each in one.differences[:MOST_ROWS]],
        more=max(len(one.differences) - MOST_ROWS, 0),
    )


def _badge(one: Tried) -> tuple[str, str]:
    if one.is_renewed:
        return "waiting", _("Not known yet")
    if one.is_polled:
        return "waiting", _("Goes to the queue")
    if one.state is DeliveryState.WAITING:
        return "waiting", _("Goes out")
    return str(one.state), _("Would fail") if one.state is DeliveryState.FAILED else _("Would be skipped")


def _note(one: Tried) -> str:
    if one.is_renewed:
        return _("its event is worked out again first, from the entities of then")
    if one.is_polled:
        return _("the use case delivers by the queue now, so the ERP takes it from there")
    if one.state is not DeliveryState.WAITING:
        return ""
    if one.deliveries > 1:
        text = ngettext("becomes %(count)s delivery", "becomes %(count)s deliveries, one per file", one.deliveries)
        return text % {"count": number(one.deliveries)}
    if not one.had_body:
        return _("no body was made or is kept that it could be compared with")
    return _("the same body, under a new message id") if one.is_same else ""


def _place(one: Difference) -> AttributeRow:
    return AttributeRow(one.path or _("the whole body"), _side(one.old), _side(one.new))


def _side(value: JSONValue | Absent) -> str | None:
    return None if isinstance(value, Absent) else shown_value(value)[:LONGEST]
