"""revert: one change undone by a new one, unless later changes stand in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from msgspec.structs import replace

from hub import database
from hub.entities.applying import AlreadyExists
from hub.entities.changesets import CHANGESETS
from hub.entities.claims import claims_of
from hub.entities.history import is_not_kept, undone
from hub.entities.models import Entity, EntityChange
from hub.entities.operations import EntityOperation, Mode, Outcome, ResultCode, Source
from hub.entities.past.states import BINNING, changes_of, state_of_version
from hub.entities.schemas.book import current_book
from hub.entities.store import write
from hub.errors import Conflict, ErrorDetail, NotFound
from hub.json_types import JSONObject

MOST_LISTED: Final = 20
"""Later changes that a refusal lists."""
TRIES: Final = 3
"""How often an entity is looked at again when it changed between being looked at and being written."""
BIN: Final = "_deleted_at"
"""Stands in a refusal for being in the recycle bin."""
Kind: Final = EntityChange.Operation
MOVING: Final = (Kind.CREATED, *BINNING)
"""Operations after which the entity is in another place than before."""


class LaterChanges(Conflict):
    """Later changes touched the same attributes; details name each attribute once, with the newest of them.

    later: those changes, newest first, MOST_LISTED of them at most.
    """

    code = "LATER_CHANGES"

    def __init__(self, message: str, *, details: Sequence[ErrorDetail], later: Sequence[EntityChange]) -> None:
        super().__init__(message, details=details)
        self.later = tuple(later)


class ValueNotKept(Conflict):
    """The old value was too long to be kept."""

    code = "VALUE_NOT_KEPT"


class OnlyChangesets(Conflict):
    """The change parked or dismissed something and wrote nothing."""

    code = "ONLY_CHANGESETS"


def get_change(*, entity: Entity, change_id: UUID) -> EntityChange:
    """One change of the entity; raises NotFound when it has none with this id."""
    change = changes_of(entity).filter(pk=change_id).first()
    if change is None:
        raise NotFound(f"This {entity.schema} has no change with this id.")
    return change


def removes(change: EntityChange) -> bool:
    """Whether undoing the change puts the entity into the recycle bin."""
    return change.operation in (Kind.CREATED, Kind.RESTORED)


def is_about_changesets_only(change: EntityChange) -> bool:
    """Whether there is nothing to undo: no attribute got another value, and the recycle bin has no part in it."""
    return change.operation not in MOVING and bool(change.changes) and not _touched(change)


def _touched(change: EntityChange) -> JSONObject:
    """What the change did to attributes; changesets are nobody's to put back."""
    return {name: sides for name, sides in change.changes.items() if name != CHANGESETS}


def undo(*, entity: Entity, change: EntityChange, source: Source, at: datetime) -> EntityChange:
    """Undo a change of the entity and return the new change; opens its own transaction.

    Raises LaterChanges, ValueNotKept and OnlyChangesets as revert does, NotFound when the entity was purged meanwhile,
    AlreadyExists when an identifier that comes back is that of another entity by now, and Conflict when the store
    refuses or the entity does not stand still. entity is read again where it has changed.
    """
    said = replace(source, undoes_version=change.version)
    for _ in range(TRIES):
        operations = _claiming(entity, revert(entity=entity, change=change))
        try:
            version = database.retrying(partial(_written, entity, operations, said, at))
        except _Moved:
            _read_again(entity)
        else:
            return changes_of(entity).get(version=version)
    raise Conflict(f"The {entity.schema} kept changing while its change was to be undone; try again.")


def _read_again(entity: Entity) -> None:
    try:
        entity.refresh_from_db(from_queryset=Entity.objects.filter(organization_id=entity.organization_id))
    except Entity.DoesNotExist as error:
        raise NotFound(f"There is no {entity.schema} with this id any more.") from error


def _claiming(entity: Entity, operations: Sequence[EntityOperation]) -> list[EntityOperation]:
    """The operations with the identifiers that they bring back: of an entity in the recycle bin all that it has."""
    schema = current_book(entity.organization_id).schema_of(entity.schema)
    stored: JSONObject = {} if entity.deleted_at is None else entity.attributes
    return [
        one if one.mode is Mode.DELETE else replace(one, claims=claims_of(schema, stored | one.attributes))
        for one in operations
    ]


class _Moved(Exception):
    """The entity changed between being looked at and being locked; nothing was written."""


@transaction.atomic
def _written(entity: Entity, operations: Sequence[EntityOperation], source: Source, at: datetime) -> int:
    """The version that the last operation made; all of them are applied or none."""
    results = write(organization_id=entity.organization_id, operations=operations, at=at, source=source)
    for result in results:
        if result.code in (ResultCode.STALE_VERSION, ResultCode.UNKNOWN_REFERENCE):
            raise _Moved
        if result.code == ResultCode.EXISTS:
            raise AlreadyExists(entity.schema, result)
        if result.version is None or result.outcome is Outcome.NO_OP:
            raise Conflict(result.message or "The entity is as it was before this change already.")
    return results[-1].version or 0


def revert(*, entity: Entity, change: EntityChange) -> list[EntityOperation]:
    """The operations that undo change, for hub.entities.store.write; each knows the version it counts on.

    A creation is undone by a deletion; an attribute that the change gave is taken away; lists get back what went and
    lose what came; changesets stay as they are. Raises LaterChanges when a later change touched the same attributes, or
    the recycle bin where the change did, ValueNotKept when an old value was above 64 KB and is nowhere else to be
    found, and OnlyChangesets.
    """
    if is_about_changesets_only(change):
        raise OnlyChangesets("This change wrote no attribute: what is parked is applied or dismissed instead.")
    _refuse_later(entity, change)
    if change.operation == Kind.CREATED:
        return [_operation(entity, Mode.DELETE)]
    operations = [_written_back(entity, change)] if _touched(change) else []
    if change.operation == Kind.DELETED and not operations:
        operations = [_operation(entity, Mode.RESTORE)]
    if change.operation == Kind.RESTORED:
        operations.append(_operation(entity, Mode.DELETE, step=len(operations)))
    return operations


def _operation(entity: Entity, mode: Mode, attributes: JSONObject | None = None, *, step: int = 0) -> EntityOperation:
    """step counts the operations of the same undoing before this one."""
    return EntityOperation(
        position=step,
        schema=entity.schema,
        identifiers={"_id": str(entity.pk)},
        attributes=attributes or {},
        mode=mode,
        expected_version=entity.version + step,
    )


def _written_back(entity: Entity, change: EntityChange) -> EntityOperation:
    before = _before(entity, change)
    gone = _touched(change).keys() - before.keys()
    if not gone:
        return _operation(entity, Mode.UPSERT, before)
    kept = {name: value for name, value in entity.attributes.items() if name not in gone}
    return _operation(entity, Mode.REPLACE, kept | before)


def _before(entity: Entity, change: EntityChange) -> JSONObject:
    """The touched attributes as they were; without those that were not there."""
    before = undone(entity.attributes, _touched(change))
    unknown = [name for name, value in before.items() if is_not_kept(value)]
    if unknown:
        state = state_of_version(entity, change.version - 1).attributes
        before |= {name: state[name] for name in unknown if name in state}
    lost = [name for name in unknown if is_not_kept(before[name])]
    if lost:
        details = [ErrorDetail(name, "the old value was above 64 KB; only its hash is kept") for name in lost]
        raise ValueNotKept("The change cannot be undone: an old value is not kept.", details=details)
    return before


def _refuse_later(entity: Entity, change: EntityChange) -> None:
    moves_bin = change.operation in MOVING or entity.deleted_at is not None
    touched = sorted(_touched(change))
    touching = Q(changes__has_any_keys=touched) if touched else Q(pk__in=())
    if change.operation == Kind.CREATED:
        touching = Q()
    elif moves_bin:
        touching |= Q(operation__in=BINNING)
    later = changes_of(entity).filter(touching, version__gt=change.version).order_by("-version")
    found = list(later.defer("snapshot")[:MOST_LISTED])
    if found:
        message = f"Later changes of this {entity.schema} touched the same; undo them first, newest first."
        newest: dict[str, ErrorDetail] = {}
        for each in found:
            for one in _listed(each, change):
                newest.setdefault(one.path, one)
        raise LaterChanges(message, details=list(newest.values()), later=found)


def _listed(later: EntityChange, change: EntityChange) -> list[ErrorDetail]:
    names = set(later.changes) if change.operation == Kind.CREATED else later.changes.keys() & _touched(change).keys()
    if later.operation in BINNING:
        names = {*names, BIN}
    when = f"version {later.version} of {later.at:%Y-%m-%dT%H:%M:%SZ}, change {later.pk}"
    return [ErrorDetail(name, f"{later.operation} by {when}") for name in sorted(names)]
