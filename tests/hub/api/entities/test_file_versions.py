"""Files that clients send: what becomes of their bytes, and what is refused."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import tempfile
from typing import Any
from urllib.parse import urlencode

import pytest

from hub.api.models import KeptAnswer
from hub.entities.models import Entity, EntityChange, FileVersion, UnclaimedBytes
from hub.ids import new_id
from hub.served_files.places import place_of_upload
from tests.cast import MACHINE, NOBODY, OWNER, READER, VIEWER
from tests.hub.entities.files.builders import a_file, kept
from tests.hub.entities.files.folder import folder, stored

__all__ = ["folder", "stored"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
PDF = b"%PDF-1.7 invoice"


@pytest.fixture
def send(client_of: Any) -> Any:
    """A function that sends bytes as a new file, or as a further version of one."""
    machine = client_of(MACHINE)

    def sent(content: bytes = PDF, entity_id: object = None, *, caller: Any = MACHINE, **options: Any) -> Any:
        query = {"filename": "invoice.pdf"} | options.pop("query", {})
        query = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in query.items()}
        path = "/v1/entity/file:upload" if entity_id is None else f"/v1/entity/file/{entity_id}/versions"
        kind = options.pop("kind", "application/pdf")
        client = machine if caller is MACHINE else client_of(caller)
        length = {"CONTENT_LENGTH": str(len(content))}
        address = f"{path}?{urlencode(query)}"
        return client.generic("POST", address, content, content_type=kind, headers=options or None, **length)

    return sent


def test_a_new_file_is_an_entity_with_one_version(send):
    answer = send(query={"attributes": {"external_id": "DMS-1", "language": "de", "_tags": ["invoice"]}})
    entity = answer.json()
    assert (answer.status_code, entity["_version"], entity["external_id"]) == (201, 1, "DMS-1")
    assert (entity["filename"], entity["mime_type"], entity["size_bytes"]) == ("invoice.pdf", "application/pdf", 16)
    [version] = entity["versions"]
    assert (version["version_index"], version["sha256"]) == (0, hashlib.sha256(PDF).hexdigest())


@pytest.mark.parametrize(("said", "language"), [({}, "de"), ({"language": "en"}, "en")])
def test_a_new_file_lacks_nothing_that_its_schema_requires(send, client_of, said, language):
    entity = send(query={"attributes": said}).json()
    assert entity["language"] == language
    assert "Required attributes have no value" not in client_of(VIEWER).get(f"/app/entities/file/{entity['_id']}").text


def test_a_further_version_leaves_the_language_as_it_is(send):
    first = send(query={"attributes": {"language": "en"}}).json()
    assert send(b"later", first["_id"]).json()["language"] == "en"


def test_nothing_that_is_answered_or_kept_tells_where_the_bytes_lie(send, client_of):
    entity = send().json()
    [row] = FileVersion.objects.all()
    name = row.key.partition("/")[2]
    client = client_of(MACHINE)
    path = f"/v1/entity/file/{entity['_id']}"
    link = client.post(f"{path}:download", {}, content_type="application/json").content
    seen = [
        json.dumps(entity).encode(),
        link,
        *(client.get(f"{path}{more}").content for more in ("", "/versions", "/activity")),
    ]
    kept_rows = [json.dumps(one.changes) + json.dumps(one.snapshot) for one in EntityChange.objects.all()]
    assert not any(name in text for text in [*map(bytes.decode, seen), *kept_rows])


def test_a_further_version_changes_the_file(send):
    first = send().json()
    answer = send(
        b"later", first["_id"], query={"filename": "b.txt", "attributes": {"category": "x"}}, kind="text/plain"
    )
    entity = answer.json()
    assert (answer.status_code, entity["_version"], entity["category"]) == (201, 2, "x")
    assert [one["filename"] for one in entity["versions"]] == ["invoice.pdf", "b.txt"]
    assert (entity["filename"], entity["mime_type"], entity["size_bytes"]) == ("b.txt", "text/plain", 5)


def test_versions_are_listed_oldest_first(send, client_of):
    entity_id = send().json()["_id"]
    send(b"later", entity_id)
    results = client_of(MACHINE).get(f"/v1/entity/file/{entity_id}/versions").json()["results"]
    assert [one["version_index"] for one in results] == [0, 1]


def test_a_file_that_lies_elsewhere_has_no_versions(client_of):
    client = client_of(MACHINE)
    body = {"filename": "a.pdf", "custom_download_url": "https://elsewhere.example/a"}
    made = client.post("/v1/entity/file", body, content_type="application/json").json()
    assert client.get(f"/v1/entity/file/{made['_id']}/versions").json() == {"results": []}


def test_a_version_of_what_has_changed_meanwhile_is_refused(send, stored):
    entity = send()
    answer = send(b"x", entity.json()["_id"], **{"if-match": '"7.1"'})
    assert (answer.status_code, answer.json()["code"], len(stored())) == (412, "PRECONDITION_FAILED", 1)
    assert send(b"x", entity.json()["_id"], **{"if-match": entity["ETag"]}).status_code == 201


def test_a_second_file_of_the_same_identifier_is_refused(send, stored):
    first = send(query={"attributes": {"external_id": "DMS-1"}}).json()
    answer = send(query={"attributes": {"external_id": "DMS-1"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "ENTITY_ALREADY_EXISTS")
    assert (first["_id"] in answer.json()["details"][0]["message"], len(stored())) == (True, 1)


def test_a_file_in_the_recycle_bin_gets_no_version(send, client_of, stored):
    entity_id = send().json()["_id"]
    client_of(MACHINE).delete(f"/v1/entity/file/{entity_id}")
    assert (send(b"x", entity_id).status_code, len(stored())) == (409, 1)


def test_a_repeated_upload_gets_its_first_answer(send):
    first, second = (send(**{"idempotency-key": "upload-1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    assert (second["Idempotency-Replayed"], FileVersion.objects.count()) == ("true", 1)


def test_a_key_that_comes_with_other_bytes_is_refused(send):
    send(**{"idempotency-key": "upload-1"})
    assert send(b"other", **{"idempotency-key": "upload-1"}).json()["code"] == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "upload-1"}])
def test_a_file_beyond_the_limit_is_refused_and_nothing_stays(send, settings, stored, headers):
    settings.HUB_STORED_FILE_MAX_BYTES = 10
    answer = send(b"0123456789A", **headers)
    assert (answer.status_code, stored(), Entity.objects.count()) == (413, [], 0)
    assert (UnclaimedBytes.objects.count(), KeptAnswer.objects.count()) == (0, 0)


def test_a_file_beyond_the_quota_is_refused(send, settings):
    settings.HUB_STORED_FILES_BYTES = 20
    assert send().status_code == 201
    answer = send()
    assert (answer.status_code, answer.json()["code"]) == (507, "FILE_QUOTA_EXCEEDED")


def test_a_storage_that_cannot_be_used_is_told(send, folder):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    answer = send()
    assert (answer.status_code, answer.json()["code"], "Retry-After" in answer) == (
        503,
        "FILE_STORAGE_UNAVAILABLE",
        True,
    )
    assert str(folder) not in answer.content.decode()


def test_so_many_files_of_an_organization_come_in_at_once(send, settings, organization):
    settings.HUB_FILE_UPLOADS = 1
    with place_of_upload(organization.pk):
        answer = send()
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (429, "1", "TOO_MANY_UPLOADS")
    assert [send().status_code, send(query={"filename": ""}).status_code, send().status_code] == [201, 400, 201]


def test_an_upload_that_nothing_answers_gives_its_place_back(send, settings, monkeypatch):
    settings.HUB_FILE_UPLOADS = 1
    with monkeypatch.context() as full:
        full.setattr(tempfile, "TemporaryFile", _full_disk)
        with pytest.raises(OSError, match="No space"):
            send(**{"Idempotency-Key": "once"})
    assert send().status_code == 201


def _full_disk(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_empty_file_is_stored(send):
    answer = send(b"", kind="text/plain")
    assert (answer.status_code, answer.json()["size_bytes"]) == (201, 0)


def test_a_file_without_a_name_is_refused(send):
    answer = send(query={"filename": "  "})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "filename")


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: b=c.pdf", "aSet-Cookie_ b=c.pdf"),
        ("in\u202efdp.exe", "infdp.exe"),
        ("..", "download"),
        ("con.pdf", "_con.pdf"),
    ],
)
def test_a_name_is_made_safe(send, sent, kept_as):
    assert send(query={"filename": sent}).json()["filename"] == kept_as


@pytest.mark.parametrize(
    ("kind", "kept_as"),
    [
        ("application/x-www-form-urlencoded", "application/pdf"),
        ("text/html; charset=nobody-knows", "text/html; charset=nobody-knows"),
        ("no type at all", "application/octet-stream"),
    ],
)
def test_the_type_is_what_was_sent_or_what_the_name_tells(send, kind, kept_as):
    assert send(kind=kind).json()["mime_type"] == kept_as


def test_a_form_is_no_file(client_of):
    answer = client_of(MACHINE).post("/v1/entity/file:upload?filename=a.pdf", {"a": "b"})
    assert (answer.status_code, Entity.objects.count()) == (415, 0)


def test_a_compressed_body_is_refused(send):
    assert send(**{"content-encoding": "gzip"}).status_code == 415


def test_a_body_shorter_than_it_says_is_refused(client_of, stored):
    short: Any = {"wsgi.input": io.BytesIO(b"half"), "CONTENT_LENGTH": "8", "CONTENT_TYPE": "application/pdf"}
    answer = client_of(MACHINE).generic("POST", "/v1/entity/file:upload?filename=a.pdf", **short)
    assert (answer.status_code, answer.json()["code"], stored()) == (400, "FILE_INCOMPLETE", [])


@pytest.mark.parametrize("name", ["versions", "size_bytes", "readable_size", "mime_type", "filename"])
def test_what_the_upload_itself_says_cannot_be_said_otherwise(send, name):
    answer = send(query={"attributes": {name: 1}})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, f"attributes.{name}")


@pytest.mark.parametrize("attributes", ["{", "[]", "1", '"a"', '{"a": "\\ud800"}', '{"a": "' + "x" * 9000 + '"}'])
def test_attributes_are_an_object(send, attributes):
    answer = send(query={"attributes": attributes})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "attributes")


def test_an_upload_can_be_validated(send, stored):
    answer = send(query={"validate": "true", "attributes": {"language": "fr"}})
    assert (answer.status_code, stored()) == (422, [])


@pytest.mark.parametrize(("caller", "status"), [(NOBODY, 401), (VIEWER, 403), (READER, 403)])
def test_strangers_store_nothing(send, stored, caller, status):
    assert (send(caller=caller).status_code, stored()) == (status, [])


def test_a_person_stores_a_file_in_the_browser(send):
    assert send(caller=OWNER).status_code == 201


def test_files_of_another_organization_are_as_if_they_were_not(send, client_of, stage, stored):
    foreign, nobodys = a_file(stage.next_door), new_id()
    client = client_of(MACHINE)
    for path in ("/versions", ""):
        answers = [client.get(f"/v1/entity/file/{one}{path}") for one in (foreign, nobodys)]
        assert [answer.status_code for answer in answers] == [404, 404]
    answers = [send(b"x", one) for one in (foreign, nobodys)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["message"] == answers[1].json()["message"]
    assert len(stored()) == 1


def test_an_entity_of_another_schema_is_no_file(send, client_of):
    contact = client_of(MACHINE).post("/v1/entity/contact", {"last_name": "A"}, content_type="application/json").json()
    assert send(b"x", contact["_id"]).status_code == 404


def test_the_versions_of_a_file_are_counted_out(send, organization, monkeypatch):
    monkeypatch.setattr("hub.entities.files.storing.MOST_VERSIONS", 1)
    answer = send(b"x", kept(organization).entity.pk)
    assert (answer.status_code, answer.json()["code"]) == (409, "FILE_VERSIONS_EXHAUSTED")


def test_versions_written_by_hand_are_left_out(client_of, send):
    entity = send().json()
    client = client_of(MACHINE)
    forged = {"versions": [{"version_index": 9}], "category": "x"}
    answer = client.patch(f"/v1/entity/file/{entity['_id']}", forged, content_type="application/json").json()
    assert (answer["versions"], answer["category"]) == (entity["versions"], "x")
    made = client.post("/v1/entity/file", {"filename": "a", **forged}, content_type="application/json").json()
    assert "versions" not in made


def test_what_describes_the_stored_bytes_is_kept_by_the_hub(client_of, send):
    entity = send().json()
    address, client = f"/v1/entity/file/{entity['_id']}", client_of(MACHINE)
    described = {name: entity[name] for name in ("mime_type", "size_bytes", "readable_size", "versions")}
    forged = {"mime_type": "text/html", "size_bytes": 1, "readable_size": "1 B", "filename": "other.pdf"}
    for change in (client.patch, client.put):
        answer = change(address, forged, content_type="application/json")
        assert answer.status_code == 200
        assert {**answer.json(), **described, "filename": "other.pdf"} == answer.json()


def test_a_file_that_lies_elsewhere_is_described_by_whoever_knows_it(client_of):
    told = {"filename": "a.pdf", "custom_download_url": "https://dms.example/a", "mime_type": "text/plain"}
    client = client_of(MACHINE)
    made = client.post("/v1/entity/file", {**told, "size_bytes": 5}, content_type="application/json").json()
    address = f"/v1/entity/file/{made['_id']}"
    changed = client.patch(address, {"size_bytes": 6}, content_type="application/json").json()
    assert (changed["mime_type"], changed["size_bytes"]) == ("text/plain", 6)
