"""related_chunks: the rows of a file in chunks, such that rows which have to do with each other are in the same one.

A rehearsed chunk is rolled back before the next one, which could not see what it made. Rows that name no identifier
value in common, neither of their own nor of the entities that they find, cannot meet; so they may be apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from hub.entities.keys import ITEM_TEXTS, keys_of
from hub.entities.models import Entity
from hub.entities.schemas.fitting import types_of
from hub.entities.transfer.wishes import Plan, Wish
from hub.json_types import JSONObject

Token = tuple[str, ...]
"""An attribute and a key of it; or nothing, and all identifiers of a row."""
Find = Callable[[Sequence[Wish]], Mapping[int, Entity]]
"""Row → the entity that it means, of so many rows as fit in a chunk."""


def related_chunks(wishes: Sequence[Wish], plan: Plan, find: Find, *, size: int, most: int) -> Iterator[Sequence[Wish]]:
    """Chunks of about size rows, in whatever order, each with its rows in theirs.

    Related rows fill a longer chunk of up to most rows; beyond, they are divided nevertheless.
    """
    chunk: list[Wish] = []
    for group in _groups(wishes, plan, find, size):
        if chunk and len(chunk) + len(group) > size:
            yield _in_order(chunk)
            chunk = []
        chunk += group
        while len(chunk) > most:
            yield chunk[:most]
            chunk = chunk[most:]
    if chunk:
        yield _in_order(chunk)


def _in_order(wishes: Iterable[Wish]) -> list[Wish]:
    return sorted(wishes, key=lambda wish: wish.row)


def _groups(wishes: Sequence[Wish], plan: Plan, find: Find, size: int) -> list[list[Wish]]:
    """Rows that are related, directly or by others, in the order of each one's first."""
    leaders: dict[int, int] = {}
    first: dict[Token, int] = {}
    for start in range(0, len(wishes), size):
        found = find(wishes[start : start + size])
        for place, wish in enumerate(wishes[start : start + size], start):
            leaders[place] = place
            for token in _tokens(wish, found.get(wish.row), plan):
                _join(leaders, place, first.setdefault(token, place))
    groups: dict[int, list[Wish]] = {}
    for place, wish in enumerate(wishes):
        groups.setdefault(_leader(leaders, place), []).append(wish)
    return list(groups.values())


def _tokens(wish: Wish, entity: Entity | None, plan: Plan) -> Iterator[Token]:
    """What finds the entity of the row, and what it may have alone: as the row has it, and as it is stored."""
    yield "", *wish.identifiers.values()
    if entity is not None:
        yield "_id", str(entity.pk)
    stored: JSONObject = {} if entity is None else entity.attributes
    kinds = types_of(plan.schema)
    for name in plan.schema.identifiers:
        if name in plan.unique_key or kinds[name].type.kind not in ITEM_TEXTS:
            for value in (wish.attributes.get(name), stored.get(name)):
                yield from ((name, key) for key in keys_of(value))


def _join(leaders: dict[int, int], place: int, other: int) -> None:
    low, high = sorted((_leader(leaders, place), _leader(leaders, other)))
    leaders[high] = low


def _leader(leaders: dict[int, int], place: int) -> int:
    while leaders[place] != place:
        leaders[place] = leaders[leaders[place]]
        place = leaders[place]
    return place
