"""InboundKind: how the configuration of an inbound use case is checked."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONPath
from inbound.configuration import InboundConfiguration, parse_configuration
from integrations.kinds import PlainKind


class InboundKind(PlainKind):
    """Turns events of the ERP into entities."""

    label = "Inbound"

    def parse(self, raw: JSONObject, at: JSONPath) -> InboundConfiguration:
        """As the protocol says."""
        return parse_configuration(raw, at)
