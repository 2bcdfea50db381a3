"""Which values fit which types."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.schemas import Misfit, Schema, misfits, missing, schema_of
from hub.entities.schemas.types import may_replace, type_from

SOMEBODY = "01a20e4a-aad7-2ea1-64e4-b2be9472073b"
RELATION = {"$relation": [{"entity_id": SOMEBODY, "_schema": "contact", "_tags": ["payer"]}]}
REFERENCE = {"$relation_ref": [{"entity_id": SOMEBODY, "path": "address", "_id": "0a"}]}

FITTING: dict[str, list[Any]] = {
    "string": ["x", " ", 7, 1.5, "line\nbreak"],
    "number": [0, -1, 2.5, "12.5", "-3", "1e3", "12345678901234567890"],
    "boolean": [True, False],
    "date": ["2026-01-15", "2024-02-29"],
    "datetime": ["2026-01-15T08:00:00Z", "2026-01-15T08:00", "2026-01-15T08:00:00.123456789+01:00"],
    "enum(open|Ms. / Mrs.)": ["open", "Ms. / Mrs."],
    "email": [[], [{"email": "a@b.example"}], [{"email": "a@b", "_tags": ["work"], "_id": "0a"}], [{"email": ""}]],
    "phone": [[{"phone": "+49 30 5550100"}], [{"phone": 49305550100}]],
    "address": [{}, {"street": "Ringweg", "street_number": 5, "country": "DE", "note": {"any": 1}}, {"country": None}],
    "addresses": [[], [{"city": "Berlin", "start_date": "2026-01-15"}]],
    "payment": [{"type": "payment_sepa", "data": {"iban": "DE02"}, "_tags": ["DEBIT"]}, {"data": None}],
    "payments": [[{"type": "payment_cash"}]],
    "money": [12345, 8350.0, -5, "9007199254740992"],
    "decimal": ["123.45", "-1"],
    "currency": ["EUR"],
    "relation(contact)": [RELATION, {"$relation": []}, {"$relation": {"_append": [{"entity_id": SOMEBODY}]}}],
    "relations": [{"$relation": [{"entity_id": SOMEBODY}, {"entity_id": SOMEBODY}]}],
    "reference": [REFERENCE],
    "strings": [[], ["a", 7], {"_append": ["a"]}, {"_append": "a"}],
    "list(code|name)": [[], [{"code": "A", "more": 1}]],
    "items": [[{"quantity": 1}]],
    "object": [{}, {"a": [1]}],
    "totals": [{"amount_tax": 1}],
    "dated": [[{"value": "2026-01-15", "_tags": ["signed"]}]],
    "link": [{"type": "link", "title": "Shop", "href": "https://example.com"}],
    "user": [{"id": "7"}],
    "consent": [{"type": "consent", "topic": "X", "identifiers": ["a@b"]}],
    "consents": [{"X": {"agreed": True}}],
}
NOT_FITTING: dict[str, list[Any]] = {
    "string": [True, [], {}, ["x"]],
    "number": ["12,5", "x", True, [1], "NaN", "１２", float("nan"), float("inf")],
    "boolean": ["true", "yes", 0, 1],
    "date": ["15.01.2026", "2026-1-5", "2026-02-30", "2026-01-15T08:00:00Z", 20260115, "0000-01-01", "２０２６-01-15"],
    "datetime": ["2026-01-15", "2026-01-15 08:00:00", "2026-01-15T25:00:00Z", "2026-01-15T08:00:00+0100", 1768464000],
    "enum(open|Ms. / Mrs.)": ["Open", "closed", ["open"], 1, {}],
    "email": ["a@b.example", [{"email": "nobody"}], ["a@b"], [{"mail": "a@b"}], [{"email": "a@b", "_tags": 1}], {}],
    "phone": [[{"phone": "unknown"}], "+49", [{"phone": ["+49"]}]],
    "address": ["Ringweg 5", {"street": ["Ringweg"]}, {"country": "Germany"}, {"start_date": "soon"}, []],
    "addresses": [{"city": "Berlin"}, ["Berlin"]],
    "payment": [{"type": "cheque"}, {"data": "DE02"}, {"data": {"iban": {}}}, {"type": ["payment_sepa"]}],
    "payments": [{"type": "payment_cash"}],
    "money": ["83,50", "83.50 EUR", True, 83.5, "8350", "9007199254740991", "83.50", float("inf")],
    "decimal": [123.45, "123,45", "1e3"],
    "currency": ["eur", "€", "EURO", 978],
    "relation(contact)": ["C-1", [SOMEBODY], {"$relation": SOMEBODY}, {"$relation": [{"entity_id": "C-1"}]}, {}],
    "relations": [RELATION | {"_set": []}, {"$relation": {"_set": [], "_append": []}}, {"$relation": [SOMEBODY]}],
    "reference": [RELATION, {"$relation_ref": [{"entity_id": SOMEBODY}]}],
    "strings": ["a", [["a"]], [True], {"_append": [True]}, {"_remove": ["a"]}],
    "list(code|name)": [{}, ["A"], "A"],
    "items": [{}],
    "object": [[], "x"],
    "totals": [[]],
    "dated": [["2026-01-15"], [{"_tags": ["signed"]}]],
    "link": ["https://example.com", {"href": ["x"]}],
    "user": ["agent"],
    "consent": [{"identifiers": "a@b"}, True],
    "consents": [[]],
}


def schema(kind: str) -> Schema:
    return Schema("own", "Own", "Own", "{a}", (), {"a": kind})


def pairs(table: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(kind, value, id=f"{kind} {value}") for kind, values in table.items() for value in values]


@pytest.mark.parametrize(("kind", "value"), pairs(FITTING))
def test_a_value_of_the_type_fits(kind: str, value: Any):
    assert misfits(schema(kind), {"a": value}) == []


@pytest.mark.parametrize(("kind", "value"), pairs(NOT_FITTING))
def test_any_other_value_does_not(kind: str, value: Any):
    assert [misfit.attribute for misfit in misfits(schema(kind), {"a": value})] == ["a"]


@pytest.mark.parametrize("kind", FITTING)
@pytest.mark.parametrize("value", [None, ""])
def test_no_value_fits_everything(kind: str, value: Any):
    assert misfits(schema(kind), {"a": value}) == []


def test_a_misfit_says_what_is_there_and_what_should_be():
    [misfit] = misfits(schema_of("billing_event"), {"direction": "D", "unknown": object})  # type: ignore[dict-item]
    assert misfit == Misfit("direction", "one of debit, credit", '"D"')
    assert misfit.sentence == 'direction is "D", but must be one of debit, credit'


def test_a_misfit_shows_only_the_beginning_of_a_long_value():
    [misfit] = misfits(schema("boolean"), {"a": "x" * 5_000})
    assert len(misfit.shown) < 70


def test_an_amount_brings_two_more_attributes():
    found = misfits(schema("money"), {"a": 1, "a_decimal": 1.0, "a_currency": "euro"})
    assert [misfit.attribute for misfit in found] == ["a_decimal", "a_currency"]


def test_tags_and_purposes_are_typed_in_every_schema():
    found = misfits(schema_of("nobody-knows"), {"_tags": "vip", "_purpose": [{}], "_files": RELATION})
    assert [misfit.attribute for misfit in found] == ["_tags", "_purpose"]


def test_what_a_form_asks_for_is_missing_when_it_is_empty():
    found = missing(schema_of("partner"), {"status": "", "email": None, "company_name_title": "Kern"})
    assert [misfit.attribute for misfit in found] == ["status", "email"]


@pytest.mark.parametrize(
    "text", ["text", "enum", "enum()", "enum(a|a)", "enum(a", "string(a)", "relation(a|b)", "", "enum(a|)"]
)
def test_what_is_no_type_is_refused_with_a_sentence(text: str):
    with pytest.raises(ValueError, match=r"\w+ "):
        type_from(text)


@pytest.mark.parametrize("text", [*FITTING, "list", "enum(a(b)|c)"])
def test_a_type_is_written_as_it_is_read(text: str):
    assert type_from(text).text == text


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        ("string", "string", True),
        ("enum(a)", "enum(a|b)", True),
        ("enum(a)", "string", True),
        ("relation(a)", "relations(b)", True),
        ("string", "enum(a)", False),
        ("string", "number", False),
        ("number", "string", False),
        ("number", "money", False),
    ],
)
def test_a_type_may_widen(old: str, new: str, may: bool):
    assert may_replace(old, new) is may
