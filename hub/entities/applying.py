"""applied: one operation of a person or a client carried out; what refuses it is raised as it means to a caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NoReturn
from uuid import UUID

from django.db import OperationalError, transaction
from msgspec.structs import replace

from hub.entities.claims import claims_of
from hub.entities.editor import Editor, Stale
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation, OperationResult, Outcome, ResultCode
from hub.entities.schemas.book import book_of
from hub.entities.store import write
from hub.errors import Conflict, ErrorDetail, HubError, Invalid, NotFound, Unavailable
from hub.json_types import JSONObject


class AlreadyExists(Conflict):
    """A live entity has the identifier already; entity_id says which one."""

    code = "ENTITY_ALREADY_EXISTS"

    def __init__(self, schema: str, result: OperationResult) -> None:
        detail = ErrorDetail(result.attribute, f"belongs to the {schema} {result.entity_id}")
        super().__init__(result.message, details=[detail] if result.attribute else [])
        self.entity_id: UUID | None = result.entity_id


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


def refuse_restoring(operation: EntityOperation, result: OperationResult, in_bin: type[HubError]) -> None:
    """Raise in_bin for an operation that brought its entity back; the caller's transaction undoes it."""
    if result.met_the_bin:
        message = f"The {operation.schema} {result.entity_id} is in the recycle bin: restore it first, or purge it."
        raise in_bin(message)


@transaction.atomic
def applied(editor: Editor, operation: EntityOperation) -> OperationResult:
    """What the store did, all of it in the caller's transaction; raises what a refusal means to a caller."""
    operation = replace(operation, correlation_id=editor.correlation_id or operation.correlation_id)
    [result] = write(organization_id=editor.organization.pk, operations=[operation], at=editor.at, source=editor.source)
    if result.outcome is Outcome.FAILED:
        _refuse(operation, result)
    return result


def applied_claiming(
    editor: Editor, operation: EntityOperation, brought_back: Callable[[Entity], JSONObject]
) -> OperationResult:
    """The same for an operation by _id that brings values back which only the stored entity tells.

    The entity is read before it is locked; so the operation counts on its version, and on another one the caller's
    transaction is to be tried again as a whole, unless the caller knew a version.
    """
    schema = book_of(editor.organization).schema_of(operation.schema)
    entities = Entity.objects.of(editor.organization).filter(schema=schema.slug, pk=operation.identifiers["_id"])
    entity = entities.first() if schema.identifiers else None
    if entity is None or not (claims := claims_of(schema, brought_back(entity))):
        return applied(editor, operation)
    known = operation.expected_version
    expected = entity.version if known is None else known
    try:
        return applied(editor, replace(operation, claims=claims, expected_version=expected))
    except Stale as error:
        if known is None:
            raise OperationalError("The entity changed between being read and being locked.") from error
        raise


def read_written(editor: Editor, result: OperationResult) -> Entity:
    """The entity as the operation left it."""
    return Entity.objects.of(editor.organization).get(pk=result.entity_id or "")


def _refuse(operation: EntityOperation, result: OperationResult) -> NoReturn:
    """Raise what a failed result means to a caller of the API."""
    if result.code == ResultCode.UNKNOWN_REFERENCE:
        raise NotFound(f"There is no {operation.schema} with this id.")
    if result.code == ResultCode.EXISTS:
        raise AlreadyExists(operation.schema, result)
    kind = _REFUSALS.get(result.code, Invalid)
    raise kind(result.message, code=None if kind in _WITH_THEIR_CODE else result.code)


_REFUSALS: Final[Mapping[str, type[HubError]]] = {
    ResultCode.AMBIGUOUS: Conflict,
    ResultCode.STALE_VERSION: Stale,
    ResultCode.INDEX_BUILDING: StillIndexing,
}
"""Code of a failed operation → the error; any other is Invalid."""
_WITH_THEIR_CODE: Final = frozenset({Stale, StillIndexing})
"""Errors that the API knows by one code wherever they are met."""
