"""Bytes that are kept, found again, and gone when they should be."""

from __future__ import annotations

import io
import os
import stat
from datetime import timedelta

import pytest
from django.db import OperationalError

from hub.accounts.models import Organization
from hub.entities.editing import change_entity, delete_entity, restore_entity
from hub.entities.editor import Stale
from hub.entities.files import storing, sweeping
from hub.entities.files.claiming import NoRoomLeft, TookTooLong, stored_bytes
from hub.entities.files.measuring import FileTooLarge, Incomplete
from hub.entities.files.reading import StorageUnreadable, find_versions, open_version
from hub.entities.files.storing import Upload, keep
from hub.entities.models import Entity, EntityChange, FileVersion, UnclaimedBytes
from hub.entities.past.reverting import undo
from hub.entities.schemas.book import book_of
from hub.entities.store import Mode, Source
from hub.entities.transfer.columns import proposed_mapping
from hub.errors import NotFound
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import Store, operation
from tests.hub.entities.files.builders import CONTENT, a_file, editor_of, further_version, kept

pytestmark = pytest.mark.django_db


def read(organization, entity_id, index=0):
    with open_version(find_versions(organization.pk, [(entity_id, index)])[entity_id, index]) as opened:
        return opened.read()


def test_what_was_kept_is_read_back(organization):
    assert read(organization, a_file(organization)) == CONTENT


def test_an_empty_file_is_a_file(organization):
    assert read(organization, a_file(organization, b"")) == b""


def test_a_further_version_leaves_the_first_as_it_was(organization):
    entity_id = a_file(organization)
    assert further_version(organization, entity_id, b"later") == 1
    assert (read(organization, entity_id, 0), read(organization, entity_id, 1)) == (CONTENT, b"later")


def test_the_entity_tells_of_its_versions_and_of_no_key(organization):
    made = kept(organization)
    entity = made.entity
    [version] = entity.attributes["versions"]
    assert set(version) == {"_id", "version_index", "filename", "mime_type", "size_bytes", "sha256", "created_at"}
    assert made.version.key not in str(entity.attributes)
    assert entity.attributes["readable_size"] == "19 B"


def test_a_version_does_not_tell_its_key_when_it_is_shown(organization):
    entity_id = a_file(organization)
    version = find_versions(organization.pk, [(entity_id, 0)])[entity_id, 0]
    assert version.key not in repr(version)


def test_versions_are_found_with_one_query_and_without_what_is_not_stored(organization, django_assert_num_queries):
    first, second = a_file(organization), a_file(organization)
    further_version(organization, second)
    references = [(first, 0), (second, 1), (first, 1), (new_id(), 0)]
    with django_assert_num_queries(1):
        assert set(find_versions(organization.pk, references)) == {(first, 0), (second, 1)}


def test_what_lies_in_the_bin_is_not_found_until_it_is_restored(organization):
    entity_id = a_file(organization)
    editor = editor_of(organization)
    delete_entity(editor=editor, schema="file", entity_id=entity_id, expected=None, is_purge=False)
    assert find_versions(organization.pk, [(entity_id, 0)]) == {}
    restore_entity(editor=editor, schema="file", entity_id=entity_id, expected=None)
    assert list(find_versions(organization.pk, [(entity_id, 0)])) == [(entity_id, 0)]


def test_another_organization_finds_nothing(organization, stage):
    assert find_versions(stage.next_door.pk, [(a_file(organization), 0)]) == {}


def test_nobody_else_on_the_machine_can_read_the_bytes(organization, folder, stored):
    a_file(organization)
    [name] = stored()
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_file_at_the_limit_is_kept_and_one_beyond_it_is_not(organization, settings, stored):
    settings.HUB_STORED_FILE_MAX_BYTES = 10
    a_file(organization, b"0123456789")
    upload = Upload(io.BytesIO(b"0123456789A"), "a.txt", size_bytes=None)
    with pytest.raises(FileTooLarge):
        keep(editor=editor_of(organization), upload=upload)
    assert (len(stored()), UnclaimedBytes.objects.count()) == (1, 0)


def test_a_file_that_says_it_is_too_large_is_not_even_read(organization, settings):
    settings.HUB_STORED_FILE_MAX_BYTES = 10
    source = io.BytesIO(b"0123456789A")
    with pytest.raises(FileTooLarge):
        keep(editor=editor_of(organization), upload=Upload(source, "a.txt", size_bytes=11))
    assert source.tell() == 0


def test_a_body_that_ends_too_soon_leaves_nothing_behind(organization, stored):
    upload = Upload(io.BytesIO(b"half"), "a.txt", size_bytes=8)
    with pytest.raises(Incomplete, match="4 of 8 bytes"):
        keep(editor=editor_of(organization), upload=upload)
    assert (stored(), Entity.objects.count(), UnclaimedBytes.objects.count()) == ([], 0, 0)


def test_a_source_that_breaks_leaves_nothing_behind(organization, stored):
    class Broken:
        def read(self, size):
            raise OSError("gone")

    with pytest.raises(StorageUnreadable):
        keep(editor=editor_of(organization), upload=Upload(Broken(), "a.txt"))
    assert (stored(), UnclaimedBytes.objects.count()) == ([], 0)


def test_an_entity_that_cannot_be_written_leaves_no_bytes_behind(organization, stored):
    entity_id = a_file(organization)
    upload = Upload(io.BytesIO(b"x"), "a.txt")
    with pytest.raises(Stale):
        keep(editor=editor_of(organization), upload=upload, entity_id=entity_id, expected=7)
    assert (len(stored()), FileVersion.objects.count()) == (1, 1)


def test_a_version_of_what_is_no_file_of_this_organization_is_refused(organization, stage):
    foreign = a_file(stage.next_door)
    with pytest.raises(NotFound):
        further_version(organization, foreign)


def test_an_organization_keeps_no_more_than_its_quota(organization, settings, stage, stored):
    settings.HUB_STORED_FILES_BYTES = 10
    a_file(organization, b"12345678")
    with pytest.raises(NoRoomLeft):
        a_file(organization, b"123")
    a_file(stage.next_door, b"123")
    assert (len(stored()), stored_bytes(organization)) == (2, 8)


def test_a_purged_file_takes_its_bytes_along(organization, stored, django_capture_on_commit_callbacks):
    entity_id = a_file(organization)
    further_version(organization, entity_id)
    delete_entity(editor=editor_of(organization), schema="file", entity_id=entity_id, expected=None, is_purge=True)
    assert len(stored()) == 2
    assert sweeping.sweep() == 2
    assert (stored(), FileVersion.objects.count(), UnclaimedBytes.objects.count()) == ([], 0, 0)


def test_a_file_in_the_recycle_bin_keeps_its_bytes(organization, stored):
    entity_id = a_file(organization)
    delete_entity(editor=editor_of(organization), schema="file", entity_id=entity_id, expected=None, is_purge=False)
    assert (sweeping.sweep(), len(stored())) == (0, 1)


def test_bytes_of_a_process_that_died_are_removed_later(organization, stored, clock, monkeypatch):
    def die(*_):
        raise SystemExit

    monkeypatch.setattr(storing, "forget", lambda *_: None)
    monkeypatch.setattr(storing, "_written", die)
    with pytest.raises(SystemExit):
        a_file(organization)
    assert (sweeping.sweep(), len(stored())) == (0, 1)
    clock.move(timedelta(hours=3))
    assert (sweeping.sweep(), stored()) == (1, [])


def test_bytes_that_cannot_be_removed_keep_no_others_waiting(organization, folder, stored, clock):
    stuck = folder / str(organization.pk) / "stuck"
    (stuck / "a folder is no object").mkdir(parents=True)
    past = clock.now() - timedelta(minutes=1)
    for key, at in (("stuck", past - timedelta(minutes=1)), ("other", past)):
        UnclaimedBytes.objects.create(
            key=f"{organization.pk}/{key}", organization=organization, size_bytes=1, forget_at=at
        )
    assert sweeping.sweep() == 1
    [row] = UnclaimedBytes.objects.all()
    assert (row.key, row.forget_at > clock.now()) == (f"{organization.pk}/stuck", True)


def test_bytes_that_come_after_they_were_given_up_are_removed(organization, folder, stored, clock):
    class Slow:
        """Its last byte comes after the sweep has given it up."""

        def read(self, size):
            key = UnclaimedBytes.objects.get().key
            clock.move(timedelta(hours=3))
            assert sweeping.sweep() == 1
            (folder / key).write_bytes(b"late")
            return b""

    with pytest.raises(TookTooLong):
        keep(editor=editor_of(organization), upload=Upload(Slow(), "a.txt"))
    assert (stored(), UnclaimedBytes.objects.count()) == ([], 0)


def test_an_organizations_first_file_is_on_the_disk_with_its_folder(organization, folder, monkeypatch):
    settled, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda one: settled.append(os.readlink(f"/proc/self/fd/{one}")) or fsync(one))
    a_file(organization)
    assert [str(folder / str(organization.pk)), str(folder)] == settled[-2:]


def test_bytes_that_are_being_removed_cannot_be_claimed(organization):
    class Slow:
        """Its last byte comes after the sweep has given it up."""

        def read(self, size):
            UnclaimedBytes.objects.update(is_leaving=True)
            return b""

    with pytest.raises(TookTooLong):
        keep(editor=editor_of(organization), upload=Upload(Slow(), "a.txt"))
    assert Entity.objects.count() == 0


def test_bytes_that_are_gone_are_an_operators_problem(organization, folder, stored):
    entity_id = a_file(organization)
    (folder / stored()[0]).unlink()
    with pytest.raises(StorageUnreadable):
        read(organization, entity_id)


def test_bytes_that_were_cut_are_not_handed_out(organization, folder, stored):
    entity_id = a_file(organization)
    (folder / stored()[0]).write_bytes(b"%PDF")
    with pytest.raises(StorageUnreadable):
        read(organization, entity_id)


def test_nobody_writes_the_versions_by_hand(organization):
    made = kept(organization)
    for is_whole in (False, True):
        change_entity(
            editor=editor_of(organization),
            schema="file",
            entity_id=made.entity.pk,
            attributes={"versions": [], "category": "contract"},
            expected=None,
            is_whole=is_whole,
        )
    stored = Entity.objects.get(pk=made.entity.pk).attributes
    assert (stored["versions"], stored["category"]) == (made.entity.attributes["versions"], "contract")


def test_a_file_of_a_database_that_is_away_is_forgotten_when_it_is_back(organization, stored, monkeypatch):
    def away(*_, **__):
        raise OperationalError("away")

    monkeypatch.setattr(storing, "claim", away)
    with pytest.raises(OperationalError):
        a_file(organization)
    assert (stored(), Entity.objects.count(), FileVersion.objects.count()) == ([], 0, 0)


def test_names_that_mean_another_place_are_made_safe(organization: Organization):
    made = kept(organization, filename="../../etc/pass\r\nwd\u202e.pdf")
    assert (made.version.filename, made.entity.attributes["filename"]) == ("passwd.pdf", "passwd.pdf")


def test_a_moment_is_that_of_the_editor(organization):
    assert kept(organization).version.created_at == NOW


def test_an_import_reads_no_versions(organization):
    columns = ["filename", "category", "versions"]
    schema = book_of(organization).schema_of("file")
    assert proposed_mapping(schema, columns) == {"filename": "filename", "category": "category"}


def test_a_change_that_brought_bytes_is_undone_without_losing_any(organization):
    entity_id = a_file(organization)
    further_version(organization, entity_id)
    entity = Entity.objects.get(pk=entity_id)
    change = EntityChange.objects.get(entity_id=entity_id, version=2)
    undo(entity=entity, change=change, source=Source("system"), at=NOW)
    entity.refresh_from_db()
    assert (entity.attributes["filename"], len(entity.attributes["versions"])) == ("a.pdf", 2)
    assert read(organization, entity_id, 1) == b"a later contract"


def test_an_event_of_the_erp_writes_no_versions(organization):
    entity_id = a_file(organization, external_id="F-1")
    Store(organization).upsert("file", external_id="F-1", versions=[{"version_index": 7}], category="x")
    stored = Entity.objects.get(pk=entity_id).attributes
    assert ([one["version_index"] for one in stored["versions"]], stored["category"]) == ([0], "x")


def test_a_prune_or_purge_of_the_erp_takes_the_bytes_along(organization, stored):
    a_file(organization, external_id="F-1")
    Store(organization).write(operation("file", attributes={"external_id": "F-1"}, mode=Mode.PURGE))
    assert (sweeping.sweep(), stored()) == (1, [])


def test_a_file_that_is_made_again_after_a_purge_counts_from_the_start(organization):
    for _ in range(2):
        made = kept(organization, external_id="F-1")
        assert made.version.version_index == 0
        delete_entity(
            editor=editor_of(organization), schema="file", entity_id=made.entity.pk, expected=None, is_purge=True
        )
