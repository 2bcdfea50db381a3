"""check_expressions: compiles the expressions of a configuration in a child process before it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import orjson
from django.conf import settings

from hub import database
from hub.errors import ErrorDetail
from hub.json_types import JSONPath
from hub.jsonata.limits import INTERACTIVE
from hub.jsonata.pool import Answer, ChildFailure, ChildPool

PROGRAM = "integrations.expression_check"


def check_expressions(expressions: Sequence[tuple[JSONPath, str]]) -> list[ErrorDetail]:
    """One finding, with line and column where they are known, for each expression that does not compile.

    Must not be called within a transaction: it waits for a child process. Raises Busy when none is free.
    """
    texts = list(dict.fromkeys(text for _, text in expressions))
    jobs = [text.encode() for text in texts]
    answers = _pool().run(_plan_key(jobs), b"", jobs)
    problems = dict(zip(texts, map(_problem, answers), strict=True))
    return [ErrorDetail(at, problem) for at, text in expressions if (problem := problems[text]) is not None]


@lru_cache(maxsize=1)
def _pool() -> ChildPool:
    return ChildPool(
        size=1,
        program=PROGRAM,
        engine=settings.HUB_JSONATA_ENGINE,
        limits=INTERACTIVE,
        forbid_in_transaction=database.no_transaction_is_open,
    )


def _plan_key(jobs: Sequence[bytes]) -> str:
    # The pool refuses a plan that killed too many children; only the same expressions share that fate.
    return "check:" + hashlib.sha256(b"\0".join(jobs)).hexdigest()


def _problem(answer: Answer) -> str | None:
    if isinstance(answer, ChildFailure):
        return f"could not be compiled: {answer.message}"
    finding = orjson.loads(answer)
    if finding is None:
        return None
    message, line, column = finding
    place = f" (line {line}, column {column})" if line is not None else ""
    return f"is no valid JSONata: {message}{place}"
