"""The events of the demo: a whole first load, a few deliberate failures, and the changes an ERP keeps sending."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from hub.json_types import JSONObject, JSONValue
from inbound.demo import payloads
from inbound.demo.town import Customer, residents

CUSTOMERS, CONTRACTS, METERS, READ = 80, 65, 60, 20
"""About 200 entities in all; READ meters have a counter and its readings."""


def event(slug: str, payload: JSONValue, at: datetime, **more: JSONValue) -> JSONObject:
    """One item of an intake request."""
    form = "xml" if isinstance(payload, str) and payload.startswith("<") else "json"
    return {"use_case_slug": slug, "timestamp": at.isoformat(), "format": form, "payload": payload, **more}


def first_load(at: datetime) -> list[JSONObject]:
    """Every customer, contract and meter once, and readings of some. Deduplication ids have a second load skipped."""
    loaded = [_first("customer-sync", payloads.partner(one), at, one) for one in residents(CUSTOMERS)]
    loaded += [_first("contract-sync", payloads.contract(one), at, one) for one in residents(CONTRACTS)]
    loaded += [_first("meter-sync", payloads.meter(one), at, one) for one in residents(METERS)]
    loaded += [_first("meter-readings", payloads.readings(one), at, one) for one in residents(READ)]
    return loaded


def _first(slug: str, payload: JSONValue, at: datetime, customer: Customer) -> JSONObject:
    return event(slug, payload, at, deduplication_id=f"first-load-{slug}-{customer.number}")


def failures(at: datetime) -> list[JSONObject]:
    """One of each kind of trouble, to look at."""
    nobody = payloads.partner(Customer(901)) | {"BUT000": {"NAME_LAST": "Unbekannt"}}
    amount = payloads.contract(Customer(902)) | {"ABSCHLAGSPLAN": {"BETRAG": "auf Anfrage", "WAEHRUNG": "EUR"}}
    declared = '<!DOCTYPE Geraet SYSTEM "geraet.dtd"><Geraet/>'
    again = payloads.partner(Customer(1))
    return [
        event("customer-sync", nobody, at),
        event("contract-sync", amount, at),
        event("meter-sync", declared, at),
        event("customer-sync", '{"BUT000": {"PARTNER": "0001000007"', at),
        event("customer-sync", again, at, event_type="CREATE"),
        event("invoice-sync", {"OPBEL": "90001"}, at),
        event("customer-sync", again, at, deduplication_id="first-load-customer-sync-1"),
    ]


def changes(seed: int) -> Iterator[tuple[str, JSONValue]]:
    """An endless stream of (slug, payload): customers move, products change, devices are corrected.

    One in six is sent again as it was first loaded.
    """
    chance = random.Random(seed)  # noqa: S311 -- plays an ERP, guards nothing
    while True:
        customer = Customer(chance.randint(1, METERS))
        change = chance.randint(1, 999) if chance.randrange(6) else 0
        slug, payload = chance.choice(
            (
                ("customer-sync", payloads.partner(customer, change)),
                ("contract-sync", payloads.contract(customer, change)),
                ("meter-sync", payloads.meter(customer, change)),
            )
        )
        yield slug, payload
