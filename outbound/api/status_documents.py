"""What the status of an outbound use case tells, as the OpenAPI document shows it."""

from __future__ import annotations

from integrations.api.shapes import BOOLEAN, IDENTIFIER, MOMENT, TEXT, Schema, described, list_of
from outbound.api.recipe_documents import NAMED_RECIPE, nullable
from outbound.webhooks.status import Health

CONFLICT = described({"type": TEXT, "webhookId": TEXT, "message": TEXT}, ["type", "message"])
WEBHOOK_STATE = described(
    {
        "webhookId": TEXT,
        "webhookName": TEXT,
        "enabled": nullable(BOOLEAN),
        "health": TEXT | {"enum": [str(one) for one in Health]},
    },
    ["webhookId"],
)
AT_MOST_COUNTED = "At most 10 000, which then stands for at least as many."
POLL_STATUS = described(
    {
        "queue_depth": {"type": "integer", "description": AT_MOST_COUNTED},
        "oldest_unconsumed_age_seconds": nullable({"type": "integer"}),
        "last_poll_at": nullable(MOMENT),
        "last_ack_at": nullable(MOMENT),
        "blocked": BOOLEAN,
        "dlq_count": {"type": "integer", "description": AT_MOST_COUNTED},
    },
    ["queue_depth", "blocked", "dlq_count"],
    description="The queue of the integration, the same for all of its use cases that are polled.",
)
MILLISECONDS = nullable({"type": "number", "minimum": 0})
COUNT: Schema = {"type": "integer", "minimum": 0}
ACK_TIMES = described(
    {"acknowledged": COUNT, "timedOut": COUNT, "refused": COUNT, "medianMs": MILLISECONDS, "p95Ms": MILLISECONDS},
    ["acknowledged", "timedOut", "refused", "medianMs", "p95Ms"],
)
USE_CASE_STATUS = described(
    {
        "useCaseId": IDENTIFIER,
        "name": TEXT,
        "useCaseEnabled": BOOLEAN,
        "eventCatalogEvent": TEXT,
        "eventEnabled": nullable(BOOLEAN),
        "webhooks": list_of(WEBHOOK_STATE),
        "status": TEXT | {"enum": ["ok", "conflict", "disabled"]},
        "conflicts": list_of(CONFLICT),
        "poll": POLL_STATUS,
        "file_proxy": list_of(NAMED_RECIPE),
        "acknowledgements": described(
            {"24h": ACK_TIMES, "7d": ACK_TIMES},
            description="An addition of the hub: how long the ERP took, from counters; left out without any.",
        ),
    },
    ["useCaseId", "name", "useCaseEnabled", "status"],
)
A_STATUS = {
    "useCaseId": "5b2f6a0e-6a3b-4d0c-9a55-3f1d1d7f0c11",
    "name": "Change of address",
    "useCaseEnabled": True,
    "eventCatalogEvent": "BillingAddressUpdated",
    "eventEnabled": True,
    "webhooks": [{"webhookId": "wh_3pX0aV9kQm2Z", "webhookName": "ERP", "enabled": True}],
    "status": "ok",
    "conflicts": [],
}
