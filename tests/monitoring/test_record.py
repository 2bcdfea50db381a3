"""recording: spans for every row of a statement, by the database alone."""

from __future__ import annotations

import pytest

from monitoring.record import recording


def test_a_column_that_spans_do_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="spans have no payload"):
        recording({"id": "source.id", "payload": "source.payload"}, "source")


def test_what_is_not_told_is_empty_or_missing() -> None:
    statement = recording({"id": "source.id", "code": "'MSG_ACKED'"}, "source")
    told = statement.partition(" SELECT ")[2].removesuffix(" FROM source").split(", ")
    assert (told[0], told[7], told[9]) == ("source.id", "'MSG_ACKED'", "''")
    assert told[-1] == "NULL"
