"""Create, change, delete and restore one entity as a person or an API client asks for it; every write by the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn
from uuid import UUID

from django.db import transaction
from msgspec.structs import replace

from hub import database
from hub.entities.editor import Editor, Stale
from hub.entities.identity import check_unique_key, identity_of, unique_text
from hub.entities.key_indexes import LONGEST_ATTRIBUTE
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation, Mode, OperationResult, Outcome, ResultCode
from hub.entities.parking import parking_for
from hub.entities.schemas.book import book_of
from hub.entities.store import write
from hub.entities.targets import checked_links
from hub.errors import Conflict, ErrorDetail, HubError, Invalid, NotFound, Unavailable
from hub.ids import new_id
from hub.json_text import shown
from hub.json_types import JSONObject


class InBin(Conflict):
    """The entity is in the recycle bin, where nothing changes it."""

    code = "ENTITY_DELETED"


class MatchInBin(HubError):
    """An upsert met an entity in the recycle bin (entities.md)."""

    code = "ENTITY_DELETED"
    status = 405
    headers: Mapping[str, str] = {"Allow": "PATCH, OPTIONS"}


class StillIndexing(Unavailable):
    """An identifier cannot be looked up yet."""

    code = "IDENTIFIER_INDEX_BUILDING"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a wish: the entity as it is now, and whether it was made."""

    entity: Entity
    is_new: bool


def create_entity(*, editor: Editor, schema: str, attributes: JSONObject) -> Written:
    """A new entity of a schema that is defined.

    Its identity is the first declared identifier that has a value, but no e-mail address and no phone number, which
    people share: a live entity with the same one is a Conflict. Without any identity it is made each time.
    Raises NotFound for an unknown schema.
    """
    definition = book_of(editor.organization).find(schema)
    if definition is None:
        raise NotFound(f"There is no schema {schema}: define it first with PUT /v1/entity/schemas/{schema}.")
    attributes = checked_links(organization=editor.organization, schema=schema, attributes=attributes)
    identifiers = identity_of(definition, attributes) or {"_id": str(new_id())}
    operation = _operation(schema, identifiers, attributes, must_create=True)
    return _written(editor, operation, InBin)


def upsert_entity(*, editor: Editor, schema: str, unique_key: Sequence[str], attributes: JSONObject) -> Written:
    """Change the one entity that has the same values of unique_key, or make it.

    Raises Invalid for a key without value or one that nothing declares, MatchInBin, and Conflict where several match.
    """
    check_unique_key(editor.organization, schema, unique_key)
    attributes = checked_links(organization=editor.organization, schema=schema, attributes=attributes)
    identifiers = {name: unique_text(name, attributes.get(name)) for name in unique_key}
    return _written(editor, _parking(editor, _operation(schema, identifiers, attributes)), MatchInBin)


def change_entity(
    *, editor: Editor, schema: str, entity_id: UUID, attributes: JSONObject, expected: int | None, is_whole: bool
) -> Written:
    """Write some attributes, or (is_whole) exactly these. expected is the version the caller knows.

    Values of attributes whose edit mode is not direct are parked as changesets, unless the editor writes directly.
    Raises NotFound, Stale, Invalid for links that lead nowhere, and InBin for a deleted one.
    """
    attributes = checked_links(
        organization=editor.organization, schema=schema, attributes=attributes, entity_id=entity_id
    )
    return write_entity(
        editor=editor, schema=schema, entity_id=entity_id, attributes=attributes, expected=expected, is_whole=is_whole
    )


def write_entity(
    *, editor: Editor, schema: str, entity_id: UUID, attributes: JSONObject, expected: int | None, is_whole: bool
) -> Written:
    """The same for links that were looked up already."""
    mode = Mode.REPLACE if is_whole else Mode.UPSERT
    if is_whole and attributes.get("_tags") == []:
        # Every entity is shown with tags; sending the empty list back is no change.
        attributes = {name: value for name, value in attributes.items() if name != "_tags"}
    operation = _operation(schema, {"_id": str(entity_id)}, attributes, mode=mode, expected_version=expected)
    return _written(editor, _parking(editor, operation), InBin)


def delete_entity(
    *, editor: Editor, schema: str, entity_id: UUID, expected: int | None, is_purge: bool
) -> OperationResult:
    """Put the entity into the recycle bin, or (is_purge) remove it for good. Repeating it changes nothing.

    Raises NotFound and Stale.
    """
    mode = Mode.PURGE if is_purge else Mode.DELETE
    operation = _operation(schema, {"_id": str(entity_id)}, {}, mode=mode, expected_version=expected)
    return database.retrying(lambda: _deleted(editor, operation))


@transaction.atomic
def _deleted(editor: Editor, operation: EntityOperation) -> OperationResult:
    result = applied(editor, operation)
    if result.entity_id is None:
        raise NotFound(f"There is no {operation.schema} with this id.")
    return result


def restore_entity(*, editor: Editor, schema: str, entity_id: UUID, expected: int | None) -> Written:
    """Take the entity out of the recycle bin as it was. Raises NotFound, Stale, and Invalid where it is not there."""
    operation = _operation(schema, {"_id": str(entity_id)}, {}, mode=Mode.RESTORE, expected_version=expected)
    return database.retrying(lambda: _restored(editor, operation))


@transaction.atomic
def _restored(editor: Editor, operation: EntityOperation) -> Written:
    result = applied(editor, operation)
    if result.outcome is Outcome.NO_OP:
        raise Invalid(f"The {operation.schema} is not in the recycle bin.", code="ENTITY_NOT_DELETED")
    return Written(read_written(editor, result), is_new=False)


def _operation(
    schema: str,
    identifiers: Mapping[str, str],
    attributes: JSONObject,
    *,
    mode: Mode = Mode.UPSERT,
    expected_version: int | None = None,
    must_create: bool = False,
) -> EntityOperation:
    _refuse_names(attributes)
    return EntityOperation(
        position=0,
        schema=schema,
        identifiers=identifiers,
        attributes=attributes,
        mode=mode,
        expected_version=expected_version,
        must_create=must_create,
    )


def _refuse_names(attributes: JSONObject) -> None:
    """Raise Invalid for what is no name: an import could not take such an attribute back."""
    wrong = [name for name in attributes if not 0 < len(name) <= LONGEST_ATTRIBUTE]
    if wrong:
        message = f"the name of an attribute has 1 to {LONGEST_ATTRIBUTE} characters"
        details = [ErrorDetail(shown(name), message) for name in wrong[:5]]
        raise Invalid(f"{details[0].path}: {message}.", details=details)


def _parking(editor: Editor, operation: EntityOperation) -> EntityOperation:
    """The operation that parks what the editor may not write directly."""
    order = parking_for(book_of(editor.organization).schema_of(operation.schema), editor)
    return operation if order is None else replace(operation, changesets=order)


def _written(editor: Editor, operation: EntityOperation, in_bin: type[HubError]) -> Written:
    """Apply an operation that must not bring anything back from the recycle bin."""
    return database.retrying(lambda: _written_once(editor, operation, in_bin))


@transaction.atomic
def _written_once(editor: Editor, operation: EntityOperation, in_bin: type[HubError]) -> Written:
    result = applied(editor, operation)
    refuse_restoring(operation, result, in_bin)
    return Written(read_written(editor, result), is_new=result.outcome is Outcome.CREATED)


def refuse_restoring(operation: EntityOperation, result: OperationResult, in_bin: type[HubError]) -> None:
    """Raise in_bin for an operation that brought its entity back; the caller's transaction undoes it."""
    if result.met_the_bin:
        message = f"The {operation.schema} {result.entity_id} is in the recycle bin: restore it first, or purge it."
        raise in_bin(message)


@transaction.atomic
def applied(editor: Editor, operation: EntityOperation) -> OperationResult:
    """What the store did, all of it in the caller's transaction; raises what a refusal means to a caller."""
    [result] = write(organization_id=editor.organization.pk, operations=[operation], at=editor.at, source=editor.source)
    if result.outcome is Outcome.FAILED:
        _refuse(operation, result)
    return result


def read_written(editor: Editor, result: OperationResult) -> Entity:
    """The entity as the operation left it."""
    return Entity.objects.of(editor.organization).get(pk=result.entity_id or "")


def _refuse(operation: EntityOperation, result: OperationResult) -> NoReturn:
    """Raise what a failed result means to a caller of the API."""
    if result.code == ResultCode.UNKNOWN_REFERENCE:
        raise NotFound(f"There is no {operation.schema} with this id.")
    kind = _REFUSALS.get(result.code, Invalid)
    raise kind(result.message, code=None if kind in _WITH_THEIR_CODE else result.code)


_REFUSALS: Final[Mapping[str, type[HubError]]] = {
    ResultCode.AMBIGUOUS: Conflict,
    ResultCode.EXISTS: Conflict,
    ResultCode.STALE_VERSION: Stale,
    ResultCode.INDEX_BUILDING: StillIndexing,
}
"""Code of a failed operation → the error; any other is Invalid."""
_WITH_THEIR_CODE: Final = frozenset({Stale, StillIndexing})
"""Errors that the API knows by one code wherever they are met."""
