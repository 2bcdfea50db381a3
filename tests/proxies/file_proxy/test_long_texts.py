"""Long texts of a JSON document lie elsewhere, wherever the pieces end in which it comes."""

from __future__ import annotations

import base64
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.http.failures import HttpFailure
from proxies.file_proxy import long_texts
from proxies.file_proxy.base64_text import NotBase64, decoded, decoded_length, unescaped
from proxies.file_proxy.long_texts import LongTexts

LONG = "x" * 70_000


@pytest.fixture
def texts():
    made = LongTexts()
    yield made
    made.close()


def pieces_of(document, size):
    encoded = json.dumps(document).encode()
    return [encoded[start : start + size] for start in range(0, len(encoded), size)]


@pytest.mark.parametrize("size", [7, 1000, 65536, 10**6])
def test_long_texts_become_handles_and_nothing_else_changes(texts, size):
    document = {"name": 'a "quoted" \\ one', "data": LONG + '"\\', "list": [LONG, 1.5, None, ""]}
    rest = json.loads(texts.take_out(pieces_of(document, size), host="h"))
    assert rest["name"] == document["name"]
    assert rest["list"][1:] == [1.5, None, ""]
    assert texts.find(rest["data"]).text() == document["data"]
    assert texts.find(rest["list"][0]).text() == LONG
    assert texts.put_back(rest, most_bytes=10**6) == document


@given(st.recursive(st.text(max_size=9) | st.integers() | st.none(), lambda one: st.lists(one, max_size=4)), st.data())
def test_a_document_survives_however_it_is_cut(document, data):
    size = data.draw(st.integers(1, 5))
    bound, long_texts.SHORT_BYTES = long_texts.SHORT_BYTES, 3
    texts = LongTexts()
    try:
        rest = json.loads(texts.take_out(pieces_of(document, size), host="h"))
        assert texts.put_back(rest, most_bytes=1000) == document
    finally:
        long_texts.SHORT_BYTES = bound
        texts.close()


def test_a_handle_is_none_unless_it_was_given_out(texts):
    [handle] = json.loads(texts.take_out(pieces_of([LONG], 100), host="h"))
    for other in (handle + "0", handle[:-1] + "1", handle[:-1], "x", None, 7, handle[:-1] + "9" * 30):
        assert texts.find(other) is None
    assert texts.are_in(f"a{handle}b")


def test_a_text_that_is_too_long_to_be_put_back_keeps_its_handle(texts):
    [handle] = json.loads(texts.take_out(pieces_of([LONG], 100), host="h"))
    assert texts.put_back([handle], most_bytes=1000) == [handle]


def test_too_much_beside_the_texts_is_refused(texts):
    with pytest.raises(HttpFailure):
        texts.take_out((b'["a",' * 10_000 for _ in range(300)), host="h")


def test_a_document_that_breaks_off_is_left_as_it_is(texts):
    assert texts.take_out([b'{"a": "b'], host="h") == b'{"a": "b'


def test_a_text_of_forty_megabytes_leaves_nothing_in_memory(texts):
    piece = b"QUJD" * 16384
    tracemalloc.start()
    try:
        rest = texts.take_out((b'"', *[piece] * 640, b'"'), host="h")
        size = sum(map(len, decoded(unescaped(texts.find(json.loads(rest)).pieces()))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 640 * 49152
    assert peak < 4 * 1024 * 1024


RAW = bytes(range(256)) * 9


def cut(text, size):
    return [text[start : start + size] for start in range(0, len(text), size)]


@pytest.mark.parametrize("size", [1, 3, 5, 76, 5000])
@pytest.mark.parametrize(
    "written",
    [
        base64.b64encode(RAW + b"x"),
        base64.urlsafe_b64encode(RAW + b"x"),
        base64.b64encode(RAW + b"x").rstrip(b"="),
        base64.encodebytes(RAW + b"x"),
        b"data:application/pdf;base64," + base64.b64encode(RAW + b"x"),
        b" DATA:;BASE64, " + base64.b64encode(RAW + b"x") + b" \r\n",
    ],
)
def test_base64_is_read_as_others_write_it(written, size):
    assert b"".join(decoded(cut(written, size))) == RAW + b"x"
    assert decoded_length(cut(written, size)) == len(RAW) + 1


@pytest.mark.parametrize(
    "written", [b"A", b"AAAAA", b"AA=A", b"AA==AAAA", b"A*AA", "AÄAA".encode(), b"data:text/plain,AAAA"]
)
def test_what_is_no_base64_is_told(written):
    with pytest.raises(NotBase64):
        list(decoded(cut(written, 2)))


def test_nothing_is_the_base64_of_nothing():
    assert b"".join(decoded([b" \n"])) == b""


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 100])
def test_escapes_of_json_are_undone(size):
    assert b"".join(unescaped(cut(rb"ab\/c\r\nd\u002be\u003D", size))) == b"ab/cd+e="


@pytest.mark.parametrize("written", [rb"a\"", rb"a\\b", rb"a\u00e4", rb"a\u00", b"a\\", rb"a\x"])
@pytest.mark.parametrize("size", [1, 2, 100])
def test_other_escapes_are_no_base64(written, size):
    with pytest.raises(NotBase64):
        list(decoded(unescaped(cut(written, size))))
