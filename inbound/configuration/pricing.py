"""The shape of pricing: items or items_jsonata, references or custom items (mapping.md 1.9)."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.sources import parse_identifiers, parse_source

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
)
RESULTS = ("line_items", "amount_subtotal", "amount_total", "total_details", "currency")


def check_pricing(raw: JSONValue, at: JSONPath, report: Report) -> None:
    """Findings about a pricing object."""
    pricing = report.object(raw, at)
    if pricing is None:
        return
    if ("items" in pricing) == ("items_jsonata" in pricing):
        report.error(at, "needs exactly one of items, items_jsonata")
    for key in ("jsonataExpression", "items_jsonata"):
        if key in pricing:
            report.expression(pricing[key], at.key(key))
    report.word(pricing.get("on_error"), at.key("on_error"), ("fail", "skip", "warn"), default="fail")
    if "items" in pricing:
        for item, place in report.objects(pricing["items"], at.key("items"), least=1):
            _check_item(item, place, report)
    _check_result_mapping(pricing.get("result_mapping"), at.key("result_mapping"), report)


def _check_result_mapping(raw: JSONValue, at: JSONPath, report: Report) -> None:
    mapping = report.object({} if raw is None else raw, at) or {}
    for key, value in mapping.items():
        if key not in RESULTS:
            report.error(at.key(key), f"must be one of {', '.join(RESULTS)}")
        elif not isinstance(value, str) and (value is not None or key == RESULTS[0]):
            report.error(at.key(key), "must name an attribute")


def _check_item(item: JSONObject, at: JSONPath, report: Report) -> None:
    if item.get("_custom") is True:
        _check_custom(item, at, report)
        return
    for key in ("product", "price"):
        if key == "product" or item.get(key) is not None:
            reference = report.object(item.get(key), at.key(key))
            if reference is not None:
                report.text(reference.get("entity_schema"), at.key(key).key("entity_schema"))
                parse_identifiers(reference.get("unique_ids"), at.key(key).key("unique_ids"), report)
    _check_sources(item, at, report, required=("quantity",), optional=("unit_amount_override", "description_override"))


def _check_custom(item: JSONObject, at: JSONPath, report: Report) -> None:
    """A custom item states each part by itself or by a value source."""
    amount = "unit_amount_decimal" if "unit_amount_decimal" in item and "unit_amount" not in item else "unit_amount"
    for key in ("description", "quantity", amount):
        if item.get(key) is None:
            report.error(at.key(key), "is needed")
    for key in CUSTOM:
        value = item.get(key)
        if isinstance(value, dict):
            parse_source(value, at.key(key), report)
    is_computed = isinstance(item.get("type"), dict)
    if is_computed or report.word(item.get("type"), at.key("type"), TYPES, default="one_time") != "recurring":
        return
    if not isinstance(item.get("billing_period"), dict):
        report.word(item.get("billing_period"), at.key("billing_period"), PERIODS)


def _check_sources(
    item: JSONObject, at: JSONPath, report: Report, *, required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    for key in required + optional:
        value = item.get(key)
        if isinstance(value, dict):
            parse_source(value, at.key(key), report)
        elif key in required:
            report.error(at.key(key), "must be an object with a value source")
