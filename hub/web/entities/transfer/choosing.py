"""ColumnChoice: which attribute a column is read into, as the preview offers it and as its form comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from hub.entities.identity import MOST_UNIQUE_KEYS
from hub.entities.schemas import Schema
from hub.entities.transfer.columns import known_attributes, may_be_attribute
from hub.entities.transfer.results import ImportResult
from hub.entities.transfer.wishes import IGNORED
from hub.errors import ErrorDetail, Invalid

MOST_CHOSEN: Final = 60
"""Columns that one form can ask about; wider files are read by the names of their columns."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A line of the form. attribute: the chosen one, empty when the column is left out; own: it may keep its name."""

    field: str
    column: str
    example: str
    attribute: str
    own: str


def choices_of(schema: Schema, result: ImportResult, mapping: Mapping[str, str]) -> list[ColumnChoice]:
    """A line for each column that anything could be read from; none for a file that is too wide."""
    columns = _readable(result)
    if len(columns) > MOST_CHOSEN:
        return []
    known = known_attributes(schema)
    return [
        ColumnChoice(
            field=f"column-{place}",
            column=column,
            example=result.examples.get(column, ""),
            attribute=mapping.get(column, ""),
            own=column if column not in known and may_be_attribute(column) else "",
        )
        for place, column in enumerate(columns)
    ]


def chosen_mapping(
    schema: Schema, choices: Sequence[ColumnChoice], sent: QueryDict, before: Mapping[str, str]
) -> dict[str, str]:
    """What came back; before, where the form did not ask. Raises Invalid for what was not offered."""
    if not choices:
        return dict(before)
    known = known_attributes(schema)
    wanted = {choice.column: sent.get(choice.field, "") for choice in choices}
    for choice in choices:
        if wanted[choice.column] not in ("", choice.own) and wanted[choice.column] not in known:
            raise Invalid(f"{choice.column}: this attribute was not offered.")
    return {column: attribute for column, attribute in wanted.items() if attribute}


def chosen_key(schema: Schema, sent: QueryDict) -> list[str]:
    """The identifiers that were ticked. Raises Invalid for what was not offered."""
    names = list(dict.fromkeys(sent.getlist("unique_key")))
    unknown = [name for name in names if name != "_id" and name not in schema.identifiers]
    if unknown or len(names) > MOST_UNIQUE_KEYS:
        message = "was not offered as an identifier"
        raise Invalid(f"unique_key: {message}.", details=[ErrorDetail("unique_key", message)])
    return names


def _readable(result: ImportResult) -> list[str]:
    return [column for column in result.columns if column not in IGNORED]
