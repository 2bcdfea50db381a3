"""OutboundKind: how the configuration of an outbound use case is checked and completed."""

from __future__ import annotations

from datetime import datetime

from hub.json_types import JSONObject, JSONPath
from integrations.kinds import PlainKind
from outbound.configuration import OutboundConfiguration
from outbound.stored_mappings import with_server_fields


class OutboundKind(PlainKind):
    """Delivers a business event to the ERP."""

    label = "Outbound"

    def parse(self, raw: JSONObject, at: JSONPath) -> OutboundConfiguration:
        """As the protocol says."""
        return OutboundConfiguration.parse(raw, at)

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, moment: datetime, at: JSONPath) -> JSONObject:
        """With id, created_at and updated_at on every mapping."""
        return with_server_fields(raw, stored=stored, moment=moment)
