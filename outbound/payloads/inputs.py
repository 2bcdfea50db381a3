"""inputs_of: what the expression and the conditions of a webhook see of events: their version, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import orjson

from hub.accounts.models import Organization
from hub.environments.resolve import values_of
from hub.events.history import INTERNAL
from hub.events.models import CoreEvent
from hub.events.shaping.plan import Failure, Plan
from hub.events.shaping.pool import shape
from hub.json_encoding import encode
from hub.json_types import JSONObject
from outbound.models import DeliveryInput
from outbound.payloads.additions import about_of, additions_of
from outbound.payloads.changesets import applied
from outbound.payloads.walk_back import steps_to
from outbound.targets import Target
from outbound.webhooks.configuration import PayloadOptions

Origin: TypeAlias = CoreEvent | DeliveryInput
"""What a delivery is made of."""


@dataclass(frozen=True, slots=True)
class Input:
    """A document, as JSON text too; failure: why it could not be made."""

    document: JSONObject
    text: bytes
    moment: datetime
    failure: Failure | None = None


def plain_input(origin: Origin) -> Input:
    """The whole event as it happened, without what never leaves the hub: what filters of use cases see."""
    document: JSONObject = origin.payload
    if not INTERNAL.isdisjoint(document):
        document = {name: value for name, value in document.items() if name not in INTERNAL}
    return Input(document, encode(document), origin.occurred_at)


def inputs_of(target: Target, origins: Sequence[Origin]) -> list[Input]:
    """In their order. An event of another version than the webhook has chosen becomes one of that, step by step."""
    inputs = _walked_back(target, origins, [plain_input(one) for one in origins])
    options = target.configuration.payload
    if _wants_additions(options):
        inputs = _with_additions(target, options, origins, inputs)
    if options.apply_changesets:
        inputs = [_with(one, applied(one.document)) for one in inputs]
    return inputs


def changes_input(target: Target) -> bool:
    """Whether any event could look different to the webhook than it does to the filter of a use case."""
    options = target.configuration.payload
    has_version = target.configuration.event_version is not None
    return has_version or options.apply_changesets or _wants_additions(options)


def _wants_additions(options: PayloadOptions) -> bool:
    return (
        options.hydrate_entity
        or options.include_relations
        or options.include_activity
        or options.include_changed_attributes
    )


def _with(one: Input, document: JSONObject) -> Input:
    return one if one.failure is not None else Input(document, encode(document), one.moment)


def _with_additions(
    target: Target, options: PayloadOptions, origins: Iterable[Origin], inputs: Sequence[Input]
) -> list[Input]:
    """Of core events; what somebody sends along with an order is complete as it is."""
    events = {place: one for place, one in enumerate(origins) if isinstance(one, CoreEvent)}
    if not events:
        return list(inputs)
    organization = Organization.objects.get(pk=target.webhook.organization_id)
    abouts = [about_of(one.payload, one.entity_id) for one in events.values()]
    added = dict(zip(events, additions_of(organization, options, abouts), strict=True))
    return [_with(one, {**one.document, **added.get(place, {})}) for place, one in enumerate(inputs)]


def _walked_back(target: Target, origins: Sequence[Origin], inputs: Sequence[Input]) -> list[Input]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, origin in enumerate(origins):
        steps = steps_to(target.configuration, origin, target.webhook.organization_id)
        if steps:
            groups.setdefault(steps, []).append(place)
    walked = list(inputs)
    for steps, places in groups.items():
        made = _stepped(target, steps, [inputs[place] for place in places])
        for place, one in zip(places, made, strict=True):
            walked[place] = one
    return walked


def _stepped(target: Target, steps: Iterable[str], inputs: Sequence[Input]) -> list[Input]:
    """One trip to the child for each step; what failed once is left as it is."""
    environment = values_of(target.webhook.organization_id)
    made = list(inputs)
    for step in steps:
        plan = Plan(body=step, must_be_object=True, environment=environment)
        going = [place for place, one in enumerate(made) if one.failure is None]
        shaped = shape(plan, [(made[place].text, made[place].moment) for place in going])
        for place, one in zip(going, shaped, strict=True):
            before = made[place]
            if one.failure is not None:
                made[place] = Input(before.document, before.text, before.moment, one.failure)
            else:
                made[place] = Input(orjson.loads(one.body), one.body.encode(), before.moment)
    return made
