"""The prune workload: 100 bookings of a billing account in one event; those that it lists no more are deleted."""

from __future__ import annotations

from typing import Any

from bench.contracts import account_number

IN_SCOPE = 100
LEAVING = 5
"""Bookings that each event of an account lists no more; as many are new, and the others unchanged."""

_FIELDS = {"external_id": "BELEG", "type": "ART", "billing_amount": "BETRAG", "booking_date": "GEBUCHT"}


def configuration() -> dict[str, Any]:
    """The use case. Any: JSON."""
    account = {"entity_schema": "billing_account", "unique_ids": [{"attribute": "external_id", "field": "KONTO"}]}
    fields: list[dict[str, Any]] = [{"attribute": attribute, "field": key} for attribute, key in _FIELDS.items()]
    relation = {"attribute": "billing_account", "relations": {"operation": "_set", "items": [account]}}
    entry = {
        "entity_schema": "billing_event",
        "unique_ids": ["external_id"],
        "jsonataExpression": "POSTEN",
        "fields": [*fields, relation],
        "mode": "upsert-prune-scope-delete",
        "scope": {
            "scope_mode": "relations",
            "schema": "billing_account",
            "unique_ids": [{"attribute": "external_id", "field": "KONTO"}],
        },
    }
    return {"entities": [entry]}


def payload(account: int, step: int) -> dict[str, Any]:
    """The bookings of an account after so many steps. Any: JSON."""
    number = account_number(account)
    return {
        "KONTO": number,
        "POSTEN": [
            {
                "BELEG": f"B-{account:08d}-{one:06d}",
                "KONTO": number,
                "ART": "installment",
                "BETRAG": 8900,
                "GEBUCHT": "2026-01-05",
            }
            for one in range(step * LEAVING, step * LEAVING + IN_SCOPE)
        ],
    }
