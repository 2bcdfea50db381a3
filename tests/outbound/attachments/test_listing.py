"""Which files an event names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from outbound.attachments.listing import UnknownAttachment, attachments_of

pytestmark = pytest.mark.once

ENTITY = str(UUID(int=7))


def entry(**members: Any) -> dict[str, Any]:
    return {"entity_id": ENTITY, "version_index": 2} | members


def test_an_entry_is_told_with_its_names_and_tags_but_no_place_in_a_storage() -> None:
    reference = {"bucket": "b", "key": "k"}
    named = entry(filename="a.pdf", mime_type="application/pdf", size_bytes=3, _tags=["x"], storage_reference=reference)
    [found] = attachments_of({"event_attachments": [named]})
    assert found.place == (UUID(int=7), 2)
    assert (found.filename, found.mime_type, found.size_bytes) == ("a.pdf", "application/pdf", 3)
    assert found.told == {"_tags": ["x"]}


def test_a_file_that_is_named_twice_counts_once_where_it_stands_first() -> None:
    other = entry(version_index=0)
    assert [one.version_index for one in attachments_of({"event_attachments": [entry(), other, entry()]})] == [2, 0]


@pytest.mark.parametrize("payload", [{}, {"event_attachments": None}, {"event_attachments": []}])
def test_an_event_may_name_none(payload: dict[str, Any]) -> None:
    assert attachments_of(payload) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        "a",
        None,
        {},
        {"entity_id": ENTITY},
        entry(entity_id="x"),
        entry(version_index=-1),
        entry(version_index=True),
        entry(version_index=2**31),
    ],
    ids=str,
)
def test_what_names_no_file_is_refused(wrong: Any) -> None:
    with pytest.raises(UnknownAttachment):
        attachments_of({"event_attachments": [wrong]})
