"""What is stored: households of ten entities, as operations and readings that the store would be asked for; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bench.contracts import METERS, account_number, contract_number, counter_id, meter_number
from bench.contracts import payload as contract_payload
from bench.workload import payload as customer_payload
from hub.entities.operations import EntityOperation
from hub.ids import new_ids

CONTACTS = 2
ENTITIES = CONTACTS + 2 + 2 * METERS
"""Of one household: contacts, a billing account, a contract related to it and to the first contact, meters related to
the contract, and a counter related to each meter."""
READINGS_PER_METER = 4


def operations(numbers: range) -> list[EntityOperation]:
    """Households with these numbers; each is an event of its own, so that relations find what stands behind them."""
    events = iter(new_ids(len(numbers)))
    return [one for number in numbers for one in _household(number, next(events))]


def _household(number: int, event_id: UUID) -> Iterator[EntityOperation]:
    for one in range(CONTACTS * number, CONTACTS * (number + 1)):
        yield _operation(event_id, "contact", "customer_number", contact(one))
    told = contract_payload(number)
    account = {"external_id": told["KONTO"]["NUMMER"], "balance": told["KONTO"]["SALDO"]}
    account["identity_id"] = told["KONTO"]["MANDAT"]
    yield _operation(event_id, "billing_account", "external_id", account)
    yield _operation(event_id, "contract", "contract_number", _contract(number, told))
    for one, meter in zip(range(METERS * number, METERS * (number + 1)), told["ZAEHLER"], strict=True):
        yield _operation(event_id, "meter", "meter_number", _meter(number, meter))
        counter = {"external_id": counter_id(one), "obis_number": "1-0:1.8.0", "unit": "kWh", "direction": "feed-out"}
        counter["meter"] = _relation("meter", "meter_number", meter_number(one))
        yield _operation(event_id, "meter_counter", "external_id", counter)


def contact(number: int) -> dict[str, Any]:
    """The attributes that the customer use case writes. Any: JSON."""
    told = customer_payload(number)
    name, address = told["NAME"], told["ADRESSE"]
    return {
        "customer_number": told["KUNNR"],
        "external_id": told["PARTNER"],
        "last_name": name["NACHNAME"],
        "first_name": name["VORNAME"],
        "birthdate": told["GEBDAT"],
        "salutation": told["ANREDE"],
        "title": told["TITEL"],
        "communication_preference": told["VERSANDWEG"],
        "marketing_permission": told["WERBUNG"],
        "phone": [{"phone": told["KONTAKT"]["TELEFON"].strip()}],
        "full_name": f"{name['VORNAME']} {name['NACHNAME']}",
        "address": [
            {
                "street": f"{address['STRASSE']} {address['HAUSNR']}",
                "postal_code": address["PLZ"],
                "city": address["ORT"],
            }
        ],
    }


def _contract(number: int, told: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    return {
        "contract_number": told["VERTRAG"],
        "tariff_name": told["TARIF"],
        "branch": told["SPARTE"],
        "status": told["STATUS"],
        "start_date": told["BEGINN"],
        "installment_amount": told["ABSCHLAG"],
        "billing_account": _relation("billing_account", "external_id", account_number(number)),
        "customer": _relation("contact", "customer_number", told["KUNDE"]["NUMMER"]),
    }


def _meter(number: int, told: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    return {
        "meter_number": told["NUMMER"],
        "ma_lo_id": told["MALO"],
        "manufacturer": told["HERSTELLER"],
        "installation_date": told["EINBAU"],
        "location": told["ORT"],
        "contract": _relation("contract", "contract_number", contract_number(number)),
    }


def _relation(schema: str, identifier: str, value: str) -> dict[str, Any]:  # Any: JSON
    return {"$relation": {"_set": [{"$entity_unique_ids": {identifier: value}, "_schema": schema}]}}


def _operation(event_id: UUID, schema: str, identifier: str, attributes: dict[str, Any]) -> EntityOperation:
    return EntityOperation(
        position=0,
        schema=schema,
        identifiers={identifier: attributes[identifier]},
        attributes=attributes,
        event_id=event_id,
        origin_id=event_id,
    )


def reading(month: int) -> dict[str, Any]:
    """What an ERP said about a meter at the end of that month of 2025, counted from 0. Any: JSON."""
    return {
        "external_id": str(month),
        "timestamp": f"2025-{month + 1:02d}-28T06:00:00+01:00",
        "value": 9_000 + 100 * month,
        "unit": "kWh",
        "reason": "regular",
        "source": "ERP",
    }
