"""Context: what the expressions of one event or item are evaluated against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.undefined import UNDEFINED

NO_FACTS: Mapping[str, JSONValue] = {}


class Context:
    """document is `$`, or UNDEFINED for nothing at all; payload is `$$`, given only where it is another value.

    facts are the hub's own variables by name without `$`, variables those that one kind of expression has beside them.
    handle is the engine's own form of the document, which the engine leaves here for the next expression.
    """

    __slots__ = ("document", "facts", "handle", "payload", "variables")

    def __init__(
        self,
        document: JSONValue,
        *,
        payload: JSONValue = UNDEFINED,
        facts: Mapping[str, JSONValue] = NO_FACTS,
        variables: Mapping[str, JSONValue] = NO_FACTS,
    ) -> None:
        self.document = document
        self.payload = payload
        self.facts = facts
        self.variables = variables
        self.handle: Any = None  # Any: a class of the library
