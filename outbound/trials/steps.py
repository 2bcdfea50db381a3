"""Step: one thing that a trial does, how it ended and how long it took, in words without a secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepName(StrEnum):
    """In the order in which they are gone through."""

    ADDRESS = "address"
    """The references are filled in, and the address may be called."""
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    AUTHENTICATION = "authentication"
    HTTP = "http"


class StepStatus(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    """There was nothing to do, or a step before it failed."""


@dataclass(frozen=True, slots=True)
class Step:
    """duration_ms is 0 for what was skipped. code: of the failure, as the glossary of codes has it."""

    name: StepName
    status: StepStatus
    duration_ms: float
    message: str
    code: str = ""


def ok(name: StepName, duration_ms: float, message: str) -> Step:
    """It went well."""
    return Step(name, StepStatus.OK, duration_ms, message)


def failed(name: StepName, duration_ms: float, message: str, code: str) -> Step:
    """It did not, and what comes after it is skipped."""
    return Step(name, StepStatus.FAILED, duration_ms, message, code)


def skipped(name: StepName, message: str = "Not reached.") -> Step:
    """It was not done."""
    return Step(name, StepStatus.SKIPPED, 0.0, message)
