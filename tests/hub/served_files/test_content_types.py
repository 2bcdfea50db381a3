"""What a file is said to be when another system says what it likes."""

from __future__ import annotations

import pytest

from hub.served_files.content_types import may_be_shown, safe_type


@pytest.mark.parametrize(
    ("said", "safe"),
    [
        ("application/pdf", "application/pdf"),
        ("Application/PDF", "application/pdf"),
        ("text/plain; charset=UTF-8", "text/plain; charset=utf-8"),
        ("text/csv;charset=iso-8859-1", "text/csv;charset=iso-8859-1"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_a_type_is_told_in_lower_case(said, safe):
    assert safe_type(said) == safe


@pytest.mark.parametrize(
    "said",
    [
        *("text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml", "image/svg+xml", "text/xml"),
        *(
            "application/xml",
            "application/rss+xml",
            "text/javascript",
            "application/ecmascript",
            "application/x-javascript",
        ),
        *(
            "multipart/x-mixed-replace",
            "text/jscript",
            "text/vbscript",
            "application/xml-dtd",
            "text/html\r\nX: y",
            "text/html\n",
            "text",
            "",
            "a/b/c",
        ),
        *("text/plain; name=x", "tëxt/plain", "text/plain; charset=utf-8; x=y", "a/" + "b" * 300),
    ],
)
def test_a_type_that_runs_or_is_none_is_told_as_bytes(said):
    assert safe_type(said) == "application/octet-stream"


def test_only_harmless_types_are_shown():
    assert may_be_shown("application/pdf")
    assert may_be_shown("text/plain; charset=utf-8")
    assert not may_be_shown("application/zip")
    assert not may_be_shown("application/octet-stream")
