"""compile_expressions: does every expression of a configuration compile, tried in a child before it is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from hub.jsonata.check import Verdict
from hub.jsonata.limits import INTERACTIVE
from hub.jsonata.pool import ChildFailure, ChildPool

PROGRAM = "hub.jsonata.check"

_decode = msgspec.json.Decoder(Verdict).decode


@dataclass(frozen=True, slots=True)
class Finding:
    """An expression that does not compile: where it stands and why. line and column count from 1, in characters."""

    path: str
    line: int | None
    column: int | None
    message: str


def checking_pool(*, engine: str, size: int = 1) -> ChildPool:
    """A pool for compile_expressions; make one per process."""
    return ChildPool(size=size, program=PROGRAM, engine=engine, limits=INTERACTIVE)


def compile_expressions(pool: ChildPool, expressions: Iterable[tuple[str, str]]) -> list[Finding]:
    """The findings about (path, expression) pairs, in their order; empty when all compile. Raises Busy and NoChild."""
    pairs = list(expressions)
    texts = list(dict.fromkeys(text for _, text in pairs))
    jobs = [text.encode("utf-8", "replace") for text in texts]
    answers = pool.run(hashlib.sha256(b"\0".join(jobs)).hexdigest(), b"", jobs)
    verdicts = dict(zip(texts, map(_verdict, answers), strict=True))
    found = [(path, verdicts[text]) for path, text in pairs if verdicts[text].message]
    return [Finding(path, verdict.line, verdict.column, verdict.message) for path, verdict in found]


def _verdict(answer: bytes | ChildFailure) -> Verdict:
    return Verdict(answer.message) if isinstance(answer, ChildFailure) else _decode(answer)
