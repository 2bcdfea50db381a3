"""beat, livez, readyz: whether this process lives, whether it can serve, which workers were heard of lately."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hub import clock
from hub.jsonata.ends import ENDS
from hub.models import WorkerHeartbeat

FRESH = timedelta(seconds=30)
"""A worker that was silent for longer counts as gone; it beats every 5 seconds, and between slices only."""
KEPT = timedelta(days=1)
"""Names of workers that ended are forgotten after this."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What /readyz found. Without a worker events are still accepted and kept, so that alone is no failure."""

    database: bool
    migrations: bool
    worker_age_s: float | None

    @property
    def is_ready(self) -> bool:
        """True when requests can be served."""
        return self.database and self.migrations

    @property
    def worker(self) -> str:
        """alive, silent (it was there once) or missing."""
        if self.worker_age_s is None:
            return "missing"
        return "alive" if self.worker_age_s <= FRESH.total_seconds() else "silent"


def beat(*, name: str, process_id: int, at: datetime) -> None:
    """Leave a sign of life of the worker called name, which is this process, on its machine."""
    name = f"{platform.node()}:{name}"
    ends = {f"children_{end}": number for end, number in ENDS.counted().items()}
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"process_id": process_id, "at": at, **ends})
    WorkerHeartbeat.objects.filter(at__lt=at - KEPT).delete()


def count_workers(at: datetime) -> int:
    """Worker processes heard of lately; one that was killed counts until it is silent for FRESH."""
    return WorkerHeartbeat.objects.filter(at__gt=at - FRESH).count()


def readiness(at: datetime) -> Readiness:
    """Look at the database, its migrations and the newest sign of life of any worker."""
    try:
        if not _migrations.are_applied():
            return Readiness(database=True, migrations=False, worker_age_s=None)
        newest = WorkerHeartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    except DatabaseError:
        return Readiness(database=False, migrations=False, worker_age_s=None)
    age_s = max(0.0, (at - newest).total_seconds()) if newest else None
    return Readiness(database=True, migrations=True, worker_age_s=age_s)


@csrf_exempt
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": "alive"})


@csrf_exempt
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when requests can be served, else 503; the body says what is missing."""
    found = readiness(clock.now())
    worker = {"status": found.worker} | ({} if found.worker_age_s is None else {"age_s": round(found.worker_age_s, 1)})
    body = {
        "status": "ready" if found.is_ready else "not ready",
        "database": "ok" if found.database else "unreachable",
        "migrations": "applied" if found.migrations else "missing",
        "worker": worker,
    }
    return JsonResponse(body, status=200 if found.is_ready else 503)


class _Migrations:
    """Applied migrations stay applied while a process runs, so a yes is remembered."""

    def __init__(self) -> None:
        self.seen_applied = False

    def are_applied(self) -> bool:
        if not self.seen_applied:
            executor = MigrationExecutor(connection)
            self.seen_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self.seen_applied


_migrations = _Migrations()
