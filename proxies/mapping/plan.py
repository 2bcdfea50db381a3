"""Plan, Job and Mapped: an expression, what it sees, and what came of it; pure, and the whole of what travels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from hub.events.shaping.plan import Failure


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """An expression. where names it in its failures. It sees the environment as ``$env``."""

    expression: str
    where: str
    names_document: str = ""
    """A path that begins with this name leads into the document itself, unless the document has such a member."""
    environment: Mapping[str, Any] = {}
    """Any: JSON values."""


class Job(msgspec.Struct, frozen=True):
    """The document, which is ``$``, and further variables by their names without ``$``, all of it JSON text.

    millis is the moment that ``$now()`` tells.
    """

    document: msgspec.Raw
    bindings: Mapping[str, msgspec.Raw]
    millis: int


class Mapped(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the expression yields, as JSON text; empty where it yields nothing at all."""

    text: str = ""
    failure: Failure | None = None


encode = msgspec.json.Encoder().encode
decode_mapped = msgspec.json.Decoder(Mapped).decode
