"""Billing: an integration whose events prune, link, price and bring readings, and a backlog of them by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.drills.erp import EVENTS_PATH
from tools.running import Hub

GUARD = ("--most", "3", "--share", "0.4")
"""Beyond it a prune is held: about every fourth of the backlog."""
PER_REQUEST = 100
SCOPES = 5
"""Accounts and meters: few, so that their lists come often."""
LONGEST_LIST = 10

JSONObject = dict[str, Any]
"""Any: JSON."""


def field(attribute: str, key: str, **more: Any) -> JSONObject:
    """A field entry that reads a key or a path."""
    return {"attribute": attribute, "field": key, **more}


def target(schema: str, attribute: str, key: str) -> JSONObject:
    """Whom a relation or a pricing names."""
    return {"entity_schema": schema, "unique_ids": [field(attribute, key)]}


def related(attribute: str, operation: str, *items: JSONObject) -> JSONObject:
    """A field entry that links; targets that are missing become stubs."""
    return {"attribute": attribute, "relations": {"operation": operation, "items": list(items)}}


LIST = "$sum([1..20000]) > 0 ? posten"
"""Takes a millisecond or so: long enough that a mapping child can be killed amid it."""
ACCOUNT = related("billing_account", "_set", target("billing_account", "external_id", "$$.konto"))
ENTRY = {
    "entity_schema": "billing_event",
    "unique_ids": ["external_id"],
    "jsonataExpression": LIST,
    "fields": [field("external_id", "id"), field("amount", "betrag"), ACCOUNT],
}
ENTRY_LIST = ENTRY | {
    "mode": "upsert-prune-scope-delete",
    "scope": {
        "scope_mode": "relations",
        "schema": "billing_account",
        "unique_ids": [field("external_id", "konto")],
    },
}
OFFER = {
    "entity_schema": "offer",
    "unique_ids": ["external_id"],
    "jsonataExpression": LIST,
    "fields": [field("external_id", "id"), field("amount", "betrag"), field("account", "$$.konto")],
}
OFFER_LIST = OFFER | {
    "mode": "upsert-prune-scope-purge",
    "scope": {"scope_mode": "query", "query": [field("account", "konto")]},
}
METER = {
    "entity_schema": "meter",
    "unique_ids": ["meter_number"],
    "fields": [field("meter_number", "konto")],
}
READING = {
    "meter": {"unique_ids": [field("meter_number", "$$.konto")]},
    "jsonataExpression": LIST,
    "fields": [
        field("external_id", "id"),
        field("value", "betrag"),
        {"attribute": "timestamp", "constant": "2026-01-01"},
        {"attribute": "source", "constant": "ERP"},
    ],
}
READING_LIST = READING | {"mode": "upsert-prune-scope"}
CONTRACT = {
    "entity_schema": "contract",
    "unique_ids": ["contract_number"],
    "fields": [
        field("contract_number", "vertrag"),
        ACCOUNT,
        related("partners", "_append", target("contact", "customer_number", "partner")),
        # Applied twice, it would show: nothing else of the backlog grows by being repeated.
        {"attribute": "_tags", "jsonataExpression": "{'_append_all': [nummer]}"},
    ],
}
PRICE = {
    "entity_schema": "price",
    "unique_ids": ["external_id"],
    "fields": [
        field("external_id", "produkt"),
        field("unit_amount", "preis"),
        *(
            {"attribute": name, "constant": value}
            for name, value in (
                ("description", "Base price"), ("pricing_model", "per_unit"), ("unit_amount_currency", "EUR"),
                ("is_tax_inclusive", True), ("active", True), ("type", "one_time"),
            )
        ),
    ],
}  # fmt: skip
PRODUCT = {
    "entity_schema": "product",
    "unique_ids": ["code"],
    "fields": [field("code", "produkt"), related("price_options", "_set", target("price", "external_id", "produkt"))],
}
ORDER = {
    "entity_schema": "order",
    "unique_ids": ["order_number"],
    "fields": [field("order_number", "vertrag")],
    "pricing": {
        "items": [
            {"product": target("product", "code", "produkt"), "quantity": {"field": "nummer"}},
            {"_custom": True, "description": "Fee", "quantity": 1, "unit_amount": {"field": "preis"}},
        ],
        "jsonataExpression": "[$$, $$]",
    },
}
CONFIGURATIONS: dict[str, JSONObject] = {
    "entry-list": {"entities": [ENTRY_LIST], "settings": {"lane": "billing"}},
    "entries": {"entities": [ENTRY], "settings": {"lane": "billing"}},
    "contract": {"entities": [CONTRACT], "settings": {"lane": "billing"}},
    "price": {"entities": [PRICE, PRODUCT], "settings": {"lane": "billing"}},
    "order": {"entities": [ORDER], "settings": {"lane": "billing"}},
    "offer-list": {"entities": [OFFER_LIST], "settings": {"lane": "offers"}},
    "offers": {"entities": [OFFER], "settings": {"lane": "offers"}},
    "reading-list": {"entities": [METER], "meter_readings": [READING_LIST], "settings": {"lane": "readings"}},
    "readings": {"entities": [METER], "meter_readings": [READING], "settings": {"lane": "readings"}},
}
"""Use case → configuration. The lists prune; the same without -list shares their lane and removes nothing."""
LISTS = ("entry-list", "offer-list", "reading-list")


@dataclass(frozen=True)
class Told:
    """One event of a use case."""

    use_case: str
    payload: JSONObject

    def as_event(self) -> JSONObject:
        """As the request carries it."""
        return {"use_case_slug": self.use_case, "timestamp": "2026-01-15T08:00:00Z", "payload": self.payload}


def listed(use_case: str, scope: str, amounts: dict[int, int]) -> Told:
    """A list of a scope: number of the record → its amount."""
    records = [{"id": f"{scope}/{number}", "betrag": amount} for number, amount in amounts.items()]
    return Told(use_case, {"konto": scope, "posten": records})


def backlog(events: int) -> Iterator[Told]:
    """The same ones every time; prices come before the first order."""
    chance = Random(7)
    yield from (_priced(chance, product) for product in range(SCOPES))
    for number in range(events):
        yield chance.choices([_list, _contract, _order, _price], weights=[6, 2, 1, 1])[0](chance, number)


def _list(chance: Random, _: int) -> Told:
    """Of any length: what it leaves out may be little, much or all."""
    numbers = chance.sample(range(LONGEST_LIST), chance.randint(0, LONGEST_LIST))
    use_case, scope = chance.choice(LISTS), f"K{chance.randrange(SCOPES)}"
    return listed(use_case, scope, {number: chance.randint(1, 2) for number in numbers})


def _contract(chance: Random, number: int) -> Told:
    """Every partner is new, every account nearly never."""
    return Told("contract", {
        "vertrag": f"V{chance.randrange(SCOPES)}", "konto": f"K{chance.randrange(SCOPES)}",
        "partner": f"P{number // 2}", "nummer": number,
    })  # fmt: skip


def _order(chance: Random, number: int) -> Told:
    return Told("order", {
        "vertrag": f"A{chance.randrange(SCOPES)}", "produkt": f"S{chance.randrange(SCOPES)}",
        "nummer": number, "preis": chance.randint(100, 200),
    })  # fmt: skip


def _price(chance: Random, _: int) -> Told:
    return _priced(chance, chance.randrange(SCOPES))


def _priced(chance: Random, product: int) -> Told:
    return Told("price", {"produkt": f"S{product}", "preis": chance.randint(1000, 2000)})


@dataclass(frozen=True)
class Billing:
    """The integration at a hub whose web server runs."""

    hub: Hub
    token: str
    integration_id: str

    def send(self, events: Sequence[Told]) -> None:
        """In order; every one must be accepted."""
        for start in range(0, len(events), PER_REQUEST):
            sent = [event.as_event() for event in events[start : start + PER_REQUEST]]
            body = {"integration_id": self.integration_id, "events": sent}
            answer = self.hub.request("POST", EVENTS_PATH, body, self.token)
            if answer.status != 200 or any(result["status"] != "success" for result in answer.json()["results"]):
                raise AssertionError(f"{answer.status}: {answer.text}")


def make_billing(hub: Hub, token: str) -> Billing:
    """Its integration and the guard of its organization, at a hub whose web server runs."""
    hub.manage("hub_organization", "prune-guard", "--slug", "works", *GUARD)
    use_cases = [
        {"name": slug, "slug": slug, "type": "inbound", "enabled": True, "configuration": configuration}
        for slug, configuration in CONFIGURATIONS.items()
    ]
    answer = hub.request("POST", "/v2/integrations", {"name": "Billing", "use_cases": use_cases}, token)
    if answer.status != 201:
        raise RuntimeError(f"the integration was not created: {answer.text}")
    return Billing(hub, token, str(answer.json()["id"]))
