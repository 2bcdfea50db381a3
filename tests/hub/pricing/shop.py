"""A small shop: products, prices and taxes as the store answers with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.json_types import JSONObject
from hub.pricing.items import Item, Pricing, Reference, Target
from hub.pricing.problems import PricingProblem
from hub.pricing.references import Found, FoundEntity, Identity, wanted
from hub.pricing.result import priced

PRODUCT = UUID(int=1)
PRICE = UUID(int=2)
TAX = UUID(int=3)


class Shop:
    """Entities by schema and id; products are found by code, prices by external_id."""

    def __init__(self) -> None:
        self.entities: dict[tuple[str, UUID], FoundEntity] = {}
        self.rounds = 0

    def add(self, schema: str, entity_id: UUID, *, is_deleted: bool = False, **attributes: Any) -> UUID:
        self.entities[schema, entity_id] = FoundEntity(id=entity_id, attributes=attributes, is_deleted=is_deleted)
        return entity_id

    def answer(self, lines: Sequence[Item]) -> Found:
        """As the store does: ask until nothing is wanted."""
        found: dict[Identity, Sequence[FoundEntity]] = {}
        while missing := wanted(lines, found):
            self.rounds += 1
            found |= {identity: self._matches(identity) for identity in missing}
        return found

    def _matches(self, identity: Identity) -> list[FoundEntity]:
        return [
            entity
            for (schema, entity_id), entity in self.entities.items()
            if schema == identity.schema
            and all(
                ({"_id": str(entity_id)} | entity.attributes).get(key) == value for key, value in identity.identifiers
            )
        ]

    def priced(self, *lines: Item, **results: str | None) -> JSONObject | PricingProblem:
        return priced(Pricing(lines=lines, results=results), self.answer(lines))

    def attributes(self, *lines: Item, **results: str | None) -> Any:  # Any: JSON that tests look into
        answer = self.priced(*lines, **results)
        assert isinstance(answer, dict), answer
        return answer

    def problem(self, *lines: Item) -> PricingProblem:
        answer = self.priced(*lines)
        assert isinstance(answer, PricingProblem), answer
        return answer


def relation(*ids: UUID) -> JSONObject:
    return {"$relation": [{"entity_id": str(one)} for one in ids]}


def tiered(shop: Shop, model: str, tiers: Any, **others: Any) -> Shop:
    """The shop with tiers in the place of the one amount of its price."""
    attributes = {**shop.entities["price", PRICE].attributes, "unit_amount": 0, "unit_amount_decimal": "0.00"}
    shop.add("price", PRICE, **attributes | {"pricing_model": model, "tiers": tiers} | others)
    return shop


def target(schema: str = "product", **identifiers: str) -> Target:
    return Target(schema=schema, identifiers=identifiers or {"code": "HOME"})


def reference(**members: Any) -> Reference:
    return Reference(**{"product": target(), "quantity": 1} | members)


def furnished() -> Shop:
    """One product with one price of 99.00 a month, 19 % included."""
    shop = Shop()
    shop.add("tax", TAX, rate=19, description="VAT")
    shop.add(
        "price", PRICE, description="Home", unit_amount=9900, unit_amount_decimal="99.00", unit_amount_currency="EUR",
        type="recurring", billing_period="monthly", active=True, external_id="P1", tax=relation(TAX),
    )  # fmt: skip
    shop.add("product", PRODUCT, name="Home tariff", code="HOME", price_options=relation(PRICE))
    return shop
