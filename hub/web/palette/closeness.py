"""closeness: how near a row comes to what was typed, for the order of what is found."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Case, IntegerField, Q, Value, When

EXACT, BEGINS, HOLDS = 0, 1, 2
_LOOKUPS: Final = ((EXACT, "iexact"), (BEGINS, "istartswith"))


def closeness(text: str, *columns: str) -> Case:
    """0 for a row that has the text in one of the columns, 1 where one begins with it, 2 for all others."""
    whens = [
        When(reduce(or_, (Q(**{f"{column}__{lookup}": text}) for column in columns)), then=Value(rank))
        for rank, lookup in _LOOKUPS
    ]
    return Case(*whens, default=Value(HOLDS), output_field=IntegerField())
