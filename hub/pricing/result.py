"""priced: the attributes that pricing gives to an entity, or why it gives none; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from hub.json_types import JSONObject, JSONValue
from hub.pricing.charges import Charge, PricingModel
from hub.pricing.currencies import minor_digits
from hub.pricing.items import RESULTS, Pricing
from hub.pricing.lines import TIERS_DETAILS, PricedLine, priced_line
from hub.pricing.maths import Amounts, Line, Recurrence, Totals, amounts_of, totals_of
from hub.pricing.numbers import decimal_text, json_integer, json_number, rounded
from hub.pricing.problems import PricingFailed, PricingProblem
from hub.pricing.references import Found, FoundEntity, Referred

SNAPSHOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("name", "code", "type"),
    "price": (
        "description", "pricing_model", "unit_amount", "unit_amount_decimal", "unit_amount_currency",
        "is_tax_inclusive", "type", "billing_period", "unit",
    ),
    "tax": ("description", "rate", "region", "type"),
}  # fmt: skip
"""What a line item keeps of the entities it was priced from: what was charged, not what is said about it. A change of
anything else there leaves the next pricing without a difference. The tiers that were charged stand in the line item."""
UNIFORM: Final = frozenset({PricingModel.PER_UNIT, PricingModel.VOLUME})
"""Models by which every unit of a line costs the same."""


def priced(pricing: Pricing, found: Found) -> JSONObject | PricingProblem:
    """Attribute → value, to be laid over the mapped fields, of which it replaces those of the same name.

    found answers everything that references.wanted() asks for. Never raises for what lines or entities contain: the
    first line that cannot be priced makes a PricingProblem of the whole. Without lines: no line items, zero totals and
    no currency.
    """
    if pricing.problem:
        return PricingProblem(pricing.problem)
    try:
        lines = [priced_line(item, found, f"line_items[{place}]") for place, item in enumerate(pricing.lines)]
        return _mapped(_results(lines, totals_of([line.figures for line in lines])), pricing.results)
    except PricingFailed as failure:
        return PricingProblem(failure.message, failure.may_retry)


def _mapped(results: JSONObject, names: Mapping[str, str | None]) -> JSONObject:
    """results under the names of the entity's attributes, those without a name left out."""
    attributes = {result: names.get(result, result) for result in RESULTS if result in results}
    return {attribute: results[result] for result, attribute in attributes.items() if attribute is not None}


def _results(lines: Iterable[PricedLine], totals: Totals) -> JSONObject:
    digits = minor_digits(totals.currency or "")
    results: JSONObject = {
        "line_items": [_line_item(line, digits) for line in lines],
        "amount_subtotal": json_integer(rounded(totals.all.net)),
        "amount_total": json_integer(rounded(totals.all.gross)),
        "total_details": _details(totals, digits),
    }
    return results if totals.currency is None else results | {"currency": totals.currency}


def _details(totals: Totals, digits: int) -> JSONObject:
    taxes: list[JSONValue] = [
        {
            "rate": json_number(rate),
            "amount": json_integer(rounded(part.tax)),
            "amount_decimal": _twin(part.tax, digits),
        }
        for rate, part in totals.by_rate.items()
    ]
    recurrences: list[JSONValue] = [
        _period(recurrence) | _amounts(part, digits) for recurrence, part in totals.by_recurrence.items()
    ]
    return {
        "amount_tax": json_integer(rounded(totals.all.tax)),
        "breakdown": {"taxes": taxes, "recurrences": recurrences},
    }


def _line_item(line: PricedLine, digits: int) -> JSONObject:
    """unit_amount only where it is what each unit costs: not of a graduated price, whose units cost different amounts,
    nor of a flat fee. There, tiers_details says what was charged, and of tiered_volume in which tier."""
    figures = line.figures
    return {
        **line.extra,
        **_entities(line.referred),
        "description": line.description,
        "quantity": json_number(line.quantity),
        **(_figure(line.charges[0], digits) if line.model in UNIFORM else {}),
        "unit_amount_currency": figures.currency,
        "pricing_model": line.model.value,
        "is_tax_inclusive": figures.is_tax_inclusive,
        "tax_rate": json_number(figures.tax_rate),
        **_period(figures.recurrence),
        **_amounts(amounts_of(figures), digits),
        **_tiers_details(line, digits),
    }


def _figure(charge: Charge, digits: int) -> JSONObject:
    return {
        charge.kind: json_integer(rounded(charge.figure)),
        f"{charge.kind}_decimal": _twin(charge.figure, digits),
    }


def _tiers_details(line: PricedLine, digits: int) -> JSONObject:
    """The charge of each tier; nothing where none is asked."""
    if line.model is PricingModel.PER_UNIT:
        return {}
    return {TIERS_DETAILS: [_tier_detail(charge, line.figures, digits) for charge in line.charges]}


def _tier_detail(charge: Charge, figures: Line, digits: int) -> JSONObject:
    """quantity is what the tier was asked for: of tiered_flatfee the whole, which the fee does not depend on."""
    bound: JSONObject = {} if charge.up_to is None else {"up_to": json_number(charge.up_to)}
    return {
        **bound,
        "quantity": json_number(charge.quantity),
        **_figure(charge, digits),
        **_amounts(amounts_of(replace(figures, amount=charge.amount)), digits),
    }


def _amounts(amounts: Amounts, digits: int) -> JSONObject:
    """Each figure rounded once from the unrounded amount, so that they may miss each other by one (12.9)."""
    figures = {"amount_subtotal": amounts.net, "amount_tax": amounts.tax, "amount_total": amounts.gross}
    whole = {name: json_integer(rounded(amount)) for name, amount in figures.items()}
    return whole | {f"{name}_decimal": _twin(amount, digits) for name, amount in figures.items()}


def _twin(amount: Fraction, digits: int) -> str:
    """Minor units as major ones, with every digit up to twelve places."""
    return decimal_text(amount / 10**digits, digits)


def _period(recurrence: Recurrence) -> JSONObject:
    period: JSONObject = {"type": recurrence.type}
    return period | {"billing_period": recurrence.billing_period} if recurrence.billing_period else period


def _entities(referred: Referred) -> JSONObject:
    """Ids and snapshots of what the line was priced from."""
    entities = {"product": referred.product, "price": referred.price, "tax": referred.tax}
    known = {name: entity for name, entity in entities.items() if entity is not None}
    ids: JSONObject = {f"{name}_id": str(entity.id) for name, entity in known.items()}
    return ids | {f"_{name}": _snapshot(name, entity) for name, entity in known.items()}


def _snapshot(name: str, entity: FoundEntity) -> JSONObject:
    kept = {member: entity.attributes[member] for member in SNAPSHOTS[name] if member in entity.attributes}
    return {"_id": str(entity.id), **kept}
