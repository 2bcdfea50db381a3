"""The contract workload: a contract with its billing account, its customer and three meters, all in one event."""

from __future__ import annotations

from typing import Any

METERS = 3
"""Of each contract."""

_CONTACT = {
    "customer_number": "KUNDE.NUMMER",
    "external_id": "KUNDE.PARTNER",
    "last_name": "KUNDE.NACHNAME",
    "first_name": "KUNDE.VORNAME",
}
_ACCOUNT = {"external_id": "KONTO.NUMMER", "balance": "KONTO.SALDO", "identity_id": "KONTO.MANDAT"}
_CONTRACT = {
    "contract_number": "VERTRAG",
    "tariff_name": "TARIF",
    "branch": "SPARTE",
    "status": "STATUS",
    "start_date": "BEGINN",
    "installment_amount": "ABSCHLAG",
}
_METER = {
    "meter_number": "NUMMER",
    "ma_lo_id": "MALO",
    "manufacturer": "HERSTELLER",
    "installation_date": "EINBAU",
    "location": "ORT",
}


def configuration() -> dict[str, Any]:
    """The use case: four entries, the meters by expansion. Any: JSON."""
    to_account = _relation("billing_account", "billing_account", "external_id", "$.KONTO.NUMMER")
    to_customer = _relation("customer", "contact", "customer_number", "$.KUNDE.NUMMER")
    to_contract = _relation("contract", "contract", "contract_number", "VERTRAG")
    meters = _entry("meter", "meter_number", _METER, to_contract)
    return {
        "entities": [
            _entry("contact", "customer_number", {name: f"$.{path}" for name, path in _CONTACT.items()}),
            _entry("billing_account", "external_id", {name: f"$.{path}" for name, path in _ACCOUNT.items()}),
            _entry("contract", "contract_number", _CONTRACT, to_account, to_customer),
            meters | {"jsonataExpression": "ZAEHLER"},
        ]
    }


def _entry(schema: str, unique_id: str, fields: dict[str, str], *relations: dict[str, Any]) -> dict[str, Any]:
    plain = [{"attribute": attribute, "field": key} for attribute, key in fields.items()]
    return {"entity_schema": schema, "unique_ids": [unique_id], "fields": [*plain, *relations]}


def _relation(attribute: str, schema: str, unique_id: str, key: str) -> dict[str, Any]:
    target = {"entity_schema": schema, "unique_ids": [{"attribute": unique_id, "field": key}]}
    return {"attribute": attribute, "relations": {"operation": "_set", "items": [target]}}


def payload(number: int, revision: int = 0) -> dict[str, Any]:
    """What the ERP sends about one contract; another revision has another instalment and balance. Any: JSON."""
    contract = contract_number(number)
    return {
        "VERTRAG": contract,
        "TARIF": "Küstenstrom Fix 24",
        "SPARTE": "power",
        "STATUS": "active",
        "BEGINN": "2024-03-01",
        "ABSCHLAG": 8900 + revision,
        "KONTO": {"NUMMER": account_number(number), "SALDO": -1250 - revision, "MANDAT": f"M{number:010d}"},
        "KUNDE": {
            "NUMMER": f"K-{2 * number:08d}",
            "PARTNER": f"BP{2 * number:010d}",
            "NACHNAME": f"Müller-Lüdenscheidt {2 * number}",
            "VORNAME": "Jörg",
        },
        "ZAEHLER": [
            {
                "NUMMER": meter_number(one),
                "VERTRAG": contract,
                "MALO": f"{one:011d}",
                "HERSTELLER": "Landis+Gyr",
                "EINBAU": "2021-06-30",
                "ORT": "Keller, links",
            }
            for one in range(METERS * number, METERS * (number + 1))
        ],
        "BEMERKUNG": "Abschlag auf Wunsch des Kunden angepasst, nächste Ablesung im Herbst.",
    }


def contract_number(number: int) -> str:
    """Of the contract with this number."""
    return f"V-{number:08d}"


def account_number(number: int) -> str:
    """Of its billing account."""
    return f"A-{number:08d}"


def meter_number(number: int) -> str:
    """Of the meter with this number; contract n has METERS of them, beginning with METERS * n."""
    return f"Z-{number:08d}"


def counter_id(number: int) -> str:
    """Of the one counter of that meter."""
    return f"Z-{number:08d}-1"
