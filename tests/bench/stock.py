"""store_households: the stock of the bench, in the database of a test."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from bench.stock.rows import Rows, rows_of
from hub.accounts.models import Organization
from hub.entities.key_indexes import ensure_key_indexes
from hub.entities.models import EntityKeyIndex
from hub.entities.readings.sql import statements as reading_statements
from hub.entities.sql import statements
from tests.builders import NOW

SCHEMAS = ("contact", "billing_account", "contract", "meter", "meter_counter")


def store_households(organization: Organization, numbers: range) -> Rows:
    """Write the rows of these households; answers them."""
    for schema in SCHEMAS:
        ensure_key_indexes(organization_id=organization.pk, schema=schema, attributes=())
    rows = rows_of(numbers, organization_id=organization.pk, indexed=indexed_in(organization), at=NOW)
    with transaction.atomic():
        statements().store(rows.batch)
        readings = sorted(rows.readings, key=lambda one: one.id.int)
        reading_statements().write(organization.pk, NOW, readings, [])
    return rows


def indexed_in(organization: Organization) -> dict[str, list[str]]:
    """Schema → attributes kept in EntityKey."""
    indexed: dict[str, list[str]] = {}
    indexes: Iterable[EntityKeyIndex] = EntityKeyIndex.objects.of(organization)
    for index in indexes:
        indexed.setdefault(index.schema, []).append(index.attribute)
    return indexed
