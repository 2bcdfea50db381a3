"""evaluate: one document goes to the child with its plan, what it was mapped to comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import msgspec

from hub.events.shaping.plan import Failure, FailureKind
from hub.jsonata.pool import ChildFailure
from hub.jsonata.pools import pool_of
from hub.jsonata.source import variables
from proxies.mapping.plan import Job, Mapped, Plan, decode_mapped, encode

PROGRAM = "proxies.mapping.program"
CHILDREN = 2
"""At least, as many requests wait at once: while the one that has a child waits for its turn to read the answer, the
next is mapped. The slowest hundredth of 8 callers took three times as long with one (measured)."""


def evaluate(plan: Plan, document: bytes, *, bindings: Mapping[str, bytes], at: datetime) -> Mapped:
    """What the expression makes of the document; document and bindings are JSON text, at is what ``$now()`` tells.
    Bindings that the expression does not name do not travel.

    No transaction may be open. Raises Busy and NoChild as the pool does.
    """
    encoded = encode(plan)
    named = variables(plan.expression)
    raw = {name: msgspec.Raw(text) for name, text in bindings.items() if f"${name}" in named}
    job = encode(Job(msgspec.Raw(document), raw, int(at.timestamp() * 1000)))
    [answer] = pool_of(PROGRAM, least=CHILDREN).run(_key_of(encoded), encoded, [job])
    if isinstance(answer, ChildFailure):
        kind = FailureKind.TIMEOUT if answer.is_resource_limit else FailureKind.EVALUATION
        return Mapped(failure=Failure(plan.where, answer.message, kind=kind))
    return decode_mapped(answer)


@lru_cache(maxsize=256)
def _key_of(plan: bytes) -> str:
    return hashlib.sha256(plan).hexdigest()
