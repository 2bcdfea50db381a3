"""OutboundKind: how the configuration of an outbound use case is checked, completed and advised about."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hub.accounts.models import Organization
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONPath
from integrations.kinds import PlainKind, Target
from outbound.advice import advice_about
from outbound.configuration import OutboundConfiguration
from outbound.stored_mappings import with_server_fields
from outbound.unbound import refuse_unbound


class OutboundKind(PlainKind):
    """Delivers a business event to the ERP."""

    label = "Outbound"

    def parse(self, raw: JSONObject, at: JSONPath) -> OutboundConfiguration:
        """As the protocol says."""
        return OutboundConfiguration.parse(raw, at)

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
        """With id, created_at and updated_at on every mapping. Raises Invalid for a variable that nothing binds.

        Only here, not in parse: what was stored before there was such a rule goes on as it did.
        """
        refuse_unbound(OutboundConfiguration.parse(raw, at).expressions)
        return with_server_fields(raw, stored=stored, moment=target.moment)

    def advice(self, stored: JSONObject, organization: Organization, integration_id: UUID) -> Sequence[ErrorDetail]:
        """Events, webhooks and recipes that are not there, mappings that deliver nothing, paths that lead nowhere."""
        at = JSONPath("configuration")
        try:
            configuration = OutboundConfiguration.parse(stored, at)
        except Invalid:  # stored by the rules of another time
            return ()
        return advice_about(
            organization=organization, configuration=configuration, at=at, integration_id=integration_id
        )
