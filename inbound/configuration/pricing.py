"""Pricing: the lines of money of an entity: references, custom items, or what an expression gives (mapping.md 1.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.sources import Constant, Identifier, ValueSource, parse_identifiers, parse_source

PERIODS = ("weekly", "monthly", "every_quarter", "every_6_months", "yearly")
TYPES = ("one_time", "recurring")
CUSTOM = (
    "description",
    "quantity",
    "unit_amount",
    "unit_amount_decimal",
    "unit_amount_currency",
    "type",
    "billing_period",
    "tax_rate",
    "is_tax_inclusive",
)
OVERRIDES = ("unit_amount_override", "description_override")
RESULTS = ("line_items", "amount_subtotal", "amount_total", "total_details", "currency")
KNOWN = frozenset({"jsonataExpression", "items", "items_jsonata", "result_mapping", "on_error"})


@dataclass(frozen=True, slots=True)
class PricedReference:
    """The product or price that a line refers to."""

    schema: str
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class ReferenceItem:
    """A line of a product. values: quantity, unit_amount_override, description_override as far as configured."""

    product: PricedReference
    price: PricedReference | None
    values: tuple[tuple[str, ValueSource], ...]
    at: JSONPath


@dataclass(frozen=True, slots=True)
class CustomItem:
    """A line that states its own figures, each of CUSTOM as far as configured."""

    values: tuple[tuple[str, ValueSource], ...]
    at: JSONPath


PricedItem: TypeAlias = ReferenceItem | CustomItem


@dataclass(frozen=True, slots=True)
class Pricing:
    """expression selects the data, empty for the item itself; items_expression is empty where items are configured.

    raw is the object as it is configured; results names the attribute of each result, None for one that is kept back.
    """

    raw: JSONObject
    expression: str
    items: tuple[PricedItem, ...]
    items_expression: str
    results: dict[str, str | None]
    on_error: str
    at: JSONPath


def parse_pricing(raw: JSONValue, at: JSONPath, report: Report) -> Pricing | None:
    """A pricing object; None with a finding when it is none."""
    pricing = report.object(raw, at)
    if pricing is None:
        return None
    report.unknown_keys(pricing, at, KNOWN)
    if ("items" in pricing) == ("items_jsonata" in pricing):
        report.error(at, "needs exactly one of items, items_jsonata")
    expression, items_expression = (
        report.expression(pricing[key], at.key(key)) if key in pricing else ""
        for key in ("jsonataExpression", "items_jsonata")
    )
    on_error = report.word(pricing.get("on_error"), at.key("on_error"), ("fail", "skip", "warn"), default="fail")
    items = report.objects(pricing["items"], at.key("items"), least=1) if "items" in pricing else []
    return Pricing(
        raw=pricing,
        expression=expression,
        items=tuple(_item(item, place, report) for item, place in items),
        items_expression=items_expression,
        results=_results(pricing.get("result_mapping"), at.key("result_mapping"), report),
        on_error=on_error,
        at=at,
    )


def _results(raw: JSONValue, at: JSONPath, report: Report) -> dict[str, str | None]:
    results: dict[str, str | None] = {name: name for name in RESULTS}
    mapping = report.object({} if raw is None else raw, at) or {}
    for key, value in mapping.items():
        if key not in RESULTS:
            report.error(at.key(key), f"must be one of {', '.join(RESULTS)}")
        elif value is None and key != RESULTS[0]:
            results[key] = None
        elif isinstance(value, str) and value:
            results[key] = value
        else:
            report.error(at.key(key), "must name an attribute")
    return results


def _item(item: JSONObject, at: JSONPath, report: Report) -> PricedItem:
    if item.get("_custom") is True:
        return _custom(item, at, report)
    product = _reference(item.get("product"), at.key("product"), report)
    price = None if item.get("price") is None else _reference(item["price"], at.key("price"), report)
    quantity = report.object(item.get("quantity"), at.key("quantity"))
    needed = None if quantity is None else parse_source(quantity, at.key("quantity"), report)
    overrides = [key for key in OVERRIDES if item.get(key) is not None]
    values = [("quantity", needed), *((key, _source(item[key], at.key(key), report)) for key in overrides)]
    return ReferenceItem(product, price, _present(values), at)


def _reference(raw: JSONValue, at: JSONPath, report: Report) -> PricedReference:
    reference = report.object(raw, at)
    if reference is None:
        return PricedReference("", ())
    return PricedReference(
        report.text(reference.get("entity_schema"), at.key("entity_schema")),
        parse_identifiers(reference.get("unique_ids"), at.key("unique_ids"), report),
    )


def _custom(item: JSONObject, at: JSONPath, report: Report) -> CustomItem:
    """A custom item states each part by itself or by a value source."""
    amount = "unit_amount_decimal" if "unit_amount_decimal" in item and "unit_amount" not in item else "unit_amount"
    for key in ("description", "quantity", amount):
        if item.get(key) is None:
            report.error(at.key(key), "is needed")
    values = [(key, _source(item[key], at.key(key), report)) for key in CUSTOM if item.get(key) is not None]
    _check_period(item, at, report)
    return CustomItem(_present(values), at)


def _check_period(item: JSONObject, at: JSONPath, report: Report) -> None:
    is_computed = isinstance(item.get("type"), dict)
    if is_computed or report.word(item.get("type"), at.key("type"), TYPES, default="one_time") != "recurring":
        return
    if not isinstance(item.get("billing_period"), dict):
        report.word(item.get("billing_period"), at.key("billing_period"), PERIODS)


def _source(raw: JSONValue, at: JSONPath, report: Report) -> ValueSource | None:
    """A value source, or the value itself."""
    return parse_source(raw, at, report) if isinstance(raw, dict) else Constant(raw)


def _present(values: list[tuple[str, ValueSource | None]]) -> tuple[tuple[str, ValueSource], ...]:
    return tuple((key, source) for key, source in values if source is not None)
