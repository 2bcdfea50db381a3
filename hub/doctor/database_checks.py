"""database, migrations, clocks: whether the database answers, how fast, and what time it thinks it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hub import clock
from hub.doctor.findings import Finding, fail, ok, warn

OLDEST_POSTGRESQL: Final = 150_000
SAMPLES: Final = 5
SLOW_MS: Final = 20.0
"""A round trip longer than this makes every page and slice slow."""
SKEW_S: Final = 2.0


def database() -> Iterator[Finding]:
    """Its version, and the middle one of a few round trips."""
    connection.ensure_connection()
    latency_ms = sorted(_round_trip_ms() for _ in range(SAMPLES))[SAMPLES // 2]
    told = f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}, {latency_ms:.1f} ms."
    if connection.vendor == "postgresql" and _postgresql_version() < OLDEST_POSTGRESQL:
        yield fail("database", told, "Upgrade to PostgreSQL 15 or newer.")
    elif latency_ms > SLOW_MS:
        yield warn("database", told, "Bring hub and database closer together.")
    else:
        yield ok("database", told)


def migrations() -> Iterator[Finding]:
    """Whether the tables are those of this version."""
    executor = MigrationExecutor(connection)
    missing = [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if missing:
        yield fail("migrations", f"{len(missing)} are missing.", "Run manage.py migrate.")
    else:
        yield ok("migrations", "All are applied.")


def clocks() -> Iterator[Finding]:
    """Leases are compared with the database's time, dates with this machine's."""
    if connection.vendor != "postgresql":
        yield ok("clock", "Database and hub share one.")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    skew_s = abs((clock.now() - theirs).total_seconds())
    told = f"Database and hub differ by {skew_s:.1f} s."
    if skew_s > SKEW_S:
        yield warn("clock", told, "Synchronize both machines with NTP.")
    else:
        yield ok("clock", told)


def _round_trip_ms() -> float:
    began_s = clock.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return (clock.monotonic() - began_s) * 1000


def _postgresql_version() -> int:
    major, minor = (*connection.get_database_version(), 0)[:2]
    return int(major) * 10_000 + int(minor)
