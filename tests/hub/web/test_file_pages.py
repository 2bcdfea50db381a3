"""The pages of files: what is chosen is stored, what is stored can be opened, what is wrong is said."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client

from hub.entities.editing import delete_entity
from hub.entities.models import Entity, FileVersion, UnclaimedBytes
from hub.served_files.places import place_of_upload
from tests.cast import ADMIN
from tests.hub.entities.files.builders import CONTENT, a_file, editor_of, further_version
from tests.hub.entities.files.folder import folder, stored

__all__ = ["folder", "stored"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
NEW = "/app/entities/file/-/upload"


def chosen(content: bytes = CONTENT, name: str = "a.pdf") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def page_of(entity_id: object) -> str:
    return f"/app/entities/file/{entity_id}"


def test_a_chosen_file_is_stored_and_shown(admin, stored):
    answer = admin.post(
        NEW, {"file": chosen(), "language": "de", "category": "invoice", "external_id": "F-1"}, follow=True
    )
    entity = Entity.objects.get(schema="file")
    assert answer.redirect_chain == [(page_of(entity.pk), 302)]
    assert (entity.attributes["language"], entity.attributes["category"], len(stored())) == ("de", "invoice", 1)
    assert "a.pdf is stored." in answer.content.decode()


def test_a_further_version_stands_above_the_first(admin, organization):
    entity_id = a_file(organization)
    answer = admin.post(f"{page_of(entity_id)}/upload", {"file": chosen(b"later", "b.txt")}, follow=True)
    text = answer.content.decode()
    assert "b.txt is stored as version 1." in text
    assert text.index("version=1") < text.index("version=0")


def test_the_list_of_files_leads_to_the_upload(admin):
    assert NEW in admin.get("/app/entities/file").content.decode()
    assert NEW not in admin.get("/app/entities/contact").content.decode()


def test_a_file_that_is_too_large_is_said_to_be_and_leaves_nothing(admin, settings, stored):
    settings.HUB_STORED_FILE_MAX_BYTES = 10
    answer = admin.post(NEW, {"file": chosen(), "language": "de"})
    assert answer.status_code == 422
    assert "Nothing was stored." in answer.content.decode()
    assert (stored(), UnclaimedBytes.objects.count()) == ([], 0)


@pytest.mark.parametrize("sent", [{}, {"language": "de"}, {"file": chosen(), "language": "xx"}])
def test_what_is_missing_or_wrong_is_said(admin, stored, sent):
    answer = admin.post(NEW, sent)
    assert (answer.status_code, stored()) == (422, [])
    assert "form-errors" in answer.content.decode()


def test_an_identifier_that_another_file_has_is_said(admin, organization, stored):
    a_file(organization, external_id="F-1")
    answer = admin.post(NEW, {"file": chosen(), "language": "de", "external_id": "F-1"})
    assert (answer.status_code, len(stored())) == (422, 1)
    assert "External id" in answer.content.decode()


def test_a_quota_that_is_used_up_is_said(admin, settings):
    settings.HUB_STORED_FILES_BYTES = 3
    answer = admin.post(NEW, {"file": chosen(), "language": "de"})
    assert (answer.status_code, "Purge files that nobody needs" in answer.content.decode()) == (422, True)


def test_a_storage_that_cannot_be_used_is_said(admin, folder):
    folder.write_text("no folder")
    answer = admin.post(NEW, {"file": chosen(), "language": "de"})
    assert (answer.status_code, "cannot be used at the moment" in answer.content.decode()) == (422, True)


def test_so_many_uploads_at_once_and_the_next_is_asked_to_come_again(admin, settings, organization):
    settings.HUB_FILE_UPLOADS = 1
    with place_of_upload(organization.pk):
        answer = admin.post(NEW, {"file": chosen(), "language": "de"}, follow=True)
    assert "Too many files are on their way" in answer.content.decode()
    assert admin.post(NEW, {"file": chosen(), "language": "de"}).status_code == 302


def test_another_site_stores_nothing(client_of, stored):
    admin = client_of(ADMIN)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = admin.cookies
    answer = strict.post(NEW, {"file": chosen(), "language": "de"})
    assert (answer.status_code, stored()) == (403, [])


def test_whoever_may_only_look_stores_nothing_and_is_offered_nothing(viewer, organization, stored):
    entity_id = a_file(organization)
    assert viewer.post(NEW, {"file": chosen(), "language": "de"}).status_code == 403
    assert (len(stored()), "/upload" in viewer.get(page_of(entity_id)).content.decode()) == (1, False)


def test_files_of_another_organization_have_no_page(admin, stage):
    foreign = a_file(stage.next_door)
    assert admin.get(page_of(foreign)).status_code == 404
    assert admin.post(f"{page_of(foreign)}/upload", {"file": chosen()}).status_code == 404
    assert admin.get(f"/app/files/{foreign}/open").status_code == 404


def test_versions_are_opened_by_links_that_anybody_may_follow_for_a_while(viewer, organization):
    entity_id = a_file(organization)
    further_version(organization, entity_id, b"later")
    for version, content in ((0, CONTENT), (1, b"later"), ("", b"later")):
        link = viewer.get(f"/app/files/{entity_id}/open", {"version": version})["Location"]
        assert b"".join(Client().get(link).streaming_content) == content


@pytest.mark.parametrize(
    ("kind", "is_offered"), [("application/pdf", True), ("text/html", False), ("image/svg+xml", False)]
)
def test_only_what_does_no_harm_is_offered_to_be_shown(viewer, organization, kind, is_offered):
    entity_id = a_file(organization, mime_type=kind)
    assert ("show=yes" in viewer.get(page_of(entity_id)).content.decode()) is is_offered


def test_names_and_types_are_text_and_nothing_else(viewer, organization):
    entity_id = a_file(organization, filename="<img src=x onerror=alert(1)>.pdf")
    text = viewer.get(page_of(entity_id)).content.decode()
    assert "<img src=x" not in text


def test_a_page_tells_nothing_of_where_the_bytes_lie(admin, organization):
    entity_id = a_file(organization)
    [row] = FileVersion.objects.all()
    name = row.key.partition("/")[2]
    for tab in ("attributes", "history", "json"):
        assert name not in admin.get(page_of(entity_id), {"tab": tab}).content.decode()


def test_a_file_without_bytes_says_so_and_leads_to_the_upload(admin, viewer, store):
    entity_id = store.upsert("file", external_id="F-1").entity_id
    text = admin.get(page_of(entity_id)).content.decode()
    assert ("No bytes yet" in text, "Upload a first version" in text) == (True, True)
    assert "Upload a first version" not in viewer.get(page_of(entity_id)).content.decode()


def test_a_file_that_lies_elsewhere_says_so(viewer, store):
    entity_id = store.upsert("file", external_id="F-1", custom_download_url="https://elsewhere.example/f").entity_id
    assert "Its bytes lie in another system" in viewer.get(page_of(entity_id)).content.decode()


def test_a_file_in_the_recycle_bin_shows_its_versions_and_opens_none(viewer, organization):
    entity_id = a_file(organization)
    delete_entity(editor=editor_of(organization), schema="file", entity_id=entity_id, expected=None, is_purge=False)
    text = viewer.get(page_of(entity_id)).content.decode()
    assert ("a.pdf" in text, f"/app/files/{entity_id}/open" in text) == (True, False)
    answer = viewer.get(f"/app/files/{entity_id}/open", follow=True)
    assert "recycle bin" in answer.content.decode()


def test_bytes_that_are_gone_are_told_to_whoever_opens_them(viewer, organization, folder, stored):
    entity_id = a_file(organization)
    (folder / stored()[0]).unlink()
    link = viewer.get(f"/app/files/{entity_id}/open")["Location"]
    answer: Any = Client().get(link, headers={"accept": "text/html"})
    assert (answer.status_code, "cannot be used at the moment" in answer.content.decode()) == (503, True)


def test_the_form_of_a_file_does_not_ask_for_its_versions(admin, organization):
    entity_id = a_file(organization)
    assert "sha256" not in admin.get(f"{page_of(entity_id)}/edit").content.decode()


def test_a_name_with_a_quote_is_the_one_that_the_browser_escaped(admin):
    admin.post(NEW, {"file": chosen(name="x%22y%0D%0A.txt"), "language": "de"})
    assert Entity.objects.get(schema="file").attributes["filename"] == "x_y.txt"


def test_the_newest_versions_are_shown_and_the_others_on_demand(viewer, organization):
    entity_id = a_file(organization)
    for _ in range(20):
        further_version(organization, entity_id)
    text = viewer.get(page_of(entity_id)).content.decode()
    assert (text.count("Download version"), "Download version 0" in text) == (20, False)
    assert "The newest 20 of 21" in text
    assert "?versions=all" in text
    whole = viewer.get(page_of(entity_id), {"versions": "all"}).content.decode()
    assert (whole.count("Download version"), "Show all versions" in whole) == (21, False)


def test_a_form_does_not_ask_for_what_describes_the_stored_bytes(admin, organization):
    text = admin.get(f"{page_of(a_file(organization))}/edit").content.decode()
    assert "filename" in text
    assert "size_bytes" not in text
    assert "mime_type" not in text
