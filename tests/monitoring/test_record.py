"""record: spans and their numbers together; recording: spans for every row of a statement, by the database alone."""

from __future__ import annotations

from uuid import uuid4

import pytest

from monitoring.models import MonitoringEvent
from monitoring.record import Span, record, recording
from tests.builders import NOW


def test_a_column_that_spans_do_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="spans have no payload"):
        recording({"id": "source.id", "payload": "source.payload"}, "source")


def test_what_is_not_told_is_empty_or_missing() -> None:
    statement = recording({"id": "source.id", "code": "'MSG_ACKED'"}, "source")
    told = statement.partition(" SELECT ")[2].removesuffix(" FROM source").split(", ")
    assert (told[0], told[7], told[9]) == ("source.id", "'MSG_ACKED'", "''")
    assert told[-1] == "NULL"


@pytest.mark.django_db(transaction=True)
def test_spans_that_cannot_be_counted_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitoring.record.add", _fail)
    with pytest.raises(OSError, match="full"):
        record([Span(1, uuid4(), "entity", "success", NOW, NOW)])
    assert not MonitoringEvent.objects.exists()


def _fail(*args: object) -> None:
    raise OSError("full")
