"""Create, change, delete and restore one entity as a person or an API client asks for it; every write by the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import OperationalError, transaction
from msgspec.structs import replace

from hub import database
from hub.entities.applying import InBin, MatchInBin, applied, applied_claiming, read_written, refuse_restoring
from hub.entities.claims import claims_of
from hub.entities.editor import Editor, Stale
from hub.entities.identity import check_unique_key, unique_text
from hub.entities.key_indexes import LONGEST_ATTRIBUTE
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation, Mode, OperationResult, Outcome
from hub.entities.parking import parking_for
from hub.entities.product_order_rules import ruled
from hub.entities.schemas.book import book_of
from hub.entities.targets import checked_links
from hub.entities.values import OPERATIONS
from hub.errors import ErrorDetail, HubError, Invalid, NotFound
from hub.ids import new_id
from hub.json_text import shown
from hub.json_types import JSONObject, JSONValue


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a wish: the entity as it is now, and whether it was made."""

    entity: Entity
    is_new: bool


def create_entity(*, editor: Editor, schema: str, attributes: JSONObject, given: JSONObject | None = None) -> Written:
    """A new entity of a schema that is defined; given is what the hub itself writes beside attributes.

    Its identity is the first declared identifier that has a value, but no e-mail address and no phone number, which
    people share: a live entity with the same one is AlreadyExists, and so is one with another of its identifiers.
    Without any identity it is made each time. Raises NotFound for an unknown schema.
    """
    definition = book_of(editor.organization).find(schema)
    if definition is None:
        raise NotFound(f"There is no schema {schema}: define it first with PUT /v1/entity/schemas/{schema}.")
    attributes = checked_links(organization=editor.organization, schema=schema, attributes=attributes)
    identifiers = dict(islice(claims_of(definition, attributes).items(), 1)) or {"_id": str(new_id())}
    operation = replace(_operation(schema, identifiers, attributes, must_create=True), given=given or {})
    return _written(editor, _claiming(editor, operation), InBin)


def _claiming(editor: Editor, operation: EntityOperation) -> EntityOperation:
    """The operation that gives its entity no identifier of another one; what finds the entity may be part of a key."""
    schema = book_of(editor.organization).schema_of(operation.schema)
    return replace(operation, claims=claims_of(schema, operation.attributes, but=operation.identifiers))


def upsert_entity(*, editor: Editor, schema: str, unique_key: Sequence[str], attributes: JSONObject) -> Written:
    """Change the one entity that has the same values of unique_key, or make it.

    Raises Invalid for a key without value or one that nothing declares, MatchInBin, Conflict where several match, and
    AlreadyExists where another entity has an identifier that is not part of the key.
    """
    check_unique_key(editor.organization, schema, unique_key)
    attributes = checked_links(organization=editor.organization, schema=schema, attributes=attributes)
    identifiers = {name: unique_text(name, attributes.get(name)) for name in unique_key}
    operation = _claiming(editor, _operation(schema, identifiers, attributes))
    return _written(editor, _parking(editor, operation), MatchInBin)


def change_entity(
    *, editor: Editor, schema: str, entity_id: UUID, attributes: JSONObject, expected: int | None, is_whole: bool
) -> Written:
    """Write some attributes, or (is_whole) exactly these. expected is the version the caller knows.

    Values of attributes whose edit mode is not direct are parked as changesets, unless the editor writes directly. The
    status of a product order keeps to the rules of its moves. Raises NotFound, Stale, Invalid for links that lead
    nowhere, InBin for a deleted one, AlreadyExists where an identifier is that of another entity, and MoveNotAllowed.
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
    return _written(editor, _parking(editor, _claiming(editor, operation)), InBin)


def give(
    *, editor: Editor, schema: str, entity_id: UUID, attributes: JSONObject, given: JSONObject, expected: int | None
) -> Written:
    """Write what the hub itself gives an entity, and beside it some attributes as change_entity does."""
    attributes = checked_links(
        organization=editor.organization, schema=schema, attributes=attributes, entity_id=entity_id
    )
    operation = _operation(schema, {"_id": str(entity_id)}, attributes, expected_version=expected)
    return _written(editor, _parking(editor, _claiming(editor, replace(operation, given=given))), InBin)


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
    """Take the entity out of the recycle bin as it was.

    Raises NotFound, Stale, Invalid where it is not there, and AlreadyExists where another one has an identifier of it.
    """
    operation = _operation(schema, {"_id": str(entity_id)}, {}, mode=Mode.RESTORE, expected_version=expected)
    return database.retrying(lambda: _restored(editor, operation))


@transaction.atomic
def _restored(editor: Editor, operation: EntityOperation) -> Written:
    result = applied_claiming(editor, operation, lambda entity: entity.attributes)
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
        attributes=_with_list_of_tags(attributes),
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


def _with_list_of_tags(attributes: JSONObject) -> JSONObject:
    """A text alone is what people send who mean one tag. Raises Invalid for what is no list of texts."""
    tags = attributes.get("_tags")
    if isinstance(tags, str):
        return {**attributes, "_tags": [tags] if tags.strip() else []}
    if tags is not None and not isinstance(tags, list) and not _is_operation(tags):
        message = f"must be a list of texts, is {shown(tags)}"
        raise Invalid(f"_tags: {message}.", details=[ErrorDetail("_tags", message)])
    return attributes


def _is_operation(value: JSONValue) -> bool:
    return isinstance(value, dict) and len(value) == 1 and OPERATIONS.issuperset(value)


def _parking(editor: Editor, operation: EntityOperation) -> EntityOperation:
    """The operation that parks what the editor may not write directly."""
    order = parking_for(book_of(editor.organization).schema_of(operation.schema), editor)
    return operation if order is None else replace(operation, changesets=order)


def _written(editor: Editor, operation: EntityOperation, in_bin: type[HubError]) -> Written:
    """Apply an operation that must not bring anything back from the recycle bin."""
    return database.retrying(lambda: _written_once(editor, operation, in_bin))


@transaction.atomic
def _written_once(editor: Editor, operation: EntityOperation, in_bin: type[HubError]) -> Written:
    allowed = ruled(editor, operation)
    try:
        result = applied(editor, allowed)
    except Stale as error:
        if operation.expected_version is None:
            raise OperationalError("The entity changed between being read and being locked.") from error
        raise
    refuse_restoring(operation, result, in_bin)
    return Written(read_written(editor, result), is_new=result.outcome is Outcome.CREATED)
