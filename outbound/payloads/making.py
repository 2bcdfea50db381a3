"""made: deliveries with their bodies, or with the reason why there is none; nothing is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from hub.events.models import CoreEvent
from hub.events.shaping.plan import BODY_FAILED, EXPRESSION_FAILED, Failure, Plan, Shaped
from hub.events.shaping.pool import shape
from hub.json_types import JSONObject
from outbound.models import Delivery, DeliveryState
from outbound.payloads.files import Going, with_files
from outbound.payloads.inputs import Input, Origin, changes_input, inputs_of, plain_input
from outbound.payloads.ready import Ready, failed, sentence_of, skipped
from outbound.queue.enqueueing import NewMessage
from outbound.queue.remapping import mapping_version
from outbound.targets import AnyTarget, FileTarget, PollTarget, Target, Unfit, targets_of
from outbound.uploads.splitting import NotUploaded, Splitter, request_of

MALFORMED = "MALFORMED_PAYLOAD"


class _Member(NamedTuple):
    delivery: Delivery
    origin: Origin


def made(due: Sequence[tuple[Delivery, Origin]], *, is_unconditional: bool = False) -> list[Ready]:
    """In the order of due; one trip to the child for each target, and one for each version that is walked back.

    is_unconditional: neither filter nor conditions leave anything out.
    """
    targets = targets_of([delivery for delivery, _ in due])
    groups: dict[AnyTarget, list[_Member]] = {}
    ready: dict[UUID, Ready] = {}
    for delivery, origin in due:
        target = targets[delivery.id]
        if isinstance(target, PollTarget):
            groups.setdefault(target, []).append(_Member(delivery, origin))
        elif problem := problem_of(origin):
            ready[delivery.id] = failed(delivery, None, MALFORMED, problem)
        elif isinstance(target, Unfit):
            ready[delivery.id] = failed(delivery, None, target.code, target.message)
        else:
            groups.setdefault(target, []).append(_Member(delivery, origin))
    for target, members in groups.items():
        ready |= {one.delivery.id: one for one in _made(target, members, is_unconditional)}
    return [ready[delivery.id] for delivery, _ in due]


def _made(target: AnyTarget, members: Sequence[_Member], is_unconditional: bool) -> list[Ready]:
    if isinstance(target, PollTarget):
        return _queued(target, members)
    if isinstance(target, FileTarget):
        return _uploaded(target, members)
    return _sent(target, members, is_unconditional)


def problem_of(origin: Origin) -> str:
    """Why the event itself is not what its schema promises; empty for one that is."""
    is_malformed = isinstance(origin, CoreEvent) and origin.state == CoreEvent.State.MALFORMED
    return origin.problem if is_malformed and isinstance(origin, CoreEvent) else ""


def _sent(target: Target, members: Sequence[_Member], is_unconditional: bool) -> list[Ready]:
    """Files go along with core events; what somebody sends along with an order goes out as it is."""
    if target.configuration.files is None:
        return _plain(target, members, is_unconditional)
    events = [one for one in members if isinstance(one.origin, CoreEvent)]
    others = [one for one in members if not isinstance(one.origin, CoreEvent)]
    return _plain(target, others, is_unconditional) + _with_files(target, events, is_unconditional)


def _with_files(target: Target, members: Sequence[_Member], is_unconditional: bool) -> list[Ready]:
    """Conditions come first: what they leave out is neither looked up nor found too large."""
    payloads = {one.delivery.id: one.origin for one in members}
    asked = dataclasses.replace(target, plan=replace(target.plan, body=""))
    shown = _plain(asked, members, is_unconditional)
    going = [
        Going(one.delivery, payloads[one.delivery.id].payload, one.body, payloads[one.delivery.id].occurred_at)
        for one in shown
        if one.state is DeliveryState.WAITING
    ]
    ended = [one._replace(target=target) for one in shown if one.state is not DeliveryState.WAITING]
    return ended + with_files(target, going, has_samples=is_unconditional)


def _plain(target: Target, members: Sequence[_Member], is_unconditional: bool) -> list[Ready]:
    plan = replace(target.plan, filter="", tests=()) if is_unconditional else target.plan
    ended: list[Ready] = []
    if plan.filter and changes_input(target):
        left_out = _left_out(plan, members)
        ended = [skipped(one.delivery, target, found.note) for one, found in left_out]
        gone = {one.delivery.id for one, _ in left_out}
        members = [one for one in members if one.delivery.id not in gone]
        plan = replace(plan, filter="")
    inputs = inputs_of(target, [one.origin for one in members])
    shaped = shape(plan, [(one.text, one.moment) for one in inputs])
    return ended + [
        _ready(member.delivery, target, given, one, is_unconditional)
        for member, given, one in zip(members, inputs, shaped, strict=True)
    ]


def _left_out(plan: Plan, members: Sequence[_Member]) -> list[tuple[_Member, Shaped]]:
    """Those that the filter of the use case, which sees the event as it happened, leaves out."""
    alone = Plan(filter=plan.filter, environment=plan.environment)
    inputs = [plain_input(one.origin) for one in members]
    shaped = shape(alone, [(one.text, one.moment) for one in inputs])
    return [(one, found) for one, found in zip(members, shaped, strict=True) if not found.matches]


def _ready(delivery: Delivery, target: Target, given: Input, shaped: Shaped, is_unconditional: bool) -> Ready:
    failure = given.failure or shaped.failure
    if failure is not None:
        return failed(delivery, target, EXPRESSION_FAILED, sentence_of(failure), is_data=failure.is_data)
    if not shaped.matches:
        return skipped(delivery, target, shaped.note)
    if not is_unconditional and not target.conditions_hold(given.document, shaped.answers):
        return skipped(delivery, target, None)
    if target.plan.must_be_flat and not shaped.body:
        nested = _nested_member(given.document)
        if nested is not None:
            return failed(delivery, target, EXPRESSION_FAILED, sentence_of(Failure(BODY_FAILED, nested)))
    return Ready(delivery, target, shaped.body.encode() or given.text, DeliveryState.WAITING)


def _nested_member(document: JSONObject) -> str | None:
    """Why a document that no expression has shaped cannot stand in a query."""
    for name, value in document.items():
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list) for item in items):
            return f"{name[:80]} is nested; give the webhook an expression that yields values and lists of values"
    return None


def _queued(target: PollTarget, members: Sequence[_Member]) -> list[Ready]:
    inputs = [plain_input(one.origin) for one in members]
    shaped = shape(target.plan, [(one.text, one.moment) for one in inputs])
    return [
        _for_queue(member, target, given.text, one) for member, given, one in zip(members, inputs, shaped, strict=True)
    ]


def _for_queue(member: _Member, target: PollTarget, text: bytes, shaped: Shaped) -> Ready:
    """An event that cannot be mapped, or is malformed, is queued all the same: its poison policy decides, and nothing
    is lost. A filter that failed at a malformed event says nothing about it."""
    delivery, origin = member
    problem = problem_of(origin)
    if not shaped.matches and not (problem and shaped.note):
        return skipped(delivery, None, shaped.note)
    failure = sentence_of(shaped.failure) if shaped.failure else ""
    message = NewMessage(
        organization_id=delivery.organization_id,
        integration_id=delivery.integration_id or delivery.id,
        use_case_id=delivery.use_case_id or delivery.id,
        use_case_version=delivery.use_case_version,
        mapping_id=delivery.mapping_id,
        event_id=delivery.core_event_id or delivery.id,
        event_name=delivery.event_name,
        occurred_at=origin.occurred_at,
        raw_payload=text,
        payload=shaped.body.encode() if shaped.body and not problem else None,
        mapping_version=mapping_version(target.plan.body),
        mapping_failure=problem or failure,
        retention_days=target.delivery.retention_days,
        correlation_id=delivery.correlation_id,
    )
    code = MALFORMED if problem else EXPRESSION_FAILED if failure else ""
    is_data = shaped.failure is not None and shaped.failure.is_data and code == EXPRESSION_FAILED
    return Ready(delivery, None, b"", DeliveryState.SUCCEEDED, code, queued=message, is_data=is_data)


def _uploaded(target: FileTarget, members: Sequence[_Member]) -> list[Ready]:
    """The event as it happened, for the recipe to read; which of its files each delivery carries."""
    inputs = [plain_input(one.origin) for one in members]
    shaped = shape(target.plan, [(one.text, one.moment) for one in inputs])
    splitter = Splitter(target.slug)
    return [
        _for_recipe(one.delivery, splitter, given, found)
        for one, given, found in zip(members, inputs, shaped, strict=True)
    ]


def _for_recipe(delivery: Delivery, splitter: Splitter, given: Input, shaped: Shaped) -> Ready:
    if not shaped.matches:
        return skipped(delivery, None, shaped.note)
    try:
        parts = splitter.split(delivery, given.document)
    except NotUploaded as failure:
        state = DeliveryState.SKIPPED if failure.is_skipped else DeliveryState.FAILED
        return Ready(delivery, None, b"", state, failure.code, failure.message)
    request = request_of(splitter.slug, parts[0], given.moment)
    return Ready(delivery, None, given.text, DeliveryState.WAITING, request=request, parts=parts)
