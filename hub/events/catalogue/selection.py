"""as_node: what of an entity travels in a node of an event; pure.

The JSON Schema of a node and the entity in it are cut by the same rules, so that they agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from hub.events.catalogue.parts import Node
from hub.json_types import JSONObject

NEVER: Final = frozenset({"_owners", "_acl", "_manifest"})
"""Members that say who may see an entity; they never leave the hub in an event."""
ALWAYS: Final = ("_id", "_schema", "_org")
"""Members that a node has whatever its fields say."""
EXCLUDES: Final = "!"


def as_node(node: Node, entity: JSONObject) -> JSONObject:
    """The entity's document as the node shows it: chosen members only, and none of them null."""
    return {name: value for name, value in entity.items() if value is not None and travels(node.fields, name)}


def travels(fields: Sequence[str], name: str) -> bool:
    """Whether a member of an entity is chosen by the fields of a node.

    Without fields everything is. A field is a name, or a glob in which ``*`` and ``**`` stand for any characters;
    with a leading ``!`` it excludes. The last field that fits decides; when all fields exclude, the rest is chosen.
    An attribute travels whole or not at all.
    """
    if name in NEVER:
        return False
    if name in ALWAYS or not fields:
        return True
    chosen = all(field.startswith(EXCLUDES) for field in fields)
    for field in fields:
        if _pattern(field.removeprefix(EXCLUDES)).fullmatch(name):
            chosen = not field.startswith(EXCLUDES)
    return chosen


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(\\\*)+", ".*", re.escape(glob)))
