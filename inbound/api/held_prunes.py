"""Held prunes of an integration: the list, one with its records, approve and reject."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.pagination import InvalidCursor, decode_cursor, encode_cursor, parse_cursor_moment
from hub.api.query_fields import whole_in, word_of, wrong
from hub.api.views import HubAPIView
from hub.ids import to_text
from hub.json_encoding import precise_timestamp
from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.api.held_prune_documents import DECISION, HELD_PRUNE, HELD_PRUNE_PAGE, HELD_PRUNE_WITH_RECORDS
from inbound.events import EVENT_PREFIX
from inbound.models import HeldPrune
from inbound.prunes.decide import approve, reject
from inbound.prunes.query import Wanted, get_held, list_held
from inbound.prunes.records import Named, named_members
from inbound.prunes.tell import Decision
from integrations.queries import get_integration

Decide = Callable[..., HeldPrune]
"""approve or reject of inbound/prunes/decide.py."""

PAGE_SIZE, LARGEST_PAGE = 50, 100
RECORDS_SHOWN = 100
STATES = tuple(HeldPrune.State.values)
LONGEST_REASON = 500
CURSOR = OpenApiParameter("cursor", str, description="next_cursor of the page before.")
STATE = OpenApiParameter("state", str, enum=STATES, description="Only those in this state; also named status.")
LIMIT = OpenApiParameter("limit", int, description="Prunes on a page, 1 to 100; 50 by default.")
RECORD_LIMIT = OpenApiParameter("limit", int, description="Records on a page, 1 to 100, which is also the default.")


class HeldPrunes(HubAPIView):
    """Prunes of an integration that were held because they would have removed too much at once, newest first."""

    requires: ClassVar = {"GET": Capability.MONITOR}

    @extend_schema(
        operation_id="listHeldPrunes",
        tags=["Held prunes"],
        parameters=[STATE, LIMIT, CURSOR],
        responses={(200, "application/json"): HELD_PRUNE_PAGE},
    )
    def get(self, request: Request, integration_id: UUID) -> Response:
        """200 with at most limit of them and the cursor of the next page, null on the last."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        asked = request.query_params.dict()
        limit = whole_in(asked, "limit", default=PAGE_SIZE, most=LARGEST_PAGE)
        found = list_held(
            organization=self.organization,
            wanted=Wanted(frozenset({integration.pk}), state=_state(asked)),
            limit=limit + 1,
            before=_before(asked.get("cursor")),
        )
        return Response(_page(found, limit))


class HeldPruneDetail(HubAPIView):
    """One held prune with the records that it would remove."""

    requires: ClassVar = {"GET": Capability.MONITOR}

    @extend_schema(
        operation_id="getHeldPrune",
        tags=["Held prunes"],
        parameters=[RECORD_LIMIT, CURSOR],
        responses={(200, "application/json"): HELD_PRUNE_WITH_RECORDS},
    )
    def get(self, request: Request, integration_id: UUID, prune_id: UUID) -> Response:
        """200 with at most limit records and the cursor of the next ones, null at the end."""
        get_integration(organization=self.organization, integration_id=integration_id)
        prune = get_held(organization=self.organization, integration_id=integration_id, prune_id=prune_id)
        asked = request.query_params.dict()
        limit = whole_in(asked, "limit", default=RECORDS_SHOWN, most=RECORDS_SHOWN)
        after = _after(asked.get("cursor"))
        members = named_members(organization=self.organization, prune=prune, limit=limit + 1, after=after)
        last = members[limit - 1].record_id if len(members) > limit else None
        shown: list[JSONValue] = [_record(one) for one in members[:limit]]
        following = encode_cursor({"record_id": str(last)}) if last else None
        return Response(document_of(prune) | {"records": shown, "next_cursor": following})


class Decides(HubAPIView):
    """What both decisions share."""

    requires: ClassVar = {"POST": Capability.DECIDE}

    def decided(self, how: Decide, integration_id: UUID, prune_id: UUID) -> Response:
        """200 with what became of it; 409 when it was decided before."""
        get_integration(organization=self.organization, integration_id=integration_id)
        decision = _decision(self)
        place = {"organization": self.organization, "integration_id": integration_id}
        return Response(document_of(how(**place, prune_id=prune_id, decision=decision)))


class ApproveHeldPrune(Decides):
    """Removes exactly the listed records, as far as they are unchanged."""

    @extend_schema(
        operation_id="approveHeldPrune",
        tags=["Held prunes"],
        request={"application/json": DECISION},
        responses={(200, "application/json"): HELD_PRUNE},
    )
    @once_per_key
    def post(self, request: Request, integration_id: UUID, prune_id: UUID) -> Response:
        """200 with what became of it; 409 when it was decided before."""
        return self.decided(approve, integration_id, prune_id)


class RejectHeldPrune(Decides):
    """Lets every listed record stay."""

    @extend_schema(
        operation_id="rejectHeldPrune",
        tags=["Held prunes"],
        request={"application/json": DECISION},
        responses={(200, "application/json"): HELD_PRUNE},
    )
    @once_per_key
    def post(self, request: Request, integration_id: UUID, prune_id: UUID) -> Response:
        """200 with what became of it; 409 when it was decided before."""
        return self.decided(reject, integration_id, prune_id)


def _decision(view: HubAPIView) -> Decision:
    body = view.body_object() if view.request.data is not None else {}
    unknown = sorted(body.keys() - {"reason"})
    if unknown:
        raise wrong(unknown[0], "is not known here; a decision takes a reason")
    reason = body.get("reason", "")
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise wrong("reason", f"must be a string of at most {LONGEST_REASON} characters")
    return Decision(view.actor, reason, clock.now())


def _state(asked: dict[str, str]) -> str:
    """Under either name, or empty; both have to agree."""
    named = {name: word_of({name: asked[name]}, name, STATES) for name in ("state", "status") if name in asked}
    if len(set(named.values())) > 1:
        raise wrong("state", "contradicts status")
    return next(iter(named.values()), "")


def _before(text: str | None) -> tuple[datetime, UUID] | None:
    if text is None:
        return None
    keys = decode_cursor(text)
    return parse_cursor_moment(keys.get("held_at"), JSONPath("cursor")), _id_in(keys, "id")


def _after(text: str | None) -> UUID | None:
    return None if text is None else _id_in(decode_cursor(text), "record_id")


def _id_in(keys: JSONObject, name: str) -> UUID:
    try:
        return UUID(str(keys.get(name)))
    except ValueError as error:
        raise InvalidCursor from error


def _page(found: list[HeldPrune], limit: int) -> dict[str, object]:
    shown, has_more = found[:limit], len(found) > limit
    last = shown[-1] if has_more else None
    keys: JSONObject | None = {"held_at": precise_timestamp(last.held_at), "id": str(last.pk)} if last else None
    cursor = encode_cursor(keys) if keys else None
    return {"data": [document_of(one) for one in shown], "next_cursor": cursor, "has_more": has_more}


def document_of(prune: HeldPrune) -> dict[str, object]:
    """A held prune as the API shows it."""
    return {
        "id": str(prune.pk),
        "integration_id": str(prune.integration_id),
        "use_case_id": str(prune.use_case_id),
        "use_case_version": prune.use_case_version,
        "event_id": to_text(EVENT_PREFIX, prune.event_id),
        "kind": prune.kind,
        "schema": prune.schema,
        "deletion_mode": "purge" if prune.is_purge else "delete",
        "scope": prune.scope,
        "scope_count": prune.scope_count,
        "record_count": prune.member_count,
        "state": prune.state,
        "held_at": prune.held_at,
        "decided_at": prune.decided_at,
        "decided_by": {"type": prune.decided_by_type, "id": prune.decided_by_id} if prune.decided_by_type else None,
        "reason": prune.reason,
        "removed_count": prune.removed_count,
    }


def _record(one: Named) -> JSONValue:
    identifiers: JSONObject = dict(one.identifiers)
    return {
        "id": str(one.record_id),
        "title": one.title,
        "identifiers": identifiers,
        "version": one.version,
        "outcome": one.outcome,
        "has_changed": one.has_changed,
    }
