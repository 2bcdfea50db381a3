"""REQUESTS: what this process has answered since it started, by class of status, and how long it took."""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

SLOWNESS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper edges of the buckets of durations; 0.2 is what pages are to stay below."""

REQUESTS: Final = CollectorRegistry()
_answers = Counter("hub_http_requests", "Requests answered by this process.", ("process", "status"), registry=REQUESTS)
_durations = Histogram(
    "hub_http_request_duration_seconds",
    "How long this process took to answer.",
    ("process",),
    buckets=SLOWNESS_S,
    registry=REQUESTS,
)


def count_request(*, status: int, duration_s: float) -> None:
    """Count one answer."""
    process = str(os.getpid())
    _answers.labels(process, f"{status // 100}xx").inc()
    _durations.labels(process).observe(duration_s)
