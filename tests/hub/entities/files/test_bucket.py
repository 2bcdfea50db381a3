"""The same bytes in a bucket: a real client, and a server on loopback that knows the few requests it sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.files.storage import storages as django_storages

from hub.entities.editing import delete_entity
from hub.entities.files.reading import StorageUnreadable, find_versions, open_version
from hub.entities.files.sweeping import sweep
from hub.settings.env import Environment
from hub.settings.files import storages
from tests.hub.entities.files.builders import CONTENT, a_file, editor_of
from tests.receiver import Received, Receiver, Reply, listening

pytestmark = pytest.mark.django_db
HEADERS = {"ETag": '"1"', "Last-Modified": "Thu, 15 Jan 2026 08:00:00 GMT", "Content-Type": "application/octet-stream"}


class Bucket:
    """Objects by path."""

    def __init__(self, receiver: Receiver) -> None:
        self.objects: dict[str, bytes] = {}
        self.receiver = receiver
        receiver.answer = self.answer

    def answer(self, received: Received, _: int) -> Reply:
        """What a storage of that kind says."""
        path = unquote(urlsplit(received.path).path)
        if received.method == "PUT":
            self.objects[path] = _plain(received)
            return Reply(headers=HEADERS)
        if received.method == "DELETE":
            self.objects.pop(path, None)
            return Reply(204)
        if path not in self.objects:
            return Reply(404)
        return Reply(headers=HEADERS, body=self.objects[path])


def _plain(received: Received) -> bytes:
    """The object in a body that may be cut into pieces, each with its length before it."""
    if "aws-chunked" not in received.headers.get("content-encoding", ""):
        return received.body
    found, rest = b"", received.body
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        length = int(head.partition(b";")[0], 16)
        if not length:
            break
        found, rest = found + rest[:length], rest[length + 2 :]
    return found


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    """A bucket in which the files of this test lie."""
    with listening() as receiver:
        variables = {
            "HUB_FILE_STORAGE": "s3",
            "HUB_S3_BUCKET": "hub-files",
            "HUB_S3_URL": receiver.url,
            "HUB_S3_REGION": "eu-central-1",
            "HUB_S3_ACCESS_KEY": "key",
            "HUB_S3_SECRET_KEY": "secret",
        }
        settings.STORAGES = storages(Environment(variables), settings.HUB_VAR_DIR)
        yield Bucket(receiver)


def test_what_was_kept_in_a_bucket_is_read_back(bucket, organization):
    entity_id = a_file(organization)
    [path] = bucket.objects
    assert path.startswith(f"/hub-files/{organization.pk}/")
    with open_version(find_versions(organization.pk, [(entity_id, 0)])[entity_id, 0]) as opened:
        assert opened.read() == CONTENT


def test_a_bucket_that_hangs_is_given_up(bucket):
    config = django_storages["files"].connection.meta.client.meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (5, 20, 2)


def test_a_purged_file_leaves_the_bucket(bucket, organization):
    entity_id = a_file(organization)
    delete_entity(editor=editor_of(organization), schema="file", entity_id=entity_id, expected=None, is_purge=True)
    assert (sweep(), bucket.objects) == (1, {})


def test_an_object_that_is_gone_from_the_bucket_is_an_operators_problem(bucket, organization):
    entity_id = a_file(organization)
    bucket.objects.clear()
    with pytest.raises(StorageUnreadable):
        open_version(find_versions(organization.pk, [(entity_id, 0)])[entity_id, 0])


def test_a_bucket_that_refuses_stores_nothing(bucket, organization):
    bucket.receiver.answer = lambda *_: Reply(403)
    with pytest.raises(StorageUnreadable):
        a_file(organization)
