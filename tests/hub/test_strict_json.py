"""The one decoder of what strangers send."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.json_encoding import encode
from hub.strict_json import MalformedJSON, parse


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'{"a": [1, 2.5, null, true, "\xc3\xbc"]}', {"a": [1, 2.5, None, True, "ü"]}),
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b"9007199254740993123456789", 9007199254740993123456789),
        (b'{"__proto__": 1, "@a": 2}', {"__proto__": 1, "@a": 2}),
        (b"[" * 100 + b"]" * 100, None),
    ],
)
def test_a_good_document_is_read(body, document):
    assert document is None or parse(body) == document
    parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"a"}',
        b"{'a': 1}",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e400",
        b"-1e999",
        b'"\\u0000"',
        b'{"\\u0000": 1}',
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xff\xfe{\x00}\x00",
        b"1" * 4301,
        b"[" * 10_000 + b"]" * 10_000,
        b"[" * 100_000,
        b'{"a":' * 10_000,
        b"[" * 102 + b"]" * 102,
        b"{} {}",
        b"01",
        b'"a\nb"',
    ],
)
def test_a_bad_document_is_refused(body):
    with pytest.raises(MalformedJSON):
        parse(body)


def test_a_document_with_too_many_values_is_refused():
    with pytest.raises(MalformedJSON, match="200000"):
        parse(b"[" + b"0," * 200_000 + b"0]")


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(MalformedJSON, match="1048576"):
        parse(b'"' + b"x" * (1024 * 1024 + 1) + b'"')


def test_a_refusal_says_where():
    with pytest.raises(MalformedJSON, match="line 2, column 1"):
        parse(b'{"a":\n}')


@given(st.binary(max_size=200))
def test_no_bytes_cause_another_failure(body):
    with contextlib.suppress(MalformedJSON):
        parse(body)


safe_text = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | safe_text,
    lambda inner: st.lists(inner) | st.dictionaries(safe_text, inner),
    max_leaves=20,
)


@given(documents)
def test_what_the_renderer_writes_the_parser_reads(document):
    assert parse(encode(document)) == document


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (rb'{"a": [{"b": 1}, {"c": "x\u0000"}]}', "a[1].c"),
        (rb'{"a": {"b": "\ud800"}, "c": 1}', "a.b"),
        (rb'{"a": {"\u0000": 1}}', "a"),
        (rb"[1, 1e999]", "[1]"),
        (rb'"\u0000"', ""),
        (b'{"' + b"k" * 300 + rb'": "\u0000"}', "k" * 255 + "…"),
    ],
)
def test_what_is_unfit_is_told_with_its_place(body: bytes, path: str) -> None:
    with pytest.raises(MalformedJSON) as refusal:
        parse(body)
    assert [detail.path for detail in refusal.value.details] == [path]


def test_what_is_wrong_with_the_whole_has_no_place() -> None:
    with pytest.raises(MalformedJSON) as refusal:
        parse(b"[" * 102 + b"]" * 102)
    assert not refusal.value.details
