"""proposed_mapping: which attributes the columns of a file mean, by name or by label; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub.entities.schemas import Schema
from hub.entities.schemas.fitting import types_of
from hub.entities.system_attributes import GIVEN_BY_SCHEMA
from hub.entities.transfer.further import FURTHER, LONGEST_ATTRIBUTE
from hub.entities.transfer.wishes import IGNORED


def proposed_mapping(schema: Schema, columns: Sequence[str]) -> dict[str, str]:
    """Column → attribute: the one called like it, by its name or its label in any case, else one of its own name.

    No attribute comes twice. What can be no attribute, because nobody can write it or its name is too long, is absent.
    """
    known = known_attributes(schema)
    by_word = {schema.label_of(name).casefold(): name for name in known} | {name.casefold(): name for name in known}
    exact = {column: column for column in columns if column in known}
    found = dict(exact)
    for column in columns:
        attribute = by_word.get(column.strip().casefold())
        if column not in exact and attribute is not None and attribute not in found.values():
            found[column] = attribute
    given = GIVEN_BY_SCHEMA.get(schema.slug, ())
    own = {
        column: column for column in columns if column not in found and column not in given and may_be_attribute(column)
    }
    return found | own


def may_be_attribute(column: str) -> bool:
    """Whether a column that the schema does not know can be kept as an attribute of its name."""
    return column not in IGNORED and 0 < len(column) <= LONGEST_ATTRIBUTE


def known_attributes(schema: Schema) -> Mapping[str, None]:
    """Every attribute that a column can be read into, in the order of the schema, with _id and what is FURTHER."""
    names = ("_id", *schema.attributes, *types_of(schema), FURTHER)
    given = GIVEN_BY_SCHEMA.get(schema.slug, ())
    return dict.fromkeys(name for name in names if name not in IGNORED and name not in given)


def outside(schema: Schema, mapping: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """The columns that are kept as attributes which the schema does not have."""
    known = known_attributes(schema)
    return [column for column in columns if column in mapping and mapping[column] not in known]


def left_out(mapping: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """The columns that somebody may have expected to be read; those that only an export writes are none."""
    return [column for column in columns if column not in mapping and column not in IGNORED]
