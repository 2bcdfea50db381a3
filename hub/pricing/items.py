"""What a mapping hands over for pricing once every value source is evaluated: Pricing and its kinds of lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import msgspec

RESULTS: Final = ("line_items", "amount_subtotal", "amount_total", "total_details", "currency")
"""What pricing yields; each is written to the attribute of its name unless ``results`` says otherwise."""


class Target(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which product or price is meant."""

    schema: str
    identifiers: Mapping[str, str]
    """Attribute → string form of its value (mapping.md 4.1); all must match. ``_id`` names an entity directly."""
    types: Mapping[str, str] = {}
    """Attribute → "email" or "phone", where the configuration says so."""
    missing: tuple[str, ...] = ()
    """Identifiers whose value source gave nothing: such a line cannot be priced."""


class Custom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="custom"):
    """A line that states its own figures. Members hold what their value source gave; None is nothing.

    They are judged when the line is priced, not before, so that a bad value is a failure of the pricing and obeys
    on_error. Any: JSON values.
    """

    description: Any = None
    """Needed: text, or a number that becomes text."""
    quantity: Any = None
    """Needed. Numbers are JSON numbers or texts that spell one; any size and sign, 40 digits on each side."""
    unit_amount: Any = None
    """Minor units of the currency (cents); rounded when not whole. This or unit_amount_decimal is needed."""
    unit_amount_decimal: Any = None
    """The same in major units, up to 12 places; wins when both are given."""
    currency: Any = None
    """Three letters; EUR when None."""
    type: Any = None
    """``one_time`` or ``recurring``; the former when None."""
    billing_period: Any = None
    """Needed when recurring: weekly, monthly, every_quarter, every_6_months, yearly."""
    tax_rate: Any = None
    """Percent, not negative; 0 when None."""
    is_tax_inclusive: Any = None
    """Whether the unit amount contains the tax, also as the text true or false; true when None."""


class Reference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="reference"):
    """A line that takes its figures from a product and its price. Any: as in Custom."""

    product: Target
    price: Target | None = None
    """None: the one active price of the product."""
    quantity: Any = None
    unit_amount_override: Any = None
    """Minor units; replaces the price's amount unless None, and its tiers, too: the line is priced per unit."""
    description_override: Any = None


class Ready(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="ready"):
    """One member of what items_jsonata gave.

    An object may name a product_id and a price_id, which are ids of the store, beside quantity and any member of a
    Custom line (the currency as unit_amount_currency) or an override of a Reference; what it states wins over the
    price; with an amount of its own it is priced per unit. Without an id it is priced as a custom line. Other members
    are kept in the line item, but for the tiers_details of an earlier pricing. Any: a JSON value.
    """

    values: Any = None


Item: TypeAlias = Custom | Reference | Ready


class Pricing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The pricing of one entity update: all of its lines or none are priced."""

    lines: tuple[Item, ...]
    results: Mapping[str, str | None] = {}
    """One of RESULTS → the attribute it is written to; None keeps it to itself. What is left out has its own name."""
    on_error: str = "fail"
    """What becomes of a failure, as the configuration says: ``fail``, ``skip`` or ``warn``."""
    problem: str = ""
    """Why there are no lines to price, such as items and data that cannot be paired; empty when there are."""


def pricing_of(raw: object) -> Pricing:
    """The pricing of an update as it crosses from the mapping child, its lines told apart by kind; other members, such
    as the config and data of a simulation, are left aside. Raises msgspec.ValidationError for anything else."""
    return msgspec.convert(raw, Pricing)
