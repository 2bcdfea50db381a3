"""What the echo receiver remembers: the last requests of each address, and how it is to answer; of this process."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.cache import cache

from outbound.signature_check import Checked

MOST_KEPT: Final = 50
MOST_BODY: Final = 64 * 1024
LONGEST_PAUSE_MS: Final = 35_000
"""Longer than the hub waits for an answer."""
MOST_FAILURES: Final = 100
_KEY: Final = "echo:{}"
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Plan:
    """How the next requests are answered. failures: so many get the status, and then all get 200 again."""

    failures: int = 0
    status: int = 500
    retry_after_s: int = 0
    pause_ms: int = 0


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request. checked: None where the keys could not be read; ack_id: None where nobody waits for one."""

    id: UUID
    at: datetime
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_cut: bool
    checked: Checked | None
    answered: int
    ack_id: UUID | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """Of one address: how it answers, and what came, the newest first."""

    plan: Plan = field(default_factory=Plan)
    arrived: tuple[Arrived, ...] = ()


def recall(name: str) -> Remembered:
    """Of an address that nobody has called yet, too."""
    found = cache.get(_KEY.format(name))
    return found if isinstance(found, Remembered) else Remembered()


def next_plan(name: str) -> Plan:
    """How to answer a request that has just come; a failure is used up."""
    with _lock:
        known = recall(name)
        if known.plan.failures:
            left = replace(known.plan, failures=known.plan.failures - 1)
            _keep(name, replace(known, plan=left))
        return known.plan


def set_plan(name: str, plan: Plan) -> None:
    """Answer so from now on."""
    with _lock:
        _keep(name, replace(recall(name), plan=plan))


def remember(name: str, one: Arrived) -> None:
    """Put it before the others; the oldest are forgotten."""
    with _lock:
        known = recall(name)
        _keep(name, replace(known, arrived=(one, *known.arrived)[:MOST_KEPT]))


def forget(name: str) -> None:
    """Everything that came; how it answers stays."""
    with _lock:
        _keep(name, replace(recall(name), arrived=()))


def _keep(name: str, known: Remembered) -> None:
    cache.set(_KEY.format(name), known, timeout=None)
