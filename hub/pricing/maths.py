"""Net, tax and gross of lines and of all of them together: exact fractions, rounded by whoever shows them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hub.pricing.problems import PricingFailed

PERIODS: Final = ("weekly", "monthly", "every_quarter", "every_6_months", "yearly")
MOST_RATES: Final = 50
"""Different tax rates of one pricing. Exact sums grow with each; no invoice has as many."""
NOTHING: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often a line is due. billing_period is one of PERIODS when type is "recurring", else None."""

    type: str = "one_time"
    billing_period: str | None = None

    def rank(self) -> int:
        """The place in lists: once, then from the shortest period to the longest."""
        return PERIODS.index(self.billing_period) + 1 if self.billing_period else 0


ONCE: Final = Recurrence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The figures of one line. amount counts minor units of the currency, tax_rate percent."""

    amount: Fraction
    tax_rate: Fraction = NOTHING
    is_tax_inclusive: bool = True
    currency: str = "EUR"
    recurrence: Recurrence = ONCE


@dataclass(frozen=True, slots=True)
class Amounts:
    """Unrounded minor units."""

    net: Fraction = NOTHING
    tax: Fraction = NOTHING

    @property
    def gross(self) -> Fraction:
        """What is to be paid."""
        return self.net + self.tax

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.net + other.net, self.tax + other.tax)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of unrounded parts; rates rise, recurrences go from once to yearly. currency is None without lines."""

    all: Amounts
    by_rate: Mapping[Fraction, Amounts]
    by_recurrence: Mapping[Recurrence, Amounts]
    currency: str | None


def amounts_of(line: Line) -> Amounts:
    """Net and tax of what the line charges, which contains the tax or does not (mapping.md 12.9)."""
    share = line.tax_rate / 100
    net = line.amount / (1 + share) if line.is_tax_inclusive else line.amount
    return Amounts(net, net * share)


def totals_of(lines: Sequence[Line]) -> Totals:
    """Totals of any number of lines, none included. Raises PricingFailed for mixed currencies or too many rates."""
    currencies = sorted({line.currency for line in lines})
    if len(currencies) > 1:
        raise PricingFailed(f"The lines are in several currencies ({', '.join(currencies)}); price them separately.")
    if len({line.tax_rate for line in lines}) > MOST_RATES:
        raise PricingFailed(f"The lines have more than {MOST_RATES} different tax rates.")
    rates: dict[Fraction, Amounts] = {}
    recurrences: dict[Recurrence, dict[Fraction, Amounts]] = {}
    for line in lines:
        amounts = amounts_of(line)
        rates[line.tax_rate] = rates.get(line.tax_rate, Amounts()) + amounts
        shares = recurrences.setdefault(line.recurrence, {})
        shares[line.tax_rate] = shares.get(line.tax_rate, Amounts()) + amounts
    return Totals(
        _sum(rates.values()),
        dict(sorted(rates.items())),
        {each: _sum(recurrences[each].values()) for each in sorted(recurrences, key=Recurrence.rank)},
        currencies[0] if currencies else None,
    )


def _sum(amounts: Iterable[Amounts]) -> Amounts:
    """Amounts of one rate are added first: their fractions have one denominator, so that sums stay short."""
    return sum(amounts, start=Amounts())
