"""rows_of_file: bytes without a Content-Type tell by their beginning what they are."""

from __future__ import annotations

import pytest

from hub.entities.transfer import files
from hub.entities.transfer.files import rows_of_file
from hub.errors import Invalid
from hub.strict_json import parse


@pytest.mark.parametrize(
    "content",
    [
        "a;b\n1;2\n",
        "\ufeffa,b\r\n1,2",
        '[{"a": "1", "b": "2"}]',
        '\ufeff \n[{"a": "1", "b": "2"}]',
        '{"a": "1", "b": "2"}\n',
        '\ufeff{"a": "1", "b": "2"}',
    ],
)
def test_a_file_is_read_as_what_it_begins_like(content: str):
    found = rows_of_file(content.encode(), charset="utf-8", parse=parse)
    assert [row.values for row in found.rows] == [{"a": "1", "b": "2"}]


def test_a_wrong_line_of_json_spares_the_others():
    wrong, right = rows_of_file(b'{"a": \n{"a": 1}\n', charset="utf-8", parse=parse).rows
    assert (bool(wrong.problem), right.values) == (True, {"a": 1})


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 2)
    with pytest.raises(Invalid, match="later release"):
        rows_of_file(b"a\n1\n", charset="utf-8", parse=parse)
