"""Finds PostgreSQL and Redis on their standard local ports; runs inside .venv."""

from __future__ import annotations

import getpass
import os
import zlib
from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import redis

from tools import ROOT

POSTGRESQL = ("127.0.0.1", 5432)
REDIS = ("127.0.0.1", 6379)
ANSWER_WITHIN_S = 3

REDIS_PAIRS = 4
"""Redis databases 8 to 15, two per checkout, so that neither a developer's own data (0) nor a neighbour is met."""


def find() -> tuple[dict[str, str], list[str]]:
    """The variables that point the hub at both services, and a sentence for each one that is missing."""
    missing = []
    database_url, why_not = find_database()
    if database_url is None:
        missing.append(f"PostgreSQL at {POSTGRESQL[0]}:{POSTGRESQL[1]}: {why_not}")
    if not _redis_answers():
        missing.append(f"Redis at {REDIS[0]}:{REDIS[1]}: no answer")
    if database_url is None or missing:
        return {}, missing
    first = 8 + 2 * (_number_of_this_checkout() % REDIS_PAIRS)
    return {
        "DATABASE_URL": database_url,
        "HUB_REDIS_URL": f"redis://{REDIS[0]}:{REDIS[1]}/{first}",
        "CELERY_BROKER_URL": f"redis://{REDIS[0]}:{REDIS[1]}/{first + 1}",
        "HUB_TEST_DATABASE": f"hub_{_number_of_this_checkout():08x}",
    }, []


def find_database() -> tuple[str | None, str]:
    """A URL of the database "postgres" whose user may create databases, else None and the last reason."""
    reason = "no answer"
    for user, password in _candidates():
        try:
            with psycopg.connect(_dsn(user, password), connect_timeout=ANSWER_WITHIN_S) as connection:
                if _may_create_databases(connection):
                    return _dsn(user, password), ""
                reason = f"user {user} may not create databases"
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
    return None, reason


def _candidates() -> Iterator[tuple[str, str]]:
    if os.environ.get("PGUSER"):
        yield os.environ["PGUSER"], os.environ.get("PGPASSWORD", "")
    yield getpass.getuser(), os.environ.get("PGPASSWORD", "")
    yield "postgres", os.environ.get("PGPASSWORD", "")
    yield "postgres", "postgres"


def _dsn(user: str, password: str) -> str:
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"postgresql://{login}@{POSTGRESQL[0]}:{POSTGRESQL[1]}/postgres"


def _may_create_databases(connection: psycopg.Connection[tuple[bool]]) -> bool:
    row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _redis_answers() -> bool:
    client = redis.Redis(*REDIS, socket_timeout=ANSWER_WITHIN_S, socket_connect_timeout=ANSWER_WITHIN_S)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _number_of_this_checkout() -> int:
    """Stays the same for a checkout, differs between two, so that their test databases differ as well."""
    return zlib.crc32(str(ROOT).encode())
