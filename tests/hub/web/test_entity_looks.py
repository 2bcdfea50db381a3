"""How values stand in a form, and that nothing changes which nobody changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from hub.entities.schemas import catalogue
from hub.entities.schemas.example import example_of
from hub.entities.schemas.types import type_from
from hub.web.entities.forms.choosing import look_of
from hub.web.entities.forms.form import EntityForm
from hub.web.entities.forms.inputs import KEY


def sent_back(form: EntityForm) -> QueryDict:
    """What a browser sends of a form that nobody touched."""
    sent = QueryDict(mutable=True)
    for name, look in form.looks.items():
        raw = form.raws[name]
        if isinstance(raw, str):
            sent[KEY + name] = raw.replace("\n", "\r\n")
        elif look.name == "links":
            sent[f"{KEY}{name}:rows"] = "1"
            sent.setlist(KEY + name, [row["id"] for row in raw])
        else:
            sent[f"{KEY}{name}:rows"] = str(len(raw) + 1)
            for number, row in enumerate(raw):
                for part, text in row.items():
                    sent[f"{KEY}{name}:{number}:{part}"] = text
    return sent


def changed(slug: str, stored: dict[str, Any], **texts: str) -> dict[str, Any]:
    """What a form writes after somebody typed texts; a double underscore stands for a colon."""
    schema = catalogue()[slug]
    sent = sent_back(EntityForm.of(schema, stored))
    for name, text in texts.items():
        sent[KEY + name.replace("__", ":")] = text
    return EntityForm.read(schema, stored, sent).changes()


@pytest.mark.parametrize("slug", list(catalogue()))
def test_a_form_that_nobody_touched_writes_nothing(slug):
    stored = example_of(catalogue()[slug])
    assert changed(slug, stored) == {}


STRANGE = [
    " Kern ", "a\nb", "a\r\nb", "\n", 42, 42.0, 1e30, True, False, None, "", [], {}, [1], ["a\nb"], ["", "a"], [None],
    {"a": 1}, [{"email": "a@b"}], [{"email": 5, "_id": "x"}], [{"email": "a", "_tags": ["x, y"]}],
    [{"email": "a", "_tags": "x"}], [{}], [[]], {"street": "Ringweg", "_id": "1"}, {"street": {"a": 1}},
    [{"type": "payment_sepa", "data": {"iban": "DE", "mandate": 7}}], [{"data": "x"}], "2026-02-30", "x" * 70_000,
    {"$relation": [{"entity_id": "01A20E4A-aad7-4ea1-a4e4-b2be9472073b", "_schema": "contract", "_tags": ["a"]}]},
    {"$relation": [{"entity_id": "no id"}]}, {"$relation": "x"}, {"$relation": [5]}, {"$relation": [], "more": 1},
]  # fmt: skip


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: repr(value)[:30])
@pytest.mark.parametrize(
    "name",
    ["first_name", "birthdate", "salutation", "email", "address", "payment", "marketing_permission", "contracts", "x"],
)
def test_values_that_do_not_fit_stay_as_they_are(name, value):
    assert changed("contact", {name: value}) == {}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12", 12),
        ("12.5", 12.5),
        ("-3", -3),
        ("0.1", 0.1),
        ("", None),
        ("12,5", 12.5),
        ("1.234,50", 1234.5),
        ("9007199254740993", "9007199254740993"),
        ("0.10000000000000000001", "0.10000000000000000001"),
        ("1e999", "1e999"),
    ],
)
def test_a_number_is_one_where_no_digit_gets_lost(typed, stored):
    look, _ = look_of(type_from("number"), None)
    assert look.value_of(typed, None) == stored


@pytest.mark.parametrize("typed", ["twelve", "NaN", "1,2,3", "1.2.3", "12 EUR", "0x10"])
def test_what_is_typed_in_place_of_a_number_is_asked_about(typed):
    look, _ = look_of(type_from("number"), None)
    with pytest.raises(ValueError, match="This is no number"):
        look.value_of(typed, None)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12.50", "12.50"),
        (" 12,50 ", "12.50"),
        ("1.234,50", "1234.50"),
        ("+3", "3"),
        ("-0.1", "-0.1"),
        ("0.10000000000000000001", "0.10000000000000000001"),
        ("", None),
        ("  ", None),
    ],
)
def test_an_amount_keeps_the_digits_that_were_typed(typed, stored):
    look, _ = look_of(type_from("decimal"), None)
    assert look.value_of(typed, None) == stored


@pytest.mark.parametrize("typed", ["abc", "NaN", "1,2,3", "12 EUR", "1e3"])
def test_what_is_typed_in_place_of_an_amount_is_asked_about(typed):
    look, _ = look_of(type_from("decimal"), None)
    with pytest.raises(ValueError, match="This is no amount"):
        look.value_of(typed, None)


@pytest.mark.parametrize("stored", ["abc", "1.000,5", 12.5, " 1 "])
def test_an_amount_that_is_stored_otherwise_stays_as_it_is_when_nobody_touches_it(stored):
    assert changed("contract", {"installment_amount_decimal": stored}) == {}


@pytest.mark.parametrize("typed", ["12,50", "1.234,50", "12.00", "12 EUR"])
def test_an_amount_is_asked_for_in_minor_units(typed):
    look, _ = look_of(type_from("money"), None)
    with pytest.raises(ValueError, match="must be a whole number of minor units, such as"):
        look.value_of(typed, None)
    assert look.value_of("1250", None) == 1250


def test_a_changed_row_keeps_what_the_form_does_not_show():
    stored = {"email": [{"email": "a@example.com", "_id": "x1", "checked": True}]}
    written = changed("contact", stored, email__0__email="b@example.com")
    assert written == {"email": [{"email": "b@example.com", "_id": "x1", "checked": True}]}


def test_a_new_row_is_added_and_an_emptied_one_is_taken_away():
    stored = {"phone": [{"phone": "1", "_id": "x1"}, {"phone": "2", "_id": "x2"}]}
    written = changed("contact", stored, phone__0__phone="", phone__2__phone="3", phone__2___tags="work, old")
    assert written == {"phone": [{"phone": "2", "_id": "x2"}, {"phone": "3", "_tags": ["work", "old"]}]}


def test_the_account_of_a_payment_method_is_written_where_it_belongs():
    written = changed("contact", {}, payment__0__iban="DE02", payment__0__type="payment_sepa")
    assert written == {"payment": [{"type": "payment_sepa", "data": {"iban": "DE02"}}]}


def test_an_emptied_text_becomes_no_value():
    assert changed("contact", {"first_name": "Ada"}, first_name="") == {"first_name": None}


@pytest.mark.parametrize("typed", ["{", "nothing", "[1,]", "NaN", "[" * 100_000])
def test_what_is_no_json_is_an_error_that_names_the_input(typed):
    schema = catalogue()["contact"]
    form = EntityForm.read(schema, {"x": {"a": 1}}, _sent(x=typed))
    form.changes()
    assert list(form.errors) == ["x"]


def _sent(**texts: str) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, text in texts.items():
        sent[KEY + name] = text
    return sent
