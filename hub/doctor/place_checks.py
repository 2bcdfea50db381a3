"""var_dir, redis_server, names: the disk, the broker and the resolver of names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import redis
from django.conf import settings

from hub.doctor.findings import Finding, fail, ok, warn
from hub.http.resolving import look_up

MIB: Final = 1024**2
FULL_BYTES: Final = 200 * MIB
"""Less free than this and the next upload or database file may not fit."""
TIGHT_BYTES: Final = 1024 * MIB
PATIENCE_S: Final = 2.0
HTTPS: Final = 443


def var_dir() -> Iterator[Finding]:
    """Whether the hub may write where its files lie, and how much."""
    folder = Path(settings.HUB_VAR_DIR)
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield fail("disk", f"{folder} cannot be written to.", "Create it for the hub's user or set HUB_VAR_DIR.")
        return
    free = shutil.disk_usage(folder).free
    told = f"{free // MIB} MiB are free where {folder} lies."
    if free < FULL_BYTES:
        yield fail("disk", told, "Free space now: events can soon not be stored any more.")
    elif free < TIGHT_BYTES:
        yield warn("disk", told, "Free space or shorten what is kept.")
    else:
        yield ok("disk", told)


def redis_server() -> Iterator[Finding]:
    """Whether each Redis that the settings name answers; passwords are left out."""
    urls = dict.fromkeys(url for url in (settings.HUB_REDIS_URL, settings.CELERY_BROKER_URL) if url.startswith("redis"))
    if not urls:
        yield ok("redis", "Not used: the worker looks for work by itself.")
    for url in urls:
        place = f"{urlsplit(url).hostname}:{urlsplit(url).port or 6379}"
        try:
            with redis.Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S) as server:
                server.ping()
            yield ok("redis", f"{place} answers.")
        except redis.RedisError as error:
            yield fail("redis", f"{place} does not answer: {type(error).__name__}.", "Start it or correct its URL.")


def names() -> Iterator[Finding]:
    """Whether the system resolves the hub's own name; without a resolver no call leaves."""
    host = urlsplit(settings.HUB_BASE_URL).hostname or ""
    try:
        addresses = look_up(host, HTTPS)
    except (OSError, UnicodeError):
        advice = "Look at the resolver of this machine and at the host in HUB_BASE_URL."
        yield warn("names", f"{host} cannot be resolved from here.", advice)
        return
    yield ok("names", f"{host} is {', '.join(map(str, addresses))}.")
