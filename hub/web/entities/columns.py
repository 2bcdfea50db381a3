"""columns_of: the attributes that can be a column of a list, those outside the schema among them; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from hub.entities.changesets import CHANGESETS
from hub.entities.schemas import Schema
from hub.entities.schemas.fitting import types_of
from hub.json_types import JSONObject
from hub.web.entities.asked import can_be_column

MOST_OUTSIDE: Final = 40
"""Attributes outside the schema that are offered: the most frequent ones of the page, and whatever is chosen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One attribute, and whether it is a column."""

    name: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """What is offered; left_out: how many more attributes outside the schema the page's entities have."""

    known: Sequence[Choice]
    outside: Sequence[Choice]
    left_out: int = 0


def columns_of(schema: Schema, chosen: Sequence[str], shown: Iterable[JSONObject]) -> Columns:
    """Attributes in the order of the schema, then by name those that only the shown entities have, or that are chosen.

    Parts of amounts and what every entity may have belong to the known ones.
    """
    carried = Counter(name for attributes in shown for name in attributes if name != CHANGESETS and can_be_column(name))
    typed = types_of(schema)
    further = [name for name in typed if name not in schema.attributes and (name in carried or name in chosen)]
    outside = [name for name, _ in sorted(carried.items(), key=_most_frequent_first) if name not in typed]
    offered = {*outside[:MOST_OUTSIDE], *(name for name in chosen if name not in typed)}
    return Columns(
        known=[Choice(name, schema.label_of(name), name in chosen) for name in (*schema.attributes, *further)],
        outside=[Choice(name, schema.label_of(name), name in chosen) for name in sorted(offered)],
        left_out=len({*outside} - offered),
    )


def _most_frequent_first(counted: tuple[str, int]) -> tuple[int, str]:
    name, count = counted
    return -count, name
