"""Files go along as parts of a form, with a signature over what is said of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tracemalloc
from typing import Any
from uuid import uuid4

import pytest

from hub.entities.models import FileVersion
from hub.http.messages import MIB
from outbound.models import DeliveryBody, DeliveryState
from tests.conftest import FixedClock
from tests.hub.entities.files.builders import a_file
from tests.outbound.files.conftest import SECRET, FileWorld, Part, named, parts_of, uploaded
from tests.receiver import Received, Receiver, Reply


def sending(world: FileWorld, **config: Any) -> None:
    """The webhook gets forms."""
    world.sending("binary_multipart", multipartConfig=config)


def files_of(request: Received) -> list[Part]:
    """The parts that are files."""
    return [one for one in parts_of(request) if one.filename is not None]


def fields_of(request: Received) -> dict[str, str]:
    """The other ones."""
    return {one.name: one.content.decode() for one in parts_of(request) if one.filename is None}


def test_a_file_arrives_as_it_is_stored(world: FileWorld, receiver: Receiver) -> None:
    sending(world)
    content = bytes(range(256)) * 3_000
    a_file(world.organization, content, "Übersicht.pdf")
    world.work()
    [request] = receiver.requests
    assert files_of(request) == [Part("file", "Übersicht.pdf", "application/pdf", content)]
    assert int(request.headers["content-length"]) == len(request.body)
    assert world.delivery().state == DeliveryState.SUCCEEDED


def test_the_parser_of_a_web_framework_reads_it(world: FileWorld, receiver: Receiver) -> None:
    sending(world, fileFieldName="document", extraFields={"event": "_event_name"})
    a_file(world.organization, b"bytes", "Übersicht.pdf")
    world.work()
    fields, files = uploaded(receiver.requests[0])
    assert fields["event"] == "FileCreated"
    [file] = files.getlist("document")
    assert (file.name, file.content_type, file.read()) == ("Übersicht.pdf", "application/pdf", b"bytes")


@pytest.mark.parametrize(
    "name", ['a"b.pdf', "a\r\nX-Evil: 1.pdf", "a\nb.pdf", "日本 (1).pdf", "a;b=c.pdf", "a\\b.pdf", "%22.pdf", "a\tb"]
)
def test_no_name_breaks_out_of_its_header(world: FileWorld, receiver: Receiver, name: str) -> None:
    sending(world, extraFields={"last": '"yes"'})
    world.happens(named(world.stored(b"bytes"), filename=name))
    world.work()
    request = receiver.requests[0]
    heads = request.body.split(b"bytes")[0].split(b"\r\n\r\n")
    assert not any(line.lower().startswith(b"x-evil") for head in heads for line in head.split(b"\r\n"))
    [file] = files_of(request)
    assert file.content == b"bytes"
    assert json.loads(fields_of(request)["file_metadata"])["filename"] == name
    assert fields_of(request)["last"] == "yes"


def test_a_type_that_is_none_is_sent_as_one_that_nobody_knows(world: FileWorld, receiver: Receiver) -> None:
    sending(world)
    world.happens(named(world.stored(b"bytes"), mime_type="text/plain\r\nX-Evil: 1"))
    world.work()
    assert b"x-evil" not in receiver.requests[0].body.lower().replace(b"\\r\\nx-evil", b"")
    assert files_of(receiver.requests[0])[0].mime_type == "application/octet-stream"


def test_what_is_signed_of_a_file_stands_before_it(world: FileWorld, receiver: Receiver) -> None:
    sending(world)
    entity_id = a_file(world.organization, b"bytes", "ä.pdf")
    world.work()
    before, file = parts_of(receiver.requests[0])
    assert (before.name, file.name) == ("file_metadata", "file")
    assert before.content.decode() == (
        f'{{"entity_id":"{entity_id}","filename":"ä.pdf","mime_type":"application/pdf","size_bytes":5,"version_index":0}}'
    )


def test_the_signature_has_a_segment_for_each_file_in_the_order_of_the_request(
    world: FileWorld, receiver: Receiver
) -> None:
    sending(world, fileFieldStrategy="multi", extraFields={"a": '"not signed"'})
    first, second = world.stored(b"1"), world.stored(b"2")
    world.happens(named(second), named(first))
    world.work()
    request = receiver.requests[0]
    parts = [one for one in parts_of(request) if one.name != "a"]
    segments = [
        hashlib.sha256(file.content).hexdigest() + "." + told.content.decode()
        for told, file in zip(parts[::2], parts[1::2], strict=True)
    ]
    assert [one.content for one in files_of(request)] == [b"2", b"1"]
    content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}." + "\n".join(segments)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, content.encode(), hashlib.sha256)).decode()
    assert request.headers["webhook-signature"].split()[1] == f"v1,{expected}"


def test_extra_fields_are_the_texts_of_values(world: FileWorld, receiver: Receiver) -> None:
    fields = {"text": '"ä b"', "number": "1.5", "yes": "true", "none": "null", "absent": "not_there", "env": "$env.x"}
    sending(world, extraFields=fields)
    a_file(world.organization)
    world.work()
    found = fields_of(receiver.requests[0])
    found.pop("file_metadata")
    assert found == {"text": "ä b", "number": "1.5", "yes": "true"}


@pytest.mark.parametrize("expression", ["[1,2]", '{"a": 1}', "[]"])
def test_an_extra_field_that_is_no_value_fails_for_good(world: FileWorld, expression: str) -> None:
    sending(world, extraFields={"wrong": expression})
    a_file(world.organization)
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert delivery.message.startswith("multipartConfig.extraFields.wrong: ")


def test_one_file_is_sent_unless_many_may_be(world: FileWorld, receiver: Receiver) -> None:
    sending(world)
    first, second = world.stored(b"1"), world.stored(b"2")
    world.happens(named(first), named(second))
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "TOO_MANY_FILES")
    assert receiver.requests == []


def test_the_source_picks_among_the_files(world: FileWorld, receiver: Receiver) -> None:
    sending(world, fileSource='event_attachments[filename = "b.pdf"]')
    first, second = world.stored(b"1"), world.stored(b"2", "b.pdf")
    world.happens(named(first, filename="a.pdf"), named(second, filename="b.pdf"))
    world.work()
    assert [one.content for one in files_of(receiver.requests[0])] == [b"2"]


def test_a_source_that_picks_none_skips(world: FileWorld, receiver: Receiver) -> None:
    sending(world, fileSource="event_attachments[false]")
    a_file(world.organization)
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.SKIPPED, "NO_FILE_ATTACHMENTS")
    assert receiver.requests == []


@pytest.mark.parametrize("source", ["_event_id", '{"entity_id": $env.other, "version_index": 0}', "$sum(file)"])
def test_a_source_that_picks_something_else_fails_for_good(world: FileWorld, source: str) -> None:
    sending(world, fileSource=source.replace("$env.other", f'"{uuid4()}"'))
    a_file(world.organization)
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert delivery.message.startswith("multipartConfig.fileSource: ")


def test_the_expression_of_the_mapping_does_not_apply(world: FileWorld, receiver: Receiver) -> None:
    world.sending("binary_multipart", expression="$sum(file)")
    a_file(world.organization)
    world.work()
    assert len(receiver.requests) == 1


def test_too_large_a_file_that_is_not_picked_is_in_nobodys_way(world: FileWorld, receiver: Receiver) -> None:
    sending(world, fileSource="event_attachments[1]")
    large, small = world.stored(b"1"), world.stored(b"2")
    FileVersion.objects.filter(entity_id=large).update(size_bytes=101 * MIB)
    world.happens(named(large), named(small))
    world.work()
    assert [one.content for one in files_of(receiver.requests[0])] == [b"2"]


def test_a_retry_sends_the_same_parts_under_the_same_id(
    world: FileWorld, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    sending(world, extraFields={"a": '"b"'})
    a_file(world.organization)
    world.work()
    clock.move(seconds=6)
    world.work()
    first, second = receiver.requests
    assert parts_of(first) == parts_of(second)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_nothing_of_the_file_is_kept_but_what_is_said_of_it(world: FileWorld) -> None:
    sending(world, extraFields={"a": '"b"'})
    entity_id = a_file(world.organization, b"bytes")
    world.work()
    kept = DeliveryBody.objects.get()
    assert bytes(kept.body) == b'{"a":"b"}'
    [listed] = kept.request["files"]["listed"]
    assert listed == {
        "entity_id": str(entity_id),
        "version_index": 0,
        "filename": "a.pdf",
        "mime_type": "application/pdf",
        "size_bytes": 5,
        "sha256": hashlib.sha256(b"bytes").hexdigest(),
    }


def test_a_large_file_is_never_in_memory(world: FileWorld, receiver: Receiver) -> None:
    """The receiver of the test holds the body itself, so what it has is taken off."""
    size = 64 * MIB
    sending(world)
    a_file(world.organization, b"x" * size)
    tracemalloc.start()
    world.work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    [request] = receiver.requests
    assert len(request.body) > size
    assert peak - len(request.body) < 16 * MIB
