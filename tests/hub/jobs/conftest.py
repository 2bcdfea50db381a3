"""Counting: a kind of job that counts, and does nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from hub import clock
from hub.accounts.audit import SYSTEM
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.errors import HubError
from hub.jobs import acts
from hub.jobs.kinds import DONE, FAILED, Chunk, Result
from hub.jobs.models import Job
from hub.jobs.running import work

KIND = "counting"


class Counting:
    """Counts to request["to"], by request["step"]; "fails" makes all results failures, "raises" names an error;
    "codes" are given in turn."""

    capability = Capability.SEND

    def prepare(self, job: Job, at: datetime) -> int | None:
        """As many as it counts."""
        return int(job.request["to"])

    def run_chunk(self, job: Job, cursor: Any, at: datetime) -> Chunk:
        """Some numbers on. Any: the cursor is the last one, or None."""
        if job.request.get("raises") == "expected":
            raise HubError("The numbers are gone.", code="NO_NUMBERS")
        if job.request.get("raises") == "unforeseen":
            raise RuntimeError("boom")
        if job.request.get("raises") == "away":
            raise OperationalError("the server closed the connection unexpectedly")
        if job.request.get("pauses") and not cursor:
            return Chunk((), 0, pause=timedelta(minutes=1))
        start, step = cursor or 0, job.request.get("step", 2)
        end = min(start + step, job.request["to"])
        outcome = FAILED if job.request.get("fails") else DONE
        codes = job.request.get("codes", [""])
        results = [
            Result(None, outcome, codes[number % len(codes)], str(number)) for number in range(start + 1, end + 1)
        ]
        return Chunk(results, end, end >= job.request["to"])


@pytest.fixture(autouse=True)
def _counting(settings: Any) -> None:
    settings.JOB_KINDS = {KIND: "tests.hub.jobs.conftest.Counting"}


def asker_of(organization: Organization) -> acts.Asker:
    """Nobody in particular."""
    return acts.Asker(organization, SYSTEM, clock.now(), name="Somebody", reason="For a test")


def start(organization: Organization, to: int = 4, **request: Any) -> Job:
    """A job that counts."""
    return acts.start(asker_of(organization), acts.Asked(KIND, {"to": to, **request}, {}))


def drain() -> int:
    """Let the worker run until nothing is due; how many chunks it did."""
    chunks = 0
    while work():
        chunks += 1
    return chunks
