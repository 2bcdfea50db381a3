"""Payload bytes become a document or a sentence; never a crash, never a lost digit."""

from __future__ import annotations

import json
import select
import socket
import time
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound.formats import Malformed, find_problem, read_json, read_payload, read_xml

MANY_LEVELS = 100_000


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (b"{}", {}),
        (b" [1, 2.5] \n", [1, 2.5]),
        (b'\xef\xbb\xbf{"a":"\xc3\xa4"}', {"a": "ä"}),
        (b'{"a":80.0,"b":[-5.00,{"c":0.0}]}', {"a": 80, "b": [-5, {"c": 0}]}),
        (b'{"a":7.50}', {"a": 7.5}),
        (b'{"a":1e2,"b":1.5E-1}', {"a": 100, "b": 0.15}),
        (b'{"a":9007199254740991}', {"a": 9007199254740991}),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'{"a":"\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a":"1.0, 2e5 ,1234567890123456789"}', {"a": "1.0, 2e5 ,1234567890123456789"}),
        (b'{"iban":"DE89370400440532013000"}', {"iban": "DE89370400440532013000"}),
    ],
)
def test_json_is_read(body, root):
    assert read_json(body).root == root


@pytest.mark.parametrize(
    ("body", "value"), [(b"[80.0]", 80), (b"[-0.0]", 0), (b"[1e3]", 1000), (b"[8e15]", 8 * 10**15)]
)
def test_whole_numbers_are_whole_however_they_are_written(body, value):
    [number] = read_json(body).root
    assert (number, type(number)) == (value, int)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"[9007199254740992]", "9007199254740992"),
        (b"[-9007199254740993]", "-9007199254740993"),
        (b"[9007199254740993.0]", "9007199254740993"),
        (b"[1e20]", "100000000000000000000"),
        (b"[" + b"7" * 4300 + b"]", "7" * 4300),
    ],
)
def test_large_whole_numbers_become_text_with_every_digit(body, text):
    document = read_json(body)
    assert (document.root, document.large_numbers) == ([text], 1)


@pytest.mark.parametrize(
    "digits", ["12345678901234567.25", "-123456789012345678901234567890.25", "9007199254740993.5", "80164746722293.74"]
)
def test_fractions_that_a_double_would_round_become_text(digits):
    document = read_json(f"[{digits}]".encode())
    assert (document.root, document.large_numbers) == ([digits], 1)


@pytest.mark.parametrize("digits", ["54.32312345678901234", "0.30000000000000004", "123456789012.25", "1.0e-7"])
def test_fractions_whose_last_digits_do_not_matter_stay_numbers(digits):
    document = read_json(f"[{digits}]".encode())
    assert (document.root, document.large_numbers) == ([float(digits)], 0)


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"", "Not valid JSON"),
        (b'{"a":', "Not valid JSON"),
        (b'{"a":1}x', "line 1"),
        (b'"text"', "object or a list"),
        (b"7", "object or a list"),
        (b"null", "object or a list"),
        (b'{"a":NaN}', "Not valid JSON"),
        (b'{"a":-Infinity}', "Not valid JSON"),
        (b'{"a":[NaN,12345678901234567890]}', "NaN"),
        (b'{"a":1e400}', "too large"),
        (b"[" + b"1" * 4301 + b"]", "4300 digits"),
        (b"[0." + b"1" * 5000 + b"e1]", "4300 digits"),
        (b'{"a":"\\u0000"}', "U+0000"),
        (b'{"\\u0000":12345678901234567890}', "U+0000"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"a":"\\udc00 x","b":12345678901234567890}', "surrogate"),
        (b'{"a":"\xed\xa0\x80"}', "UTF-8"),
        (b'{"a":"\xff"}', "UTF-8"),
        (b'{"a":12345678901234567890,"b":"\xff"}', "UTF-8"),
        (b"[" * 101 + b"]" * 101, "100 levels"),
        (b"[" * MANY_LEVELS, "100 levels"),
        (b'{"a":' * MANY_LEVELS + b"12345678901234567890", "100 levels"),
        (b"[" + b"1," * 200_000 + b"1]", "200000 values"),
        (b'["' + b"x" * (1024 * 1024 + 1) + b'"]', "1048576 bytes"),
    ],
)
def test_json_that_cannot_be_taken_is_named(body, part):
    with pytest.raises(Malformed, match=part.replace("+", r"\+")):
        read_json(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100 + b"]" * 100,
        b'["' + b"[" * 500 + b'"]',
        b'["' + b"," * 300_000 + b'"]',
        b"[[]," * 50 + b"1" + b"]" * 50,
    ],
)
def test_json_at_its_bounds_is_read(body):
    assert find_problem(body, "json") is None


def test_a_text_made_to_be_slow_is_measured_quickly():
    started = time.monotonic()
    assert find_problem(b"[" * 200 + b'\\"' * 500_000, "json") is not None
    assert time.monotonic() - started < 10


def test_xml_and_json_are_told_apart_by_the_format():
    assert read_payload(b"<a>1</a>", "xml").root == {"a": "1"}
    assert read_payload(b'{"a":1}', "json").root == {"a": 1}


@pytest.mark.parametrize(
    ("body", "root"),
    [
        ("<k/>", {"k": ""}),
        ("<k>007</k>", {"k": "007"}),
        ("<k a='1'>t</k>", {"k": {"@a": "1", "#text": "t"}}),
        ("<k><__proto__>1</__proto__></k>", {"k": {"__proto__": "1"}}),
        ("<k><a>1</a><b/><a>2</a><a>3</a></k>", {"k": {"a": ["1", "2", "3"], "b": ""}}),
        ("<k>&lt;&#65;<![CDATA[ & ]]></k>", {"k": "<A & "}),
        ("<k xml:lang='de'>t</k>", {"k": {"@lang": "de", "#text": "t"}}),
        ("<k xmlns='urn:x' xmlns:y='urn:y' y:a='1'><y:b/></k>", {"k": {"@a": "1", "b": ""}}),
    ],
)
def test_xml_is_read(body, root):
    assert read_xml(body.encode()).root == root


def _many(levels: int) -> str:
    return "<a>" * levels + "</a>" * levels


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("", "Not valid XML"),
        ("<a><b></a>", "line 1"),
        ("<a>&undefined;</a>", "Not valid XML"),
        ("<a>\x00</a>", "Not valid XML"),
        ("<!DOCTYPE a><a/>", "document type"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', "document type"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "document type"),
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]><a/>', "document type"),
        (_many(101), "100 levels"),
        (_many(200_000), "100 levels"),
        ("<a>" + "<b/>" * 100_000 + "</a>", "100000 elements"),
        ("<a " + " ".join(f'b{n}="1"' for n in range(201)) + "/>", "200 attributes"),
        ("<a " + " ".join(f"b{n}='1'" for n in range(200_000)) + "/>", "200 attributes"),
        ("<a>" + f"<{'n' * 257}/>" + "</a>", "256 characters"),
        ("<a>" + "".join(f"<b xmlns:x{n}='urn:{n}'/>" for n in range(51)) + "</a>", "50 namespaces"),
    ],
)
def test_xml_that_cannot_be_taken_is_named(body, part):
    assert part in (find_problem(body.encode(), "xml") or "")


def test_nothing_that_xml_points_to_is_fetched():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        for body in (
            f'<!DOCTYPE a SYSTEM "{address}"><a/>',
            f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{address}"> %x;]><a/>',
        ):
            assert "document type" in (find_problem(body.encode(), "xml") or "")
        assert not select.select([listener], [], [], 0)[0]


def test_xml_at_its_bounds_is_read():
    attributes = " ".join(f'b{number}="1"' for number in range(200))
    assert find_problem(f"<a {attributes}>{_many(99)}</a>".encode(), "xml") is None


_NUMBERS = st.one_of(
    st.integers(-(10**25), 10**25).map(Decimal),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18, places=2),
)
_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), _NUMBERS
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("abé ", max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(value=_VALUES)
def test_any_document_is_read_as_it_was_written(value):
    body = orjson.dumps([value], default=_written)
    written = json.loads(body, parse_int=_whole, parse_float=_fraction)
    assert read_json(body).root == written


def _written(number: Decimal) -> orjson.Fragment:
    """Digit by digit, as no float could tell them."""
    return orjson.Fragment(f"{number:f}")


def _whole(digits: str) -> int | str:
    return int(digits) if abs(int(digits)) < 2**53 else digits


def _fraction(digits: str) -> float | int | str:
    number = Decimal(digits)
    if number == number.to_integral_value():
        return _whole(f"{number:.0f}")
    return digits if abs(Decimal(repr(float(digits))) - number) >= Decimal("1e-12") else float(digits)
