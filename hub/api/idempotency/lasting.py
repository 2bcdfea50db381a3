"""lasting: a key stays taken for as long as its request is carried out, however long that is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import Error, connection

from hub import clock
from hub.api.idempotency.claims import Claim, extend

EXTENDED_EVERY_S: Final = 20.0
"""Three times within a lease: two may fail."""

log = logging.getLogger(__name__)


@contextmanager
def lasting(held: Claim) -> Iterator[None]:
    """Extend the lease beside what is done within. It costs a thread: for views that may outlast a lease."""
    has_ended = threading.Event()
    threading.Thread(target=_extend_until, args=(held, has_ended), name="idempotency-lease", daemon=True).start()
    try:
        yield
    finally:
        has_ended.set()


def _extend_until(held: Claim, has_ended: threading.Event) -> None:
    """A lease that somebody else has by now is left to them."""
    try:
        while not has_ended.wait(EXTENDED_EVERY_S) and _extended(held):
            pass
    finally:
        connection.close()


def _extended(held: Claim) -> bool:
    try:
        return extend(held, clock.now())
    except Error:
        log.exception("the lease of an Idempotency-Key was not extended; it is tried again")
        return True
