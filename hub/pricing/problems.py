"""PricingFailed and PricingProblem: why nothing of an entity was priced."""

from __future__ import annotations

import msgspec

from hub.errors import HubError

LONGEST_SHOWN = 60
"""Characters of a wrong value that a message repeats."""


class PricingFailed(HubError):
    """A line cannot be priced. may_retry: what it refers to is not there yet, so that a later try can succeed."""

    code = "PRICING_FAILED"
    status = 422

    def __init__(self, message: str, *, may_retry: bool = False) -> None:
        super().__init__(message)
        self.may_retry = may_retry


class PricingProblem(msgspec.Struct, frozen=True):
    """A PricingFailed as a value, for callers that decide by on_error what it means."""

    message: str
    may_retry: bool = False


def shown(value: object, longest: int = LONGEST_SHOWN) -> str:
    """A wrong value inside a message, shortened."""
    try:
        text = repr(value)
    except ValueError:  # Python spells no integer of more than 4,300 digits
        return "an endless number"
    return text if len(text) <= longest else f"{text[:longest]}…"
