"""Files that events name are found, measured and read, each as it was stored."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hub.accounts.models import Organization
from hub.entities.files.reading import StorageUnreadable
from outbound.attachments.files import SAMPLE, File, KnownFiles
from outbound.attachments.listing import Attachment
from outbound.attachments.loading import PIECE_BYTES, load, sources_of
from outbound.attachments.problems import Unsuitable
from tests.builders import make_organization
from tests.hub.entities.files.builders import a_file, further_version

LARGE = bytes(range(256)) * 1_500


@pytest.fixture
def home(transactional_db: None) -> Organization:
    return make_organization(slug="home", name="Home")


def attached(entity_id: UUID, version_index: int = 0, **names: str) -> Attachment:
    return Attachment(entity_id, version_index, **names)


def files_of(organization: Organization, *attachments: Attachment) -> list[File]:
    return KnownFiles(organization.pk, attachments).files(attachments)


def refused(organization: Organization, attachment: Attachment, **limits: int) -> Unsuitable:
    with pytest.raises(Unsuitable) as caught:
        KnownFiles(organization.pk, [attachment]).files([attachment], **limits)
    return caught.value


def contents(organization: Organization, files: list[File]) -> list[bytes]:
    with load(files, sources_of(organization.pk, files)) as loaded:
        return [b"".join(loaded.pieces(position)) for position, _ in enumerate(files)]


def test_every_version_is_read_as_it_was_stored(home: Organization) -> None:
    entity_id = a_file(home, b"first")
    further_version(home, entity_id, LARGE)
    files = files_of(home, attached(entity_id, 1), attached(entity_id, 0))
    assert contents(home, files) == [LARGE, b"first"]


def test_pieces_are_small_and_can_be_read_again(home: Organization) -> None:
    files = files_of(home, attached(a_file(home, LARGE)))
    with load(files, sources_of(home.pk, files)) as loaded:
        pieces = [*loaded.pieces(0)]
        assert [len(piece) for piece in pieces] == [PIECE_BYTES, len(LARGE) - PIECE_BYTES]
        assert [*loaded.pieces(0)] == pieces


def test_the_name_that_the_event_gives_counts(home: Organization) -> None:
    entity_id = a_file(home, b"x", "stored.pdf", "application/pdf")
    [named] = files_of(home, attached(entity_id, filename="told.txt", mime_type="text/plain"))
    [unnamed] = files_of(home, attached(entity_id))
    assert (named.filename, named.mime_type) == ("told.txt", "text/plain")
    assert (unnamed.filename, unnamed.mime_type) == ("stored.pdf", "application/pdf")


def test_a_file_is_kept_without_where_it_lies(home: Organization) -> None:
    [file] = files_of(home, attached(a_file(home)))
    kept = file.as_json()
    assert {*kept} == {"entity_id", "version_index", "filename", "mime_type", "size_bytes", "sha256"}
    assert File.of_json(kept) == file


def test_what_is_not_stored_cannot_be_sent(home: Organization) -> None:
    assert refused(home, attached(uuid4())).code == "ATTACHMENT_NOT_FOUND"


def test_a_file_of_another_organization_is_not_there(home: Organization) -> None:
    entity_id = a_file(make_organization(slug="next", name="Next"))
    assert refused(home, attached(entity_id)).code == "ATTACHMENT_NOT_FOUND"


def test_a_file_beyond_the_limit_is_refused_unread(home: Organization, folder: Path) -> None:
    entity_id = a_file(home, b"12345")
    for stored in folder.rglob("*"):
        if stored.is_file():
            stored.unlink()
    assert refused(home, attached(entity_id), most_bytes=4).code == "FILE_TOO_LARGE"


def test_a_sample_stands_for_what_is_not_stored(home: Organization) -> None:
    attachment = attached(uuid4(), filename="a.pdf")
    files = KnownFiles(home.pk, [attachment], has_samples=True).files([attachment])
    assert contents(home, files) == [SAMPLE]
    assert File.of_json(files[0].as_json()).is_sample


@pytest.mark.parametrize("harm", ["gone", "cut", "other"])
def test_bytes_that_are_not_those_stored_once_are_told_as_the_storages_failure(
    home: Organization, folder: Path, harm: str
) -> None:
    files = files_of(home, attached(a_file(home, b"12345")))
    [stored] = [one for one in folder.rglob("*") if one.is_file()]
    stored.unlink()
    if harm != "gone":
        stored.write_bytes(b"123" if harm == "cut" else b"54321")
    with pytest.raises(StorageUnreadable):
        load(files, sources_of(home.pk, files))


def test_a_version_that_is_gone_by_then_ends_it(home: Organization) -> None:
    [file] = files_of(home, attached(a_file(home)))
    gone = File.of_json(file.as_json() | {"version_index": 9})
    with pytest.raises(Unsuitable, match="any more"):
        sources_of(home.pk, [gone])
