"""prepare: operations checked one by one before anything is asked of the database; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from hub.entities.keys import stored_key
from hub.entities.links import RelationWish, Target, Wish, wish_of
from hub.entities.look_ups import LookUp
from hub.entities.operations import EntityOperation, Mode, ResultCode
from hub.entities.prunes import PruneOperation
from hub.entities.store.checks import WRITING, is_plain, refusal_of
from hub.entities.store.prepared import BY_ID, Prepared, PreparedLookUp, PreparedPricing, PreparedPrune, Wanted
from hub.entities.store.refusals import failed
from hub.entities.store.repeats import appends_all, may_repeat
from hub.pricing.items import Pricing
from hub.pricing.references import wanted


def prepare(
    operations: Sequence[EntityOperation],
    prunes: Sequence[PruneOperation] = (),
    look_ups: Sequence[LookUp] = (),
    *,
    is_sound: bool = False,
) -> Prepared:
    """Check every operation and bring its identifiers into their stored form.

    is_sound says that all of it came out of JSON text without U+0000 and with whole numbers of at most 64 bits: then
    its texts and values need no look.
    """
    preparation = _Preparation(is_sound)
    for operation in operations:
        preparation.add(operation)
    preparation.prepared.count = len(operations)
    for place, operation in enumerate(operations):
        if dict in map(type, operation.attributes.values()) and operation.mode in WRITING:
            preparation.add_wishes(place, operation)
        if operation.pricing is not None and operation.mode in WRITING:
            preparation.add_pricing(place, operation, operation.pricing)
    for prune in prunes:
        preparation.add_prune(prune)
    for look_up in look_ups:
        preparation.add_look_up(look_up)
    preparation.add_claims(operations)
    return preparation.prepared


class _Preparation:
    """Operations added one by one."""

    def __init__(self, is_sound: bool) -> None:
        self.prepared = Prepared([], 0, [], [], [], {}, [], {}, [], [], {}, [])
        self._is_sound = is_sound
        self._numbers: dict[tuple[str, ...], int] = {}
        self._places: list[int] = []
        """Number → the first place that asks for it."""
        self._event_id: UUID | None = None
        self._targets: dict[tuple[object, ...], int] = {}
        """Targets that this event has named before → their places."""

    def add(self, operation: EntityOperation) -> int:
        """Check one more; its place."""
        prepared = self.prepared
        place = len(prepared.operations)
        refusal = None if is_plain(operation, self._is_sound) else refusal_of(operation)
        keys: dict[str, str] = {}
        number, entity_id = BY_ID, None
        if refusal is not None:
            prepared.refusals[place] = failed(operation, *refusal)
        else:
            keys = {name: stored_key(value) for name, value in operation.identifiers.items()}
            if "_id" in keys:
                entity_id = _uuid(keys.pop("_id"))
            else:
                number = self._numbers.setdefault((operation.schema, *keys, *keys.values()), len(self._numbers))
                if number == len(prepared.identities):
                    prepared.identities.append((operation.schema, keys))
                    self._places.append(place)
        prepared.operations.append(operation)
        prepared.keys.append(keys)
        prepared.numbers.append(number)
        prepared.ids.append(entity_id)
        return place

    def add_wishes(self, place: int, operation: EntityOperation) -> None:
        """Take the wishes out of an operation's attributes and add their targets."""
        prepared = self.prepared
        try:
            found = {name: wish_of(name, value) for name, value in operation.attributes.items() if type(value) is dict}
        except ValueError as error:
            prepared.refusals[place] = failed(operation, ResultCode.BAD_VALUE, f"{error}.")
            return
        if may_repeat(operation) and any(appends_all(operation.attributes[name], wish) for name, wish in found.items()):
            prepared.appending.append(place)
        wishes = [wish for wish in found.values() if wish is not None]
        if wishes and place not in prepared.refusals:
            plain = {name: value for name, value in operation.attributes.items() if found.get(name) is None}
            prepared.operations[place] = replace(operation, attributes=plain)
            prepared.wishes[place] = [self._wanted(wish, operation) for wish in wishes]

    def add_pricing(self, place: int, operation: EntityOperation, pricing: Pricing) -> None:
        """Add what the lines of a pricing name."""
        asked = {
            identity: self.add(_question(operation.position, identity.schema, dict(identity.identifiers)))
            for identity in wanted(pricing.lines)
        }
        self.prepared.pricings[place] = PreparedPricing(pricing, asked)

    def add_prune(self, prune: PruneOperation) -> None:
        """Take a prune in; what it asks for stands behind the operations, too."""
        anchor = self.add(_question(prune.position, prune.anchor_schema, prune.terms)) if prune.anchor_schema else None
        keep = tuple(self._place_asking(prune.position, prune.schema, identifiers) for identifiers in prune.keep)
        keys = {} if prune.anchor_schema else {name: stored_key(value) for name, value in prune.terms.items()}
        self.prepared.prunes.append(PreparedPrune(prune, anchor, keep, keys))

    def add_look_up(self, look_up: LookUp) -> None:
        """Take a look-up in."""
        place = self._place_asking(look_up.position, look_up.schema, look_up.identifiers)
        self.prepared.look_ups.append(PreparedLookUp(look_up, place))

    def add_claims(self, operations: Sequence[EntityOperation]) -> None:
        """Ask who has what operations claim. To be called last: these identities belong to no place."""
        for place, operation in enumerate(operations):
            if operation.claims and place not in self.prepared.refusals:
                keys = {name: stored_key(text) for name, text in operation.claims.items()}
                numbers = {name: self._number_of(operation.schema, {name: key}) for name, key in keys.items()}
                self.prepared.claims[place] = numbers

    def _number_of(self, schema: str, keys: dict[str, str]) -> int:
        number = self._numbers.setdefault((schema, *keys, *keys.values()), len(self._numbers))
        if number == len(self.prepared.identities):
            self.prepared.identities.append((schema, keys))
        return number

    def _place_asking(self, position: int, schema: str, identifiers: Mapping[str, str]) -> int:
        """A place that asks for this, be it one that writes it; a prune mostly keeps what its event has written."""
        number = self._numbers.get((schema, *identifiers, *map(stored_key, identifiers.values())))
        if number is None or self._places[number] in self.prepared.refusals:
            return self.add(_question(position, schema, identifiers))
        return self._places[number]

    def _wanted(self, wish: Wish, operation: EntityOperation) -> Wanted:
        targets = wish.targets if isinstance(wish, RelationWish) else tuple(item.target for item in wish.items)
        return Wanted(wish, tuple(self._place_of(target, operation) for target in targets))

    def _place_of(self, target: Target, operation: EntityOperation) -> int:
        """Where the target stands; one that an event names again and again stands there once."""
        if operation.event_id is None or operation.event_id is not self._event_id:
            self._targets.clear()
            self._event_id = operation.event_id
        name = (target.schema, *target.identifiers.items(), None, *target.types.items())
        if name not in self._targets:
            self._targets[name] = self.add(_stub(target, operation))
        return self._targets[name]


def _question(position: int, schema: str, identifiers: Mapping[str, str]) -> EntityOperation:
    """Something that asks and never creates."""
    return EntityOperation(position=position, schema=schema, identifiers=identifiers, attributes={}, mode=Mode.DELETE)


def _stub(target: Target, operation: EntityOperation) -> EntityOperation:
    """What would create the target, from its identifiers alone."""
    return EntityOperation(
        position=operation.position,
        schema=target.schema,
        identifiers=target.identifiers,
        attributes={},
        event_id=operation.event_id,
        origin_id=operation.origin_id,
        identifier_types=target.types,
        source=operation.source,
        correlation_id=operation.correlation_id,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
