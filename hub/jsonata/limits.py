"""What an evaluation may cost: numbers with their reasons (proxies-and-security.md section 9.3)."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one child process; expression_ms is the engine's own, the others are enforced from outside."""

    expression_ms: int = 2000
    """Of one expression. The engine looks at the clock between its steps only, but its failure names the expression."""
    event_cpu_s: float = 5.0
    """CPU seconds over all expressions of one event; the process ends after them, and nobody can say which it was."""
    answer_wait_s: float = 8.0
    """How long the parent waits for a sign of life; more than event_cpu_s, because two cores are shared."""
    memory_bytes: int = 512 * MIB
    job_bytes: int = 10 * MIB
    answer_bytes: int = 10 * MIB


BACKGROUND = Limits()
"""For the worker: nobody waits."""
INTERACTIVE = Limits(expression_ms=1000, event_cpu_s=1.25, answer_wait_s=3.0, job_bytes=2 * MIB)
"""For simulation and for saving, where expressions come straight from a caller.

An expression has half of the time that it has in a live event, on purpose (9.3, rule 14): any token may send any
expression sixty times a minute. Of a machine with two processors that is one at 1 s each; at 2 s it is both, and live
events of everybody else stand still. A failure for lack of time says that a live event has more.
event_cpu_s is larger than expression_ms, so that the engine, which names the expression, notices before the process
ends; only a function that the engine cannot interrupt gets as far.
"""

STACK_DEPTH = 500
SEQUENCE_LENGTH = 100_000
EXPRESSION_BYTES = 32 * 1024
SIGNATURE_DEPTH = 20
"""Nested < in a function signature: deeper ones crash the engine while it compiles (attack 29)."""
ANSWER_DEPTH = 100
ANSWER_NODES = 500_000
"""A list of 100,000 texts passes, also in several attributes. Of items that become an entity each, every one costs what
it says and some fifteen values around it: what the worker keeps in memory and writes in one transaction."""
ERROR_CHARACTERS = 300
"""Longest text of an engine's error that is kept: it may echo the whole input (attack 34)."""
