"""PricingFailed and PricingProblem: why nothing of an entity was priced."""

from __future__ import annotations

import msgspec

from hub.errors import HubError


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
