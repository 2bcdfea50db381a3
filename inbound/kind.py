"""InboundKind: how the configuration of an inbound use case is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.schemas.book import book_of
from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration import InboundConfiguration, parse_configuration
from integrations.kinds import PlainKind

MOST_ADVICE = 20


class InboundKind(PlainKind):
    """Turns events of the ERP into entities."""

    label = "Inbound"

    def parse(self, raw: JSONObject, at: JSONPath) -> InboundConfiguration:
        """As the protocol says."""
        return parse_configuration(raw, at)

    def advice(self, stored: JSONObject, organization: Organization, integration_id: UUID) -> Sequence[ErrorDetail]:
        """Schemas that nobody has defined, wherever they are named: mostly typing errors."""
        known = book_of(organization).schemas
        found = schemas_named(stored, JSONPath("configuration"))
        return [
            ErrorDetail(at, f"there is no schema {slug}; events that name it make entities of a new kind")
            for at, slug in found
            if slug not in known
        ][:MOST_ADVICE]


def schemas_named(raw: JSONValue, at: JSONPath) -> Iterator[tuple[JSONPath, str]]:
    """Every schema that a configuration that has passed parse() writes or relates to, with its place."""
    if isinstance(raw, dict):
        slug = raw.get("entity_schema")
        if isinstance(slug, str):
            yield at.key("entity_schema"), slug
        for name, value in raw.items():
            if name != "constant":
                yield from schemas_named(value, at.key(name))
    elif isinstance(raw, list):
        for position, value in enumerate(raw):
            yield from schemas_named(value, at.index(position))
