"""Tiers of a price: in which of them a quantity falls, and what they charge for it; exact fractions, pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hub.json_text import shown
from hub.json_types import JSONObject, JSONValue
from hub.pricing.charges import FLAT_FEE, UNIT_AMOUNT, Charge, PricingModel
from hub.pricing.currencies import minor_units
from hub.pricing.maths import NOTHING
from hub.pricing.numbers import json_number, number_of
from hub.pricing.problems import PricingFailed
from hub.pricing.references import FoundEntity

MOST_TIERS: Final = 100
"""Tiers of one price. No tariff has as many; each line reads them all and may keep a record of each."""


@dataclass(frozen=True, slots=True)
class Tier:
    """The quantities above one bound up to another, which it contains; the first contains zero, too."""

    above: Fraction
    up_to: Fraction | None
    """None: no end."""
    stated: JSONObject
    """The members of the tier that have a value."""
    at: str

    def contains(self, quantity: Fraction) -> bool:
        """Whether a quantity that none of the tiers before contains falls into this one."""
        return self.up_to is None or quantity <= self.up_to

    def part_of(self, quantity: Fraction) -> Fraction:
        """How much of a quantity lies within the bounds."""
        end = quantity if self.up_to is None else min(quantity, self.up_to)
        return max(end - self.above, NOTHING)


def tier_charges(
    model: PricingModel, price: FoundEntity, quantity: Fraction, digits: int, at: str
) -> tuple[Charge, ...]:
    """What a price of one of the tiered models charges for a quantity, in minor units with so many digits.

    VOLUME: the whole quantity at the unit amount of the tier it falls into. GRADUATED: a charge for each tier that
    holds a part of it, in their order; none for a quantity of zero. FLAT_FEE: the fee of the tier it falls into, once.
    That of the first is due for zero, too, like a standing charge without consumption; a first tier up to 0 can say
    otherwise.

    A tier needs the amount it charges, as whole minor units or as decimal twin, which wins. Its other amounts are not
    looked at, nor are those of tiers that charge nothing. Raises PricingFailed without that amount, for tiers that are
    none, do not rise, or end below the quantity, and for a negative quantity: which tiers the units that are given back
    were bought in is not known here.
    """
    place = f"{at}.price: price {price.id}"
    if quantity < 0:
        raise PricingFailed(
            f"{place} has tiers, which do not say what a quantity of {_spelled(quantity)} gives back. Give the line "
            "its amount in unit_amount_override."
        )
    tiers = _tiers(price.attributes.get("tiers"), place)
    tier = _tier_of(quantity, tiers, place)
    if model is PricingModel.GRADUATED:
        parts = [(each, each.part_of(quantity)) for each in tiers]
        return tuple(_charge(each, part, UNIT_AMOUNT, digits) for each, part in parts if part)
    return (_charge(tier, quantity, FLAT_FEE if model is PricingModel.FLAT_FEE else UNIT_AMOUNT, digits),)


def _tiers(value: JSONValue, place: str) -> list[Tier]:
    """Every bound is checked, whichever tier the quantity falls into."""
    if not isinstance(value, list) or not value:
        raise PricingFailed(f"{place} needs tiers, a list of objects with up_to and an amount, not {shown(value)}.")
    if len(value) > MOST_TIERS:
        raise PricingFailed(f"{place} has {len(value)} tiers; it must have {MOST_TIERS} at most.")
    tiers: list[Tier] = []
    for number, members in enumerate(value):
        at = f"{place}, tiers[{number}]"
        if tiers and tiers[-1].up_to is None:
            raise PricingFailed(f"{tiers[-1].at}.up_to is missing: only the last tier may go on without an end.")
        tiers.append(_tier(members, tiers[-1].up_to if tiers else None, at))
    return tiers


def _tier(members: JSONValue, before: Fraction | None, at: str) -> Tier:
    """before: where the tier before ends; None for the first."""
    if not isinstance(members, dict):
        raise PricingFailed(f"{at} must be an object with up_to and an amount, not {shown(members)}.")
    stated: JSONObject = {name: member for name, member in members.items() if member not in (None, "")}
    up_to = number_of(stated["up_to"], f"{at}.up_to") if "up_to" in stated else None
    if up_to is not None:
        _refuse_fall(up_to, before, at)
    return Tier(before or NOTHING, up_to, stated, at)


def _refuse_fall(up_to: Fraction, before: Fraction | None, at: str) -> None:
    if before is None and up_to < 0:
        raise PricingFailed(f"{at}.up_to must not be negative: {_spelled(up_to)}.")
    if before is not None and up_to <= before:
        raise PricingFailed(
            f"{at}.up_to is {_spelled(up_to)}, but the tier before ends at {_spelled(before)}: each must end above the "
            "one before."
        )


def _tier_of(quantity: Fraction, tiers: Sequence[Tier], place: str) -> Tier:
    for tier in tiers:
        if tier.contains(quantity):
            return tier
    raise PricingFailed(
        f"{place} has no tier for a quantity of {_spelled(quantity)}: its last one ends at "
        f"{_spelled(tiers[-1].up_to or NOTHING)}. Leave up_to out there, or add a tier."
    )


def _charge(tier: Tier, quantity: Fraction, kind: str, digits: int) -> Charge:
    if not {kind, f"{kind}_decimal"} & tier.stated.keys():
        raise PricingFailed(f"{tier.at} has neither {kind} nor {kind}_decimal: give it one of them.")
    figure = minor_units(tier.stated, kind, digits, tier.at)
    return Charge(quantity=quantity, figure=figure, kind=kind, up_to=tier.up_to)


def _spelled(number: Fraction) -> str:
    return shown(json_number(number))
