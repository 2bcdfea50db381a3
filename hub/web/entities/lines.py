"""Item: a member of a list, or a relation, in one line; and what the relations of two values do not share; pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.entities.links import REFERENCE, RELATION, links_in
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.related import Relative, unknown


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a list: its text, its tags, and whom it leads to."""

    text: str
    tags: tuple[str, ...] = ()
    relative: Relative | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """The relations of one side of a change: those that the other side has not, and how many both have."""

    own: tuple[JSONObject, ...]
    shared: int = 0


def item_of_link(link: JSONValue, relatives: Mapping[str, Relative]) -> Item:
    """A stored relation or reference with the name of whom it leads to."""
    entity_id = id_in(link)
    path, schema = (str(link.get(name) or "") if isinstance(link, dict) else "" for name in ("path", "_schema"))
    return Item(path, tags_of(link), relatives.get(entity_id) or unknown(entity_id, schema))


def id_in(link: JSONValue) -> str:
    """The id that a stored relation leads to; empty where there is none."""
    return str(link.get("entity_id") or "").lower() if isinstance(link, dict) else ""


def tags_of(member: JSONValue) -> tuple[str, ...]:
    """The tags of a member of a list."""
    tags = member.get("_tags") if isinstance(member, dict) else None
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def links_apart(before: JSONValue, after: JSONValue) -> tuple[Links | None, Links | None]:
    """The relations of two values; None for a value that holds something else.

    Where both hold the same ones in another order, nothing counts as shared.
    """
    old, new = _stored_links(before), _stored_links(after)
    if old is None or new is None:
        return _all_own(old), _all_own(new)
    gone_ones, come_ones = list(_without(old, new)), list(_without(new, old))
    if not gone_ones and not come_ones:
        return _all_own(old), _all_own(new)
    shared = len(old) - len(gone_ones)
    return Links(tuple(gone_ones), shared), Links(tuple(come_ones), shared)


def _stored_links(value: JSONValue) -> list[JSONObject] | None:
    if not isinstance(value, dict) or not value or not value.keys() <= {RELATION, REFERENCE}:
        return None
    if not all(isinstance(members, list) for members in value.values()):
        return None
    links = [*links_in(RELATION, value), *links_in(REFERENCE, value)]
    known = [link for link in links if isinstance(link, dict) and id_in(link)]
    return known if len(known) == len(links) else None


def _all_own(links: list[JSONObject] | None) -> Links | None:
    return None if links is None else Links(tuple(links))


def _without(links: Sequence[JSONObject], others: Sequence[JSONObject]) -> Iterator[JSONObject]:
    left = Counter(map(_form, others))
    for link in links:
        form = _form(link)
        if left[form]:
            left[form] -= 1
        else:
            yield link


def _form(link: JSONObject) -> str:
    return json.dumps(link, sort_keys=True)
