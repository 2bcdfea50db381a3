"""Priced lines: one item with the entities it refers to becomes figures and a description; pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import msgspec

from hub.json_text import shown
from hub.json_types import JSONObject, JSONValue
from hub.pricing.charges import UNIT_AMOUNT, Charge, PricingModel, model_of
from hub.pricing.currencies import currency_of, minor_digits, minor_units
from hub.pricing.items import Custom, Item, Reference
from hub.pricing.maths import NOTHING, ONCE, PERIODS, Line, Recurrence
from hub.pricing.numbers import number_of
from hub.pricing.problems import PricingFailed
from hub.pricing.references import Found, FoundEntity, Referred, referred
from hub.pricing.tiers import tier_charges

TIERS_DETAILS: Final = "tiers_details"
"""Member of a line item that has the charge of each tier."""
AMOUNTS: Final = frozenset({"unit_amount", "unit_amount_decimal"})
PRICE_FIGURES: Final = AMOUNTS | {"unit_amount_currency", "type", "billing_period", "is_tax_inclusive"}
"""Attributes of a price that a line may state itself, under the same names."""
OVERRIDES: Final = ("unit_amount", "description")
STATED: Final = (
    PRICE_FIGURES
    | {f"{name}_override" for name in OVERRIDES}
    | {"description", "quantity", "tax_rate", "product_id", "price_id", TIERS_DETAILS}
)
"""Members of a line that pricing understands, and one of its own that a line may bring back from an earlier pricing:
kept, it would tell of tiers where none are charged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One line, ready for the sum."""

    quantity: Fraction
    model: PricingModel
    charges: tuple[Charge, ...]
    """What figures.amount is the sum of: of a graduated price one charge for each tier, else one."""
    figures: Line
    description: str
    referred: Referred
    extra: JSONObject
    """Members that a ready-made line brought and pricing does not know."""


def priced_line(item: Item, found: Found, at: str) -> PricedLine:
    """The line of item; at names it in messages. Raises PricingFailed."""
    values = _stated(item, at)
    entities = referred(item, found, at)
    model = model_of(entities.price, at, has_own_amount=bool(AMOUNTS & values.keys()))
    if "tax_rate" in values:
        entities = msgspec.structs.replace(entities, tax=None)
    if entities.price is not None:
        values = _of_price(entities.price, entities, values, at) | values
    currency = currency_of(values.get("unit_amount_currency"), f"{at}.unit_amount_currency")
    quantity = number_of(values.get("quantity"), f"{at}.quantity")
    charges = _charges(values, quantity, model, entities.price, currency, at)
    return PricedLine(
        quantity=quantity,
        model=model,
        charges=charges,
        figures=_figures(values, currency, sum((charge.amount for charge in charges), start=NOTHING), at),
        description=_description(values.get("description"), at),
        referred=entities,
        extra={name: value for name, value in values.items() if name not in STATED},
    )


def _stated(item: Item, at: str) -> JSONObject:
    """What the item itself says, without nulls; an override stands in the place of what it overrides."""
    if isinstance(item, Custom):
        values = {name: getattr(item, name) for name in item.__struct_fields__}
    elif isinstance(item, Reference):
        values = {name: getattr(item, name) for name in ("quantity", "unit_amount_override", "description_override")}
    elif isinstance(item.values, dict):
        values = item.values
    else:
        raise PricingFailed(f"{at} must be an object, not {shown(item.values)}.")
    stated = {name: value for name, value in values.items() if value is not None}
    if "currency" in stated:
        stated.setdefault("unit_amount_currency", stated.pop("currency"))
    if "unit_amount_override" in stated:
        stated.pop("unit_amount_decimal", None)
    for name in OVERRIDES:
        if f"{name}_override" in stated:
            stated[name] = stated.pop(f"{name}_override")
    return stated


def _of_price(price: FoundEntity, entities: Referred, stated: JSONObject, at: str) -> JSONObject:
    """What a line takes from its price, the tax of the price, and the product where the price has no description."""
    names = PRICE_FIGURES - AMOUNTS if AMOUNTS & stated.keys() else PRICE_FIGURES
    values = {name: price.attributes.get(name) for name in sorted(names)}
    if names & AMOUNTS and "unit_amount_currency" in stated:
        _refuse_conversion(price, stated["unit_amount_currency"], at)
    values["tax_rate"] = None if entities.tax is None else entities.tax.attributes.get("rate")
    product = {} if entities.product is None else entities.product.attributes
    values["description"] = price.attributes.get("description") or product.get("name")
    return {name: value for name, value in values.items() if value not in (None, "")}


def _refuse_conversion(price: FoundEntity, stated: JSONValue, at: str) -> None:
    own = currency_of(price.attributes.get("unit_amount_currency") or None, f"{at}.price.unit_amount_currency")
    if currency_of(stated, f"{at}.unit_amount_currency") != own:
        raise PricingFailed(f"{at}: price {price.id} is in {own}; its amount cannot be charged in {shown(stated)}.")


def _charges(
    values: JSONObject, quantity: Fraction, model: PricingModel, price: FoundEntity | None, currency: str, at: str
) -> tuple[Charge, ...]:
    digits = minor_digits(currency)
    if price is None or model is PricingModel.PER_UNIT:
        return (Charge(quantity=quantity, figure=minor_units(values, UNIT_AMOUNT, digits, at)),)
    return tier_charges(model, price, quantity, digits, at)


def _figures(values: JSONObject, currency: str, amount: Fraction, at: str) -> Line:
    return Line(
        amount=amount,
        tax_rate=_tax_rate(values, at),
        is_tax_inclusive=_is_tax_inclusive(values, at),
        currency=currency,
        recurrence=_recurrence(values, at),
    )


def _tax_rate(values: JSONObject, at: str) -> Fraction:
    if "tax_rate" not in values:
        return NOTHING
    rate = number_of(values["tax_rate"], f"{at}.tax_rate")
    if rate < 0:
        raise PricingFailed(f"{at}.tax_rate must not be negative: {shown(values['tax_rate'])}.")
    return rate


def _is_tax_inclusive(values: JSONObject, at: str) -> bool:
    value = values.get("is_tax_inclusive", True)
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise PricingFailed(f"{at}.is_tax_inclusive must be true or false, not {shown(value)}.")
    return value == "true"


def _recurrence(values: JSONObject, at: str) -> Recurrence:
    kind = values.get("type", ONCE.type)
    if kind == ONCE.type:
        return ONCE
    if kind != "recurring":
        raise PricingFailed(f"{at}.type must be one_time or recurring, not {shown(kind)}.")
    period = values.get("billing_period")
    if not isinstance(period, str) or period not in PERIODS:
        raise PricingFailed(f"{at}.billing_period must be one of {', '.join(PERIODS)}, not {shown(period)}.")
    return Recurrence(kind, period)


def _description(value: JSONValue, at: str) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise PricingFailed(f"{at}.description must be a text, not {shown(value)}.")
    return value
