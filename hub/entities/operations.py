"""What the store is asked and answers: EntityOperation, OperationResult, EntityChanged for listeners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import msgspec

from hub.entities.changesets import ChangesetOrder
from hub.json_types import JSONObject, JSONValue
from hub.pricing.items import Pricing


class Mode(StrEnum):
    """What to do with the entity that the identifiers find (mapping.md section 5)."""

    UPSERT = "upsert"
    REPLACE = "replace"
    """As upsert, but attributes that are not written are taken away."""
    RESTORE = "restore"
    """Out of the recycle bin, as it was; nothing to do for one that is not there."""
    DELETE = "delete"
    """Into the recycle bin."""
    PURGE = "purge"
    """Gone with its history, out of the recycle bin, too; one row stays that tells so."""


class Outcome(StrEnum):
    """How one operation ended."""

    CREATED = "created"
    UPDATED = "updated"
    NO_OP = "no_op"
    DELETED = "deleted"
    FAILED = "failed"
    WAITING = "waiting"
    """Not applied, and nothing else of its event either: the event is to be tried again (may_wait)."""


class ResultCode(StrEnum):
    """Codes the store answers with; their sentences stand in monitoring/codes."""

    CREATED = "ENTITY_CREATED"
    UPDATED = "ENTITY_UPDATED"
    NO_OP = "ENTITY_NO_OP"
    DELETED = "ENTITY_DELETED"
    AMBIGUOUS = "UNIQUE_ID_MULTIPLE_MATCHES"
    NO_IDENTIFIER = "MISSING_UNIQUE_IDENTIFIERS"
    UNKNOWN_IDENTIFIER = "UNIQUE_ID_NOT_IN_SCHEMA"
    UNRESOLVABLE = "UNIQUE_ID_LOOKUP_UNRESOLVABLE"
    UNKNOWN_REFERENCE = "ENTITY_REFERENCE_NOT_FOUND"
    EXISTS = "ENTITY_ALREADY_EXISTS"
    BAD_VALUE = "ATTRIBUTE_TYPE_MISMATCH"
    INDEX_BUILDING = "IDENTIFIER_INDEX_BUILDING"
    BEHIND_WAITING = "BEHIND_WAITING_EVENT"
    NOT_PRICED = "PRICING_FAILED"
    PRUNED = "PRUNE_SCOPE_COMPLETED"
    PRUNE_HELD = "PRUNE_HELD"
    PRUNE_UNRESOLVED = "PRUNE_SCOPE_UNRESOLVED"
    REFERENCE_WITHOUT_VALUE = "RELATION_REF_VALUE_UNDEFINED"
    REFERENCE_NOT_FOUND_AGAIN = "RELATION_REF_ITEM_NOT_FOUND"
    STALE_VERSION = "STALE_VERSION"


class WarningCode(StrEnum):
    """Warnings an operation may carry beside its result."""

    RESTORED = "SOFT_DELETED_ENTITY_MATCHED"
    SYSTEM_ATTRIBUTE = "SYSTEM_ATTRIBUTE_IGNORED"
    NOT_PRICED = "PRICING_FAILED"


class Source(msgspec.Struct, frozen=True):
    """Who writes, and what for; history and listeners show it.

    actor_type: use_case, automation, token, user, system.
    """

    actor_type: str
    actor_id: str = ""
    use_case_id: UUID | None = None
    use_case_version: int | None = None
    undoes_version: int | None = None
    """The version of the entity whose change this write undoes."""
    chain: tuple[str, ...] = ()
    """Automations that led here, the writing one last, and a mark of hub/hops.py; only listeners get it."""


class EntityOperation(msgspec.Struct, frozen=True, kw_only=True):
    """One wish about one entity. Operations are applied in the order of the list, not of position."""

    position: int
    """The caller's number; comes back in the result and means nothing to the store."""
    schema: str
    identifiers: Mapping[str, str]
    """Attribute → string form of its value (mapping.md 4.1); all must match. ``_id`` alone never creates."""
    attributes: JSONObject
    """What to write, email and phone already shaped; ignored by delete. A value may be an array operation."""
    mode: Mode = Mode.UPSERT
    must_create: bool = False
    """CREATE: a live match that was not created by origin_id ends as ENTITY_ALREADY_EXISTS."""
    expected_version: int | None = None
    """The version that the caller knows; another one ends as STALE_VERSION. None: whatever it is."""
    event_id: UUID | None = None
    """One change row and one version step is made per entity and event. None: the operation stands alone."""
    origin_id: UUID | None = None
    """What CREATE calls the same event: InboundEvent.origin_id. None: event_id."""
    identifier_types: Mapping[str, str] = {}
    """Attribute → "email" or "phone": how a creation stores an identifier that attributes lack."""
    may_wait: bool = False
    """True while the event has attempts left: a transient failure then ends every operation of the event as
    WAITING (nothing of it is applied), and so do later events of the call that share an identifier."""
    pricing: Pricing | None = None
    """Lines to be priced; what they come to is written beside attributes, and wins over them."""
    source: Source | None = None
    """Who writes this one, where that is not the source of the whole call (a lane with several use cases)."""
    correlation_id: str = ""
    """What the caller calls the business operation; listeners get it."""
    changesets: ChangesetOrder | None = None
    """What an update parks instead of writing it, applies or dismisses; a creation writes everything directly."""
    given: JSONObject = {}
    """What the hub itself writes beside attributes, also where nobody else may; plain values, never parked."""
    claims: Mapping[str, str] = {}
    """Attribute → string form of the value that the entity may get and no other live one of its schema may have: if
    one has it, the operation ends as ENTITY_ALREADY_EXISTS. Events claim nothing."""


class Note(msgspec.Struct, frozen=True):
    """Why one attribute of an operation was left as it was, while the rest of the entity was written."""

    code: str
    attribute: str
    message: str


class OperationWarning(msgspec.Struct, frozen=True):
    """Something that the caller should know about an operation that was applied."""

    code: str
    message: str
    attribute: str = ""
    """Empty where it is about the entity as a whole."""


class OperationResult(msgspec.Struct, frozen=True):
    """What became of one operation, in the order the operations were given."""

    position: int
    outcome: Outcome
    code: str
    message: str = ""
    """Empty when all went well; for a failure one sentence with its values."""
    entity_id: UUID | None = None
    """The entity that was found or made; None when none was."""
    version: int | None = None
    """The entity's version after this operation's event."""
    changed: tuple[str, ...] = ()
    """Attributes whose value an update changed, sorted; a creation sets whatever is written."""
    warnings: tuple[OperationWarning, ...] = ()
    notes: tuple[Note, ...] = ()
    related: tuple[RelatedResult, ...] = ()
    """Other entities that the relations and references of this one had written."""
    parked: tuple[str, ...] = ()
    """Attributes whose written value waits as a changeset since, sorted."""
    attribute: str = ""
    """Of ENTITY_ALREADY_EXISTS: the identifier that the entity has."""

    @property
    def met_the_bin(self) -> bool:
        """Whether the entity, or one that it points at, was in the recycle bin."""
        return any(warning.code == WarningCode.RESTORED for warning in self.warnings)


class RelatedResult(msgspec.Struct, frozen=True):
    """What a relation or a reference did to the entity that it points at: a stub made, a value written."""

    schema: str
    identifiers: Mapping[str, str]
    outcome: Outcome
    code: str
    entity_id: UUID
    version: int
    changed: tuple[str, ...] = ()


class EntityChanged(msgspec.Struct, frozen=True):
    """What one event did to one entity, as listeners get it; before is None when it was created."""

    change_id: UUID
    organization_id: int
    entity_id: UUID
    schema: str
    version: int
    at: datetime
    operation: str
    before: JSONObject | None
    after: JSONObject
    changes: Mapping[str, JSONValue]
    """As EntityChange keeps them; empty for a creation, which is told by after."""
    event_id: UUID | None
    source: Source
    correlation_id: str = ""


class Changes(msgspec.Struct, frozen=True):
    """What one write changed. Most listeners have no use for it, so the changes themselves are made on demand."""

    organization_id: int
    config_version: int
    """Of the organization, as the store has read it in the transaction: listeners need not ask again."""
    schemas: frozenset[str]
    """Of the entities that changed."""
    tell: Callable[[], list[EntityChanged]]
    """Every change, an entity's own ones in their order."""


ChangeListener: TypeAlias = Callable[[Changes], None]
"""A function in ENTITY_CHANGE_LISTENERS; called once per write that changed something, in its transaction, when all of
it can be read back."""
