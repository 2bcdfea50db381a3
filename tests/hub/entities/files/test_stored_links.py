"""Links to stored bytes: what comes with them, and whom they open nothing for."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from hub.entities.editing import delete_entity
from hub.entities.files.linking import PATH, link_to_version
from hub.entities.files.reading import find_version
from hub.served_files import links
from hub.served_files.places import place_of_download
from tests.builders import NOW
from tests.cast import MACHINE
from tests.hub.entities.files.builders import CONTENT, a_file, editor_of, further_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def link(organization):
    """A function that answers the path and query of a link to a file."""

    def make(entity_id, index=None, **changes):
        version = find_version(organization=organization, entity_id=entity_id, version_index=index)
        return _local(link_to_version(organization=organization, version=version, at=NOW, **changes))

    return make


def _local(link):
    parts = urlsplit(link.url)
    return f"{parts.path}?{parts.query}"


def content_of(response):
    return b"".join(response.streaming_content)


def opened(address, **headers):
    response = Client().get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return response, content_of(response) if response.streaming else response.content


def test_a_link_opens_the_bytes_for_whoever_has_it(organization, link):
    response, content = opened(link(a_file(organization)))
    assert (response.status_code, content) == (200, CONTENT)
    assert (response["Content-Length"], response["ETag"]) == (
        str(len(CONTENT)),
        f'"{hashlib.sha256(CONTENT).hexdigest()}"',
    )
    assert response["Content-Disposition"] == "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"


def test_a_link_goes_on_opening_the_version_it_was_made_for(organization, link):
    entity_id = a_file(organization)
    address = link(entity_id)
    further_version(organization, entity_id)
    assert opened(address)[1] == CONTENT


@pytest.mark.parametrize("mime_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/html\r\nX: y"])
def test_what_a_browser_would_run_is_saved_and_never_shown(organization, link, mime_type):
    entity_id = a_file(organization, b"<script>", "a.html", mime_type)
    response, _ = opened(link(entity_id, is_inline=True))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "X" not in response


@pytest.mark.parametrize(("is_inline", "kind"), [(True, "inline"), (False, "attachment")])
def test_a_pdf_is_shown_when_somebody_asks_for_that(organization, link, is_inline, kind):
    response, _ = opened(link(a_file(organization), is_inline=is_inline))
    assert response["Content-Disposition"].startswith(f"{kind};")


@pytest.mark.parametrize(
    ("asked", "part", "name"),
    [
        ("bytes=0-3", CONTENT[:4], "bytes 0-3/19"),
        ("bytes=4-", CONTENT[4:], "bytes 4-18/19"),
        ("bytes=-3", CONTENT[-3:], "bytes 16-18/19"),
        ("bytes=-400", CONTENT, "bytes 0-18/19"),
        ("bytes=10-900", CONTENT[10:], "bytes 10-18/19"),
    ],
)
def test_a_part_is_sent_where_one_is_asked_for(organization, link, asked, part, name):
    response, content = opened(link(a_file(organization)), range=asked)
    assert (response.status_code, content) == (206, part)
    assert (response["Content-Range"], response["Content-Length"]) == (name, str(len(part)))


@pytest.mark.parametrize("asked", ["bytes=19-", "bytes=400-500", "bytes=-0"])
def test_a_part_that_there_is_not_is_told(organization, link, asked):
    response, content = opened(link(a_file(organization)), range=asked)
    assert (response.status_code, content, response["Content-Range"]) == (416, b"", "bytes */19")


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "items=0-3", "bytes=5-2", "bytes=", "bytes=-"])
def test_what_names_no_single_part_is_answered_with_everything(organization, link, asked):
    response, content = opened(link(a_file(organization)), range=asked)
    assert (response.status_code, content) == (200, CONTENT)


def test_whoever_has_the_beginning_of_other_bytes_gets_everything(organization, link):
    address = link(a_file(organization))
    tag = opened(address)[0]["ETag"]
    assert opened(address, range="bytes=0-3", if_range=tag)[0].status_code == 206
    assert opened(address, range="bytes=0-3", if_range='"other"')[0].status_code == 200


def test_whoever_has_the_bytes_already_gets_none(organization, link):
    address = link(a_file(organization))
    response, content = opened(address, if_none_match=opened(address)[0]["ETag"])
    assert (response.status_code, content) == (304, b"")


def test_whoever_has_any_bytes_of_it_gets_none(organization, link):
    response, content = opened(link(a_file(organization)), if_none_match="*")
    assert (response.status_code, content) == (304, b"")


def test_the_head_tells_of_the_file_and_sends_none_of_it(organization, link):
    response = Client().head(link(a_file(organization)))
    assert (response.status_code, response["Content-Length"], response.content) == (200, "19", b"")


def test_an_empty_file_is_opened_too(organization, link):
    response, content = opened(link(a_file(organization, b"", "empty.txt", "text/plain")))
    assert (response.status_code, content, response["Content-Length"]) == (200, b"", "0")


def test_a_link_ends_after_a_few_minutes(organization, link, clock):
    address = link(a_file(organization))
    clock.move(minutes=5)
    assert opened(address)[0].status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query | {"version": "1"},
        lambda query: query | {"fileId": "00000000-0000-4000-8000-000000000000"},
        lambda query: query | {"orgId": "2"},
        lambda query: query | {"disposition": "inline"},
        lambda query: query | {"signature": "ä"},
        lambda query: query | {"signature": "0" * 64},
        lambda query: {name: value for name, value in query.items() if name != "signature"},
        lambda query: {name: value for name, value in query.items() if name != "kid"},
        lambda query: {name: value for name, value in query.items() if name != "orgId"},
    ],
)
def test_whoever_changes_a_link_learns_nothing(organization, link, change):
    address = link(a_file(organization))
    query = change(dict(parse_qsl(urlsplit(address).query)))
    response, _ = opened(f"{PATH}?{links.encoded([*query.items()])}")
    assert (response.status_code, response.json()["code"]) == (401, "LINK_REFUSED")


def test_a_parameter_that_comes_twice_is_refused(organization, link):
    assert opened(link(a_file(organization)) + "&version=0")[0].status_code == 400


def test_neither_kind_of_link_opens_the_other(organization, link):
    blob = dict(parse_qsl(urlsplit(link(a_file(organization))).query))
    plain = [(name, value) for name, value in blob.items() if name not in links.OF_THE_SIGNATURE]
    assert opened(f"/download?{links.encoded([*blob.items()])}")[0].status_code == 401
    as_file_url = _local(links.sign(PATH, plain, at=NOW))
    assert opened(as_file_url)[0].status_code == 401
    as_blob = _local(links.sign("/download", plain, at=NOW, purpose=links.BLOB))
    assert opened(as_blob)[0].status_code == 401


def test_a_link_signed_for_one_organization_opens_nothing_of_another(organization, stage, link):
    foreign = a_file(stage.next_door)
    version = find_version(organization=stage.next_door, entity_id=foreign)
    response, _ = opened(_local(link_to_version(organization=organization, version=version, at=NOW)))
    assert response.status_code == 404


@pytest.mark.parametrize("is_purge", [False, True])
def test_a_link_to_what_was_deleted_since_opens_nothing(organization, link, is_purge):
    entity_id = a_file(organization)
    address = link(entity_id)
    delete_entity(editor=editor_of(organization), schema="file", entity_id=entity_id, expected=None, is_purge=is_purge)
    assert opened(address)[0].status_code == 404


def test_bytes_that_are_gone_are_told_without_a_word_of_where_they_were(organization, link, folder, stored):
    address = link(a_file(organization))
    [name] = stored()
    (folder / name).unlink()
    response, content = opened(address)
    assert (response.status_code, response.json()["code"]) == (503, "FILE_STORAGE_UNAVAILABLE")
    assert name not in content.decode()


def test_a_browser_gets_a_page(organization):
    response, content = opened(f"{PATH}?a=b", accept="text/html")
    assert (response.status_code, b"The file was not opened" in content) == (401, True)


def test_so_many_files_of_an_organization_are_on_their_way_at_once(organization, link, settings):
    settings.HUB_FILE_DOWNLOADS = 1
    address = link(a_file(organization))
    with place_of_download(organization.pk):
        response, _ = opened(address)
        assert (response.status_code, response["Retry-After"]) == (429, "1")
    assert [opened(address)[0].status_code for _ in range(3)] == [200] * 3


def test_whoever_hangs_up_gives_the_place_back(organization, link, settings):
    settings.HUB_FILE_DOWNLOADS = 1
    address = link(a_file(organization))
    for close in Client().get(address)._resource_closers:  # as the end of the connection does
        close()
    assert opened(address)[0].status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_link_is_for_reading(organization, link, method):
    assert getattr(Client(), method)(link(a_file(organization))).status_code == 405


def test_the_api_signs_a_link_to_the_version_that_is_asked_for(organization, client_of):
    entity_id = a_file(organization)
    further_version(organization, entity_id, b"later")
    path = f"/v1/entity/file/{entity_id}:download"
    client = client_of(MACHINE)
    first = client.post(path, {"version_index": 0}, content_type="application/json").json()
    latest = client.post(path, {}, content_type="application/json").json()
    assert [opened(each["url"].partition("8000")[2])[1] for each in (first, latest)] == [CONTENT, b"later"]


@pytest.mark.parametrize("index", [-1, 1.5, "0", True, 2**31])
def test_a_version_is_a_whole_number(organization, client_of, index):
    path = f"/v1/entity/file/{a_file(organization)}:download"
    response = client_of(MACHINE).post(path, {"version_index": index}, content_type="application/json")
    assert (response.status_code, response.json()["details"][0]["path"]) == (400, "version_index")


def test_a_version_that_is_not_stored_is_not_found(organization, client_of):
    path = f"/v1/entity/file/{a_file(organization)}:download"
    response = client_of(MACHINE).post(path, {"version_index": 3}, content_type="application/json")
    assert response.status_code == 404


def test_nobody_gets_a_link_to_a_file_of_another_organization(stage, client_of):
    foreign = a_file(stage.next_door)
    path = f"/v1/entity/file/{foreign}:download"
    assert client_of(MACHINE).post(path, {}, content_type="application/json").status_code == 404
