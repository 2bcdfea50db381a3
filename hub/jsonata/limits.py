"""What an evaluation may cost: numbers with their reasons (proxies-and-security.md section 9.3)."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one child process; expression_ms is the engine's own, the others are enforced from outside."""

    expression_ms: int = 2000
    event_cpu_s: float = 5.0
    """CPU seconds over all expressions of one event."""
    answer_wait_s: float = 8.0
    """How long the parent waits for a sign of life; more than event_cpu_s, because two cores are shared."""
    memory_bytes: int = 512 * MIB
    job_bytes: int = 10 * MIB
    answer_bytes: int = 10 * MIB


BACKGROUND = Limits()
"""For the worker: nobody waits."""
INTERACTIVE = Limits(expression_ms=1000, event_cpu_s=1.0, answer_wait_s=3.0, job_bytes=2 * MIB)
"""For simulation and for saving, where expressions come straight from a caller."""

STACK_DEPTH = 500
SEQUENCE_LENGTH = 100_000
EXPRESSION_BYTES = 32 * 1024
SIGNATURE_DEPTH = 20
"""Nested < in a function signature: deeper ones crash the engine while it compiles (attack 29)."""
ANSWER_DEPTH = 100
ANSWER_NODES = 500_000
ERROR_CHARACTERS = 300
"""Longest text of an engine's error that is kept: it may echo the whole input (attack 34)."""
