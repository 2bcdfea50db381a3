"""The codes of what goes out."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, Code, Level, error_code

OUTBOUND_CODES: Final = [
    Code(
        "MSG_ENQUEUED", Level.INFO, "The event waits to be polled.", "Nothing to do: the ERP takes it at its next poll."
    ),
    Code("MSG_ACKED", Level.SUCCESS, "The ERP has polled the event and confirmed it."),
    Code(
        "MSG_LATE_ARRIVAL",
        Level.WARNING,
        "Later events had been polled before this one came, so it went to the end of the queue, unchanged.",
        "Nothing to do if the ERP takes events as they come; if it depends on their order, let it compare their dates.",
    ),
    Code(
        "EVENT_SHORTENED",
        Level.WARNING,
        "The event was too large to travel whole: of its lists of entities only ids and titles are left.",
        "Read the entities that are needed over the API, or define an event of your own with fewer of them.",
    ),
    error_code(
        "MSG_EXPIRED_UNPOLLED",
        Category.DOWNSTREAM_API,
        "The ERP has not confirmed the event within the time for which it was kept; it is gone from the queue.",
        "Check that the ERP polls and confirms. Publish the event again if it is still needed.",
    ),
    error_code(
        "MSG_DEAD_LETTERED",
        Category.DOWNSTREAM_API,
        "The event was taken out of the queue and put aside.",
        "Find out why the ERP does not confirm it, or why it could not be mapped; then put it back into the queue.",
    ),
    error_code(
        "MSG_HEAD_BLOCKED",
        Category.DOWNSTREAM_API,
        "The event at the head of the queue halts it, as its use case demands.",
        "Let the ERP confirm the event, or unblock the queue, which puts the event aside.",
    ),
]
