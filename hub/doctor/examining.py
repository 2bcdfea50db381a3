"""examine: every check in turn; what needs the database is left out while that is away, and said to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import DatabaseError

from hub.doctor import database_checks, egress_checks, key_checks, place_checks, queue_checks, settings_checks
from hub.doctor.findings import Check, Finding, Grade, fail, warn

FIRST: Final[tuple[Check, ...]] = (
    settings_checks.settings,
    settings_checks.base_url,
    settings_checks.egress,
    egress_checks.gate,
    egress_checks.tls_call,
    place_checks.var_dir,
    place_checks.redis_server,
    place_checks.names,
)
IN_DATABASE: Final[tuple[tuple[str, Check], ...]] = (
    ("migrations", database_checks.migrations),
    ("clock", database_checks.clocks),
    ("workers and queues", queue_checks.queues),
    ("keys", key_checks.keys),
    ("secrets", key_checks.secrets),
    ("certificates", key_checks.certificates),
)


def examine() -> Iterator[Finding]:
    """In a fixed order. Raises nothing that the database says."""
    for check in FIRST:
        yield from check()
    reachable = list(_guarded("database", database_checks.database))
    yield from reachable
    is_away = any(finding.grade is Grade.FAIL for finding in reachable)
    for name, check in IN_DATABASE:
        if is_away:
            yield warn(name, "Not looked at, because the database is away.", "Run hub_doctor again once it is there.")
        else:
            yield from _guarded(name, check)


def _guarded(name: str, check: Check) -> Iterator[Finding]:
    try:
        yield from list(check())
    except DatabaseError as error:
        words = (str(error).strip() or type(error).__name__).splitlines()[0]
        yield fail(name, f"The database did not answer: {words}", "Look at DATABASE_URL, the server and its log.")
