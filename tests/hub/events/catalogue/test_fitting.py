"""Fitting: what the store takes leniently leaves the hub in the form that schemas promise."""

from __future__ import annotations

from typing import Any

import pytest

from hub.events.catalogue import built_in, fitted, json_schema_of, misfits, sample_of
from tests.hub.events.catalogue.books import ORGANIZATION, SELF_SERVICE

pytestmark = pytest.mark.once
ORDER = built_in("OrderSubmission")


def sample() -> dict[str, Any]:
    return sample_of(ORDER, SELF_SERVICE, organization=ORGANIZATION)


def fit(order: dict[str, Any]) -> Any:
    document, payload = json_schema_of(ORDER, SELF_SERVICE), sample()
    shown: Any = fitted(document, payload | {"order": payload["order"] | order})
    return shown["order"], misfits(document, shown)


@pytest.mark.parametrize(
    ("name", "stored", "shown"),
    [
        ("order_number", 1001, "1001"),
        ("order_number", 10.5, "10.5"),
        ("amount_total", "12345", 12345),
        ("amount_total", "-1.5", -1.5),
        ("delivery_address", [{"postal_code": 10115}], [{"postal_code": "10115"}]),
        ("payment_method", {"data": {"iban": 7}}, {"data": {"iban": "7"}}),
        ("_tags", [7], ["7"]),
        ("_own", 7, 7),
    ],
)
def test_a_number_for_a_text_and_digits_for_a_number_fit(name: str, stored: Any, shown: Any):
    order, found = fit({name: stored})
    assert (order[name], found) == (shown, [])


@pytest.mark.parametrize(
    ("name", "stored"), [("amount_total", "much"), ("order_number", True), ("amount_total", "1" * 16)]
)
def test_what_does_not_fit_stays_and_is_told(name: str, stored: Any):
    order, found = fit({name: stored})
    assert order[name] == stored
    assert [path for path, _ in found] == [f"order.{name}"]


def test_a_sample_fits_as_it_is():
    assert fitted(json_schema_of(ORDER, SELF_SERVICE), sample()) == sample()
