"""Whoever writes a file entity: what it says of stored bytes is what they are, and its name stays a name."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode, urlsplit

import pytest

from hub.entities.changesets import ChangesetOrder
from hub.entities.editing import create_entity, delete_entity, restore_entity
from hub.entities.files.linking import link_to_version
from hub.entities.files.reading import find_version
from hub.entities.files.sizes import readable_size
from hub.entities.files.storing import Upload, keep
from hub.entities.models import Entity, EntityChange, FileVersion
from hub.entities.operations import ResultCode, Source
from hub.entities.past.reverting import undo
from tests.builders import NOW
from tests.cast import MACHINE
from tests.hub.entities.conftest import Store, operation, parking
from tests.hub.entities.files.builders import CONTENT, a_file, editor_of, further_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FORGED = {"mime_type": "text/html", "size_bytes": 1, "readable_size": "1 B", "versions": [{"sha256": "0" * 64}]}
HOSTILE = 'x.pdf"\r\nSet-Cookie: a=b\u202egpj'


def described(entity_id):
    """What the entity says of its bytes."""
    attributes = Entity.objects.get(pk=entity_id).attributes
    versions = [{name: one[name] for name in one if name != "_id"} for one in attributes["versions"]]
    return {name: attributes.get(name) for name in FORGED} | {"versions": versions}


def stored(entity_id):
    """What the same members are by the bytes that the hub has."""
    versions = list(FileVersion.objects.filter(entity_id=entity_id).order_by("version_index"))
    latest = versions[-1]
    return {
        "mime_type": latest.mime_type,
        "size_bytes": latest.size_bytes,
        "readable_size": readable_size(latest.size_bytes),
        "versions": [one.as_json() for one in versions],
    }


def by_api(method):
    """A writer that sends such a request."""

    def write(organization, client_of, entity_id):
        body = json.dumps({"filename": "a.pdf", "language": "de", "external_id": "F-1"} | FORGED)
        address = f"/v1/entity/file/{entity_id}"
        answer = client_of(MACHINE).generic(method, address, body, content_type="application/json")
        assert answer.status_code == 200

    return write


def by_upsert(organization, client_of, entity_id):
    """An event of the ERP."""
    Store(organization).upsert("file", external_id="F-1", **FORGED)


def by_nothing(organization, client_of, entity_id):
    """An event that takes the values away."""
    Store(organization).upsert("file", external_id="F-1", **dict.fromkeys(FORGED))


def by_changeset(organization, client_of, entity_id):
    """Parked values that somebody accepts."""
    store, found = Store(organization), {"identifiers": {"_id": str(entity_id)}}
    store.write(operation("file", attributes=FORGED, changesets=parking(*FORGED), **found))
    store.write(operation("file", attributes={}, changesets=ChangesetOrder(applying=tuple(FORGED)), **found))


def by_import(organization, client_of, entity_id):
    """A row of a table."""
    rows = "external_id;mime_type;size_bytes;readable_size;versions\nF-1;text/html;1;1 B;x\n"
    query = urlencode({"schema": "file", "unique_key": "external_id"})
    answer = client_of(MACHINE).post(f"/v1/entity:import?{query}", rows.encode(), content_type="text/csv")
    assert answer.status_code == 200


def by_undoing(organization, client_of, entity_id):
    """The change that brought the newest bytes, undone."""
    entity = Entity.objects.get(pk=entity_id)
    change = EntityChange.objects.get(entity_id=entity_id, version=entity.version)
    undo(entity=entity, change=change, source=Source("system"), at=NOW)


def by_restoring(organization, client_of, entity_id):
    """Into the bin and back."""
    known = {"editor": editor_of(organization), "schema": "file", "entity_id": entity_id, "expected": None}
    delete_entity(**known, is_purge=False)
    restore_entity(**known)


WRITERS = {
    "patch": by_api("PATCH"),
    "put": by_api("PUT"),
    "upsert": by_upsert,
    "nothing": by_nothing,
    "changeset": by_changeset,
    "import": by_import,
    "undo": by_undoing,
    "bin": by_restoring,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_no_writer_makes_a_file_say_other_things_than_its_bytes_are(organization, client_of, writer):
    entity_id = a_file(organization, external_id="F-1")
    further_version(organization, entity_id, b"more bytes", mime_type="text/plain")
    before = Entity.objects.get(pk=entity_id).version
    WRITERS[writer](organization, client_of, entity_id)
    assert described(entity_id) == stored(entity_id)
    assert Entity.objects.get(pk=entity_id).version >= before


def test_bytes_replace_what_was_said_of_a_file_that_lay_elsewhere(organization):
    attributes = {"filename": "a.pdf", "language": "de", "custom_download_url": "https://dms.example/a"}
    told = {"mime_type": "text/html", "size_bytes": 1, "readable_size": "1 B"}
    made = create_entity(editor=editor_of(organization), schema="file", attributes=attributes | told)
    upload = Upload(io.BytesIO(b"bytes"), "b.txt", "text/plain", 5)
    keep(editor=editor_of(organization), upload=upload, entity_id=made.entity.pk)
    assert described(made.entity.pk) == stored(made.entity.pk)


def test_no_file_is_found_by_versions_or_made_with_forged_ones(organization):
    store = Store(organization)
    [result] = store.write(operation("file", attributes={"filename": "a.pdf"}, identifiers={"versions": "forged"}))
    assert (result.code, store.entities("file")) == (ResultCode.UNKNOWN_IDENTIFIER, [])


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_name_that_was_changed_does_not_break_out_of_the_header_of_a_link(organization, client, client_of, method):
    entity_id = a_file(organization)
    body = json.dumps({"filename": HOSTILE, "language": "de"})
    address = f"/v1/entity/file/{entity_id}"
    assert client_of(MACHINE).generic(method, address, body, content_type="application/json").status_code == 200
    version = find_version(organization=organization, entity_id=entity_id)
    link = urlsplit(link_to_version(organization=organization, version=version, at=NOW).url)
    answer = client.get(f"{link.path}?{link.query}")
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["Content-Disposition"] == "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"
    assert "Set-Cookie" not in answer.headers
