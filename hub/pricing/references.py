"""Products, prices and taxes: which entities lines refer to, and which of those found are meant; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeAlias
from uuid import UUID

import msgspec

from hub.json_text import shown
from hub.json_types import JSONObject, JSONValue
from hub.pricing.items import Item, Ready, Reference, Target
from hub.pricing.problems import PricingFailed

MOST_NAMED: Final = 5
"""Ids that a message about several matches lists."""


class Identity(msgspec.Struct, frozen=True, order=True):
    """A question to the store: which entities have all these identifiers. Pairs are sorted by attribute."""

    schema: str
    identifiers: tuple[tuple[str, str], ...]
    """Attribute and string form. ``_id`` alone asks for one entity by its id."""
    types: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.schema} with {', '.join(f'{name} {value}' for name, value in self.identifiers)}"


class FoundEntity(msgspec.Struct, frozen=True, kw_only=True):
    """An entity that has the identifiers of a question."""

    id: UUID
    attributes: JSONObject
    is_deleted: bool = False


Found: TypeAlias = Mapping[Identity, Sequence[FoundEntity]]
"""Answers of the store: an empty sequence says that there is none, a missing key that it was not asked."""


class Referred(msgspec.Struct, frozen=True):
    """What one line refers to, with its answers; None for what it does not name."""

    product: FoundEntity | None = None
    price: FoundEntity | None = None
    tax: FoundEntity | None = None


def wanted(lines: Sequence[Item], found: Found | None = None) -> list[Identity]:
    """What the store has to look up before lines can be priced, sorted, each once.

    Ask again with the answers until nothing is wanted: first products and prices, then the prices of a product whose
    price is left out, then the taxes of the prices. Three rounds always suffice.
    """
    answers: Found = {} if found is None else found
    needed = {identity for line in lines for identity in _needed(line, answers)}
    return sorted(identity for identity in needed if identity not in answers)


def referred(line: Item, found: Found, at: str) -> Referred:
    """The entities that line means. Raises PricingFailed when one is missing, in the recycle bin or not the only one.

    A price that is left out is the only active one of the product; one counts as active unless it says otherwise.
    A ready-made line that names a product and states its own amount has none.
    """
    product, price = _targets(line, at)
    seller = None if product is None else _one(product, found, f"{at}.product")
    chosen = _chosen(line, seller, price, found, at)
    tax = None if chosen is None else _tax(chosen, at)
    return Referred(seller, chosen, None if tax is None else _one(tax, found, f"{at}.price.tax"))


def _needed(line: Item, found: Found) -> Iterator[Identity]:
    """The questions of one line that its answers so far lead to; what is wrong with it is told when it is priced."""
    with suppress(PricingFailed):
        product, price = _targets(line, "")
        yield from (one for one in (product, price) if one is not None)
        seller = None if product is None else _one(product, found, "")
        if seller is not None and price is None and not _has_own_amount(line):
            yield from _options(seller)
        chosen = _chosen(line, seller, price, found, "")
        tax = None if chosen is None else _tax(chosen, "")
        if tax is not None:
            yield tax


def _chosen(
    line: Item, product: FoundEntity | None, price: Identity | None, found: Found, at: str
) -> FoundEntity | None:
    """The price of a line; None for one that has its own figures."""
    if price is not None:
        return _one(price, found, f"{at}.price")
    if product is None or _has_own_amount(line):
        return None
    return _only_active(product, found, f"{at}.price")


def _has_own_amount(line: Item) -> bool:
    stated = line.values if isinstance(line, Ready) and isinstance(line.values, dict) else {}
    return any(stated.get(name) is not None for name in ("unit_amount_override", "unit_amount", "unit_amount_decimal"))


def _targets(line: Item, at: str) -> tuple[Identity | None, Identity | None]:
    """Product and price of a line."""
    if isinstance(line, Reference):
        price = None if line.price is None else _identity(line.price, f"{at}.price")
        return _identity(line.product, f"{at}.product"), price
    if isinstance(line, Ready) and isinstance(line.values, dict):
        return _by_store_id("product", line.values, at), _by_store_id("price", line.values, at)
    return None, None


def _identity(target: Target, at: str) -> Identity:
    if target.missing or not target.identifiers:
        names = ", ".join(target.missing) or "of any kind"
        raise PricingFailed(f"{at} cannot be looked up: no value for the identifier {names}.")
    return Identity(target.schema, tuple(sorted(target.identifiers.items())), tuple(sorted(target.types.items())))


def _by_store_id(schema: str, values: JSONObject, at: str) -> Identity | None:
    value = values.get(f"{schema}_id")
    if value is None:
        return None
    try:
        return _by_id(schema, str(UUID(value)) if isinstance(value, str) else "")
    except ValueError as error:
        raise PricingFailed(f"{at}.{schema}_id must be the id of an entity, not {shown(value)}.") from error


def _by_id(schema: str, entity_id: str) -> Identity:
    return Identity(schema, (("_id", str(UUID(entity_id))),))


def _one(identity: Identity, found: Found, at: str) -> FoundEntity:
    matches = found.get(identity, ())
    live = [match for match in matches if not match.is_deleted]
    if len(live) > 1:
        raise PricingFailed(f"{at}: several entities are a {identity}: {_names(live)}.")
    if not live:
        state = "is in the recycle bin" if matches else "does not exist"
        raise PricingFailed(f"{at}: the {identity} {state}.", may_retry=True)
    return live[0]


def _only_active(product: FoundEntity, found: Found, at: str) -> FoundEntity:
    options = [one for identity in _options(product) for one in found.get(identity, ()) if not one.is_deleted]
    active = [one for one in options if one.attributes.get("active") in (True, None)]
    if len(active) == 1:
        return active[0]
    if active:
        raise PricingFailed(f"{at} is left out, but product {product.id} has several active prices: {_names(active)}.")
    raise PricingFailed(f"{at} is left out, but product {product.id} has no active price.", may_retry=True)


def _names(entities: Sequence[FoundEntity]) -> str:
    ids = [str(one.id) for one in entities]
    return ", ".join(ids[:MOST_NAMED]) + (" and more" if len(ids) > MOST_NAMED else "")


def _options(product: FoundEntity) -> list[Identity]:
    return list(dict.fromkeys(_related(product.attributes.get("price_options"), "price")))


def _tax(price: FoundEntity, at: str) -> Identity | None:
    taxes = list(dict.fromkeys(_related(price.attributes.get("tax"), "tax")))
    if len(taxes) > 1:
        raise PricingFailed(f"{at}: price {price.id} has several taxes; it must have one at most.")
    return taxes[0] if taxes else None


def _related(value: JSONValue, schema: str) -> Iterator[Identity]:
    """The entities that a stored relation attribute names; schema where an item does not say its own."""
    items = value.get("$relation") if isinstance(value, dict) else None
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            yield _by_id_or_fail(str(item.get("_schema") or schema), item.get("entity_id"))


def _by_id_or_fail(schema: str, value: JSONValue) -> Identity:
    try:
        return _by_id(schema, str(value))
    except ValueError as error:
        raise PricingFailed(f"A stored relation to a {schema} has no usable entity_id: {shown(value)}.") from error
