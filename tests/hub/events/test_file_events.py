"""What is said when bytes come in: a file is created with its first version and updated with the present one."""

from __future__ import annotations

import pytest

from hub.entities.editing import change_entity
from hub.events.projecting import work
from tests.hub.entities.files.builders import a_file, editor_of, further_version
from tests.hub.entities.files.folder import folder
from tests.hub.events.builders import switch
from tests.hub.events.conftest import events

__all__ = ["folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture(autouse=True)
def _kept(organization):
    for name in ("FileCreated", "FileUpdated"):
        switch(organization, name, enabled=True, keeps_history=True)


def attachments(name):
    work()
    return [event.payload["event_attachments"] for event in events(name)]


def test_a_file_that_is_stored_is_an_event_with_its_first_version(organization):
    entity_id = a_file(organization)
    [[attachment]] = attachments("FileCreated")
    assert attachment == {
        "entity_id": str(entity_id),
        "version_index": 0,
        "filename": "a.pdf",
        "mime_type": "application/pdf",
        "size_bytes": 19,
        "readable_size": "19 B",
    }
    assert attachments("FileUpdated") == []


def test_a_further_version_is_an_event_with_that_version(organization):
    entity_id = a_file(organization)
    further_version(organization, entity_id)
    further_version(organization, entity_id)
    found = attachments("FileUpdated")
    assert [one["version_index"] for [one] in found] == [1, 2]
    assert {one["filename"] for [one] in found} == {"b.pdf"}


def test_a_change_of_the_file_alone_is_an_event_with_the_present_version(organization):
    entity_id = a_file(organization)
    further_version(organization, entity_id)
    change_entity(
        editor=editor_of(organization),
        schema="file",
        entity_id=entity_id,
        attributes={"category": "contract"},
        expected=None,
        is_whole=False,
    )
    assert [one["version_index"] for [one] in attachments("FileUpdated")] == [1, 1]


def test_an_event_tells_nothing_of_where_the_bytes_lie(organization, folder):
    a_file(organization)
    work()
    [name] = [one.name for one in folder.rglob("*") if one.is_file()]
    assert all(name not in str(vars(event)) for event in events())
