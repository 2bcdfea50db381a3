"""uploaded: a parcel of files goes out in a thread of its own, since a recipe waits for one answer after the other."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import threading
from typing import Final

from django.db import connections

from outbound.delivering.claiming import FileParcel
from outbound.uploads.sending import send
from proxies.uploading.orders import Outcome

UPLOADS_AT_ONCE: Final = 8
"""Of one worker. Each takes a thread, a connection to the database and a megabyte; the files lie on disk."""
FAILED_UNFORESEEN: Final = "UNKNOWN_ERROR"

logger = logging.getLogger(__name__)


async def uploaded(parcel: FileParcel) -> Outcome:
    """How the attempt ended. A worker that is told to stop does not wait for the thread: whoever finds the lease free
    makes the attempt again, with the same hint to receivers.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Outcome] = loop.create_future()

    def run() -> None:
        found = _sent(parcel)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(_tell, outcome, found)

    known = contextvars.copy_context()
    threading.Thread(target=known.run, args=[run], name="upload", daemon=True).start()
    return await outcome


def _tell(outcome: asyncio.Future[Outcome], found: Outcome) -> None:
    if not outcome.done():
        outcome.set_result(found)


def _sent(parcel: FileParcel) -> Outcome:
    try:
        return send(parcel.delivery, parcel.receiver.integration_id, parcel.body, parcel.request)
    except Exception as error:  # whatever a library raises is the end of one attempt, not of all
        logger.exception("The upload of a delivery met what nobody foresaw")
        return Outcome(FAILED_UNFORESEEN, f"The upload failed: {type(error).__name__}.", is_transient=True)
    finally:
        connections.close_all()
