"""Uploads at the same moment, each on a connection of its own: no version is lost, none is counted twice."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.entities.files.claiming import NoRoomLeft, stored_bytes
from hub.entities.models import Entity, FileVersion, UnclaimedBytes
from tests.hub.entities.conftest import Store, in_threads
from tests.hub.entities.files.builders import a_file, further_version

WRITERS = 6


def test_versions_that_come_at_once_are_counted_without_gaps(file_store: Store):
    organization = file_store.organization
    entity_id = a_file(organization)
    works = [lambda n=n: further_version(organization, entity_id, b"%d" % n) for n in range(WRITERS)]
    assert sorted(in_threads(*works)) == list(range(1, WRITERS + 1))
    listed = Entity.objects.get(pk=entity_id).attributes["versions"]
    assert [one["version_index"] for one in listed] == list(range(WRITERS + 1))
    assert UnclaimedBytes.objects.count() == 0


def test_an_upload_locks_entities_as_every_writer_does(file_store: Store):
    """None before the rows of creation, and none harder than for a change."""
    entity_id = a_file(file_store.organization)
    with CaptureQueriesContext(connection) as asked:
        further_version(file_store.organization, entity_id)
    assert not [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]


def test_files_that_come_at_once_never_come_to_more_than_the_quota(file_store: Store, settings):
    organization = file_store.organization
    settings.HUB_STORED_FILES_BYTES = 25

    def store_one() -> bool:
        try:
            a_file(organization, b"0123456789")
        except NoRoomLeft:
            return False
        return True

    done = in_threads(*[store_one] * WRITERS)
    assert sum(done) == FileVersion.objects.count() <= 2
    assert stored_bytes(organization) <= 25
