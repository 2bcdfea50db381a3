"""Charge and PricingModel: what a line charges, and by which rule of its price; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from hub.json_text import shown
from hub.pricing.problems import PricingFailed
from hub.pricing.references import FoundEntity

UNIT_AMOUNT: Final = "unit_amount"
FLAT_FEE: Final = "flat_fee_amount"


class PricingModel(StrEnum):
    """The rules that are priced, named as in the attribute pricing_model of a price."""

    PER_UNIT = "per_unit"
    VOLUME = "tiered_volume"
    GRADUATED = "tiered_graduated"
    FLAT_FEE = "tiered_flatfee"


FROM_OUTSIDE: Final = {
    "dynamic_tariff": "follows prices of the market, which are not stored here",
    "external_getag": "depends on figures of GetAG, which are not stored here",
}
"""Models whose figures no price holds, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One figure that is charged for a quantity: that of the whole line, or of what lies in one tier."""

    quantity: Fraction
    figure: Fraction
    """Minor units of the currency."""
    kind: str = UNIT_AMOUNT
    """UNIT_AMOUNT: figure is due for each unit; FLAT_FEE: once, whatever the quantity."""
    up_to: Fraction | None = None
    """Where the tier ends; None for the one without an end, and for a charge of no tier."""

    @property
    def amount(self) -> Fraction:
        """Unrounded minor units."""
        return self.figure if self.kind == FLAT_FEE else self.quantity * self.figure


def model_of(price: FoundEntity | None, at: str, *, has_own_amount: bool) -> PricingModel:
    """The rule for a line with this price: PER_UNIT for one that states its own amount or has no price.

    Raises PricingFailed for a composite price, which no single amount replaces, and, unless the line states its
    own, for models that are FROM_OUTSIDE or unknown.
    """
    if price is None:
        return PricingModel.PER_UNIT
    place = f"{at}.price: price {price.id}"
    if price.attributes.get("is_composite_price") is True:
        raise PricingFailed(
            f"{place} has the pricing model composite: each of its components is charged on its own terms. Make a line "
            "of each component."
        )
    if has_own_amount:
        return PricingModel.PER_UNIT
    return _model_named(price.attributes.get("pricing_model") or PricingModel.PER_UNIT, place)


def _model_named(name: object, place: str) -> PricingModel:
    for model in PricingModel:
        if model == name:
            return model
    reason = FROM_OUTSIDE.get(name) if isinstance(name, str) else None
    if reason is None:
        raise PricingFailed(
            f"{place} has the unknown pricing model {shown(name)}; it must be one of {', '.join(PricingModel)}."
        )
    raise PricingFailed(
        f"{place} has the pricing model {name}: what it charges {reason}. Give the line its amount in "
        "unit_amount_override."
    )
