"""value_of: cells as people write them, in English and in German."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.entities.transfer.reading import Unreadable, refuse_thousands, value_of
from hub.errors import HubError
from hub.strict_json import parse


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1234.5", "number", 1234.5),
        ("1.234", "number", 1.234),
        ("1.234,50", "number", 1234.5),
        ("1234,5", "number", 1234.5),
        ("-1.234.567,5", "number", -1234567.5),
        ("1,5e-07", "number", 1.5e-07),
        ("-1,25E+22", "money", -1.25e22),
        ("007", "number", 7),
        (" 42 ", "money", 42),
        ("9007199254740993", "number", "9007199254740993"),
        ("123456789012345678,99", "number", "123456789012345678.99"),
        ("0,12345678901234567890", "number", "0.12345678901234567890"),
        ("1e3", "number", 1000),
        ("9007199254740993", "money", "9007199254740993"),
        ("1.234,50", "decimal", "1234.50"),
        ("1234.50", "decimal", "1234.50"),
        ("Ja", "boolean", True),
        ("FALSCH", "boolean", False),
        ("0", "boolean", False),
        ("2026-01-15", "date", "2026-01-15"),
        ("15.01.2026", "date", "2026-01-15"),
        ("5.1.2026", "date", "2026-01-05"),
        ("15.01.2026 8:30", "datetime", "2026-01-15T08:30"),
        ("15.01.2026 08:30:15", "datetime", "2026-01-15T08:30:15"),
        ("2026-01-15 08:30", "datetime", "2026-01-15T08:30"),
        ("2026-01-15T08:30:00Z", "datetime", "2026-01-15T08:30:00Z"),
        ("a@x.de; b@x.de;", "email", [{"email": "a@x.de"}, {"email": "b@x.de"}]),
        ('[{"email": "a@x.de"}]', "email", [{"email": "a@x.de"}]),
        ("vip; new", "strings", ["vip", "new"]),
        ('{"city": "Ulm"}', "address", {"city": "Ulm"}),
        (" 007 ", "string", " 007 "),
        ("[not json", "string", "[not json"),
    ],
)
def test_a_cell_is_read_by_the_type_of_its_attribute(text: str, kind: str, value: Any):
    found = value_of(text, kind, parse)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("12 EUR", "number"),
        ("12 EUR", "money"),
        ("1,5e-1", "money"),
        ("1,234.5", "number"),
        ("1e999", "number"),
        ("9" * 301, "number"),
        ("NaN", "number"),
        ("\u0661", "number"),
        ("1e3", "decimal"),
        ("1,5e3", "decimal"),
        ("maybe", "boolean"),
        ("31.02.2026", "date"),
        ("15/01/2026", "date"),
        ("15.01.2026 25:00", "datetime"),
        ("15.01.2026", "datetime"),
        ("Weg 1", "address"),
        ("[1", "strings"),
        ("[" * 10_000, "strings"),
        ('{"a": NaN}', "object"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(text: str, kind: str):
    with pytest.raises((Unreadable, HubError)):
        value_of(text, kind, parse)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1.000", "unambiguous: 1000 if the point divides thousands, 1,000 if it is the decimal point"),
        ("-1.234", "unambiguous: -1234 if the point divides thousands, -1,234 if it is the decimal point"),
        (" 12.345.678 ", "unambiguous: 12345678, or 12.345.678,0 with a comma"),
    ],
)
@pytest.mark.parametrize("kind", ["number", "decimal"])
def test_points_that_may_divide_thousands_are_refused_with_both_meanings(text: str, kind: str, advice: str):
    with pytest.raises(Unreadable, match=f"^{re.escape(advice)}$"):
        refuse_thousands(text, kind)


def test_minor_units_are_not_divided_into_thousands():
    with pytest.raises(Unreadable, match=r"a whole number of minor units without a point, such as 12345678$"):
        refuse_thousands("12.345.678", "money")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1000", "number"), ("1.000,5", "number"), ("1.5", "number"), ("1.0000", "number"), ("0.125", "decimal"),
     ("1.000", "string"), ("15.01.2026", "date")],
)  # fmt: skip
def test_whatever_means_one_thing_is_let_through(text: str, kind: str):
    refuse_thousands(text, kind)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1.234,50", "123450 for 1234.50"),
        ("-12,5", "-1250 for -12.50"),
        ("1234.00", "123400 for 1234.00"),
        ("0,125", "12345 for 123.45"),
    ],
)
def test_a_fraction_of_minor_units_is_refused_with_what_to_write(text: str, advice: str):
    with pytest.raises(Unreadable, match=f"^a whole number of minor units, such as {re.escape(advice)}$"):
        value_of(text, "money", parse)
