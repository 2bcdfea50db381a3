"""Which type of use case a span belongs to, by its sync_type; pure."""

from __future__ import annotations

from typing import Final

from integrations.models import UseCaseType
from monitoring.record import EXTERNAL, FILE_PROXY, MANAGED_CALL, OUTBOUND, SECURE_PROXY

INBOUND_KINDS: Final = ("entity", "meter_reading", "webhook", "api_deprecation")
"""The sync_types of the first monitoring API: all that comes of events from the ERP."""
TYPE_OF: Final = {
    **dict.fromkeys(INBOUND_KINDS, UseCaseType.INBOUND.value),
    OUTBOUND: UseCaseType.OUTBOUND.value,
    MANAGED_CALL: UseCaseType.MANAGED_CALL.value,
    SECURE_PROXY: UseCaseType.SECURE_PROXY.value,
    FILE_PROXY: UseCaseType.FILE_PROXY.value,
    EXTERNAL: "",
}
"""sync_type → type; empty for what a middleware pushes, which names a use case and no type."""
TYPES: Final = tuple(use_case_type.value for use_case_type in UseCaseType)


def kinds_of(*types: str) -> tuple[str, ...]:
    """The sync_types of spans of these types of use cases."""
    return tuple(kind for kind, use_case_type in TYPE_OF.items() if use_case_type in types)
