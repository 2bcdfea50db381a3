"""Notes: the warnings that an event collects on its way."""

from __future__ import annotations

from typing import NamedTuple

from hub.jsonata import source
from inbound.mapping.result import MappingWarning

EMPTY = "MAPPED_FIELD_EMPTY"
UNMAPPED = "LOOKUP_UNMAPPED"
ODD = "MAPPING_WARNING"
SHOWN_CHARACTERS = 200
"""As much of an expression as a warning repeats."""
_MAPS = frozenset({"$mapValue", "$mapKey"})


class Place(NamedTuple):
    """Whose value is read. is_optional: it may be missing without a word, because a condition guards it."""

    schema: str
    attribute: str
    is_optional: bool


class Notes:
    """advises is true in simulation: findings that only an author cares for are wanted, too."""

    __slots__ = ("advises", "warnings")

    def __init__(self, *, advises: bool) -> None:
        self.advises = advises
        self.warnings: list[MappingWarning] = []

    def warn(self, schema: str, message: str, *, field: str = "", code: str = ODD) -> None:
        """Something that an author should look at."""
        self.warnings.append(MappingWarning(schema, field, message, code))

    def found_nothing(self, place: Place, expression: str) -> None:
        """An expression without a value, the language's silent mistake; ordinary where a condition guards the field."""
        if not place.is_optional:
            self.warnings.append(nothing_found(place, expression))


def nothing_found(place: Place, expression: str) -> MappingWarning:
    """The warning about an expression that found nothing."""
    code = UNMAPPED if _MAPS & source.variables(expression) else EMPTY
    return MappingWarning(place.schema, place.attribute, f"{expression[:SHOWN_CHARACTERS]} found nothing", code)
