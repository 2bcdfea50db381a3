"""What a file is called when another system says what it likes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.served_files.names import disposition, safe_name


@pytest.mark.parametrize(
    ("said", "safe"),
    [
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\a.txt", "a.txt"),
        ('x.pdf"\r\nSet-Cookie: a=b', "x.pdf_Set-Cookie_ a=b"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\u2028b\u2066c\x00d\x85e\x7ff", "abcdef"),
        ("Ma\u0308rz", "März"),
        ("...hidden", "hidden"),
        (" . x", "x"),
        ("name.", "name"),
        ('a";%:*?<>|b', "a_________b"),
        ("{{env.erp.client_secret}}.pdf", "{{env.erp.client_secret}}.pdf"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.txt", "console.txt"),
        ("", "download"),
        ("a/", "download"),
        ("\ud800", "download"),
        ("..", "download"),
        ("x" * 200 + ".pdf", "x" * 146 + ".pdf"),
        ("x." + "y" * 200, "x." + "y" * 148),
        ("x" * 200, "x" * 150),
    ],
)
def test_a_name_is_made_safe(said, safe):
    assert safe_name(said) == safe


@given(st.text(alphabet=st.characters(), max_size=300))
def test_whatever_is_said_the_header_is_one_line_of_ascii(said):
    name = safe_name(said)
    assert 0 < len(name) <= 150
    assert safe_name(name) == name
    header = disposition(name, is_inline=False)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_the_header_carries_the_name_twice():
    header = disposition("Rechnung März.pdf", is_inline=False)
    assert header == "attachment; filename=\"Rechnung M_rz.pdf\"; filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf"
    assert disposition("a", is_inline=True).startswith("inline; ")
