"""The entity store on SQLite: the write lock of the IMMEDIATE transaction stands for every row lock."""

from hub.entities.sql.sqlite.asking import (
    changed_by,
    lock_creation,
    lock_entities,
    members,
    open_schemas,
    origins,
    read_entities,
)
from hub.entities.sql.sqlite.storing import add_keys, claim_schema, count_up_to, store

__all__ = [
    "add_keys",
    "changed_by",
    "claim_schema",
    "count_up_to",
    "lock_creation",
    "lock_entities",
    "members",
    "open_schemas",
    "origins",
    "read_entities",
    "store",
]
