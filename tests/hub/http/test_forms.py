"""A form as it is sent, and as others read it."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser

from hub.http.forms import Part, form_of, form_type, new_boundary
from hub.http.messages import Pieces

pytestmark = pytest.mark.once

NAMES = [
    ('a"b.pdf', "a%22b.pdf"),
    ("a\r\nX-Evil: 1.pdf", "a%0D%0AX-Evil: 1.pdf"),
    ("a\nb.pdf", "a%0Ab.pdf"),
    ("Übersicht.pdf", "Übersicht.pdf"),
    ("\U0001f4c4 日本.pdf", "\U0001f4c4 日本.pdf"),
    ("a;b=c.pdf", "a;b=c.pdf"),
    ("a\\b.pdf", "a\\b.pdf"),
    ("100%22.pdf", "100%22.pdf"),
    ("a\tb\0c\x7f.pdf", "a_b_c_.pdf"),
    ("half\ud83d.pdf", "half?.pdf"),
    ("", ""),
]


def text_of(*parts, boundary="b"):
    """All that is sent, after its size was found to be the one that is told."""
    form = form_of(parts, boundary)
    text = b"".join(form.read())
    assert len(text) == form.size
    return text


@pytest.mark.parametrize(("name", "written"), NAMES)
def test_a_file_name_is_written_once_as_browsers_write_it(name, written):
    text = text_of(Part("file", b"bytes", name, "text/plain"))
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{written}"\r\nContent-Type: text/plain\r\n'
    assert text == head.encode() + b"\r\nbytes\r\n--b--\r\n"


@pytest.mark.parametrize(("name", "written"), NAMES)
def test_the_name_of_a_field_is_written_in_the_same_way(name, written):
    assert text_of(Part(name, b"x")) == (
        f'--b\r\nContent-Disposition: form-data; name="{written}"\r\n\r\nx\r\n--b--\r\n'.encode()
    )


@pytest.mark.parametrize("kind", ["", "text", "text/plain\r\nX-Evil: 1", "tëxt/plain", "text/plain; a=\n"])
def test_a_type_that_is_none_is_one_that_nobody_knows(kind):
    assert b"\r\nContent-Type: application/octet-stream\r\n\r\n" in text_of(Part("file", b"x", "a", kind))


def test_a_type_keeps_its_parameters():
    assert b"\r\nContent-Type: text/plain; charset=utf-8\r\n" in text_of(
        Part("f", b"", "a", "text/plain; charset=utf-8")
    )


def test_a_file_is_read_in_pieces_and_anew_for_each_try():
    content = Pieces(6, lambda: iter([b"one", b"two"]))
    form = form_of([Part("file", content, "a")], "b")
    assert [*form.read()][1:4] == [b"one", b"two", b"\r\n"]
    assert [*form.read()] == [*form.read()]


def test_a_form_without_parts_is_its_end():
    assert text_of() == b"--b--\r\n"


@pytest.mark.parametrize("name", ["a.pdf", "Übersicht.pdf", "\U0001f4c4 日本.pdf", "a;b=c.pdf", "100%25.pdf"])
def test_what_is_sent_is_what_the_parser_of_a_web_framework_reads(name):
    boundary = new_boundary()
    text = text_of(Part("ä", "ö".encode()), Part("f", b"1", name, "a/b"), boundary=boundary)
    meta = {"CONTENT_TYPE": form_type(boundary), "CONTENT_LENGTH": str(len(text))}
    fields, files = MultiPartParser(meta, io.BytesIO(text), [MemoryFileUploadHandler()]).parse()
    assert (fields["ä"], files["f"].name, files["f"].read()) == ("ö", name, b"1")


def test_no_two_forms_have_the_same_boundary():
    assert len({new_boundary() for _ in range(9)}) == 9
