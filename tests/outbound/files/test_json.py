"""Files go along in the JSON of a delivery, as base64."""

from __future__ import annotations

import base64
import json
import tracemalloc
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from standardwebhooks import Webhook as StandardReceiver

from hub.entities.models import FileVersion
from hub.http.messages import MIB
from outbound.models import DeliveryAttempt, DeliveryBody, DeliveryState
from outbound.signing_keys import public_key_of
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.hub.entities.files.builders import a_file, further_version
from tests.outbound.files.conftest import SECRET, FileWorld, named
from tests.receiver import Receiver, Reply


def test_a_file_arrives_in_base64_with_its_name(world: FileWorld, receiver: Receiver) -> None:
    world.sending()
    a_file(world.organization, b"%PDF-1.7", "Übersicht.pdf")
    world.work()
    [request] = receiver.requests
    [file] = request.json["files"]
    assert base64.b64decode(file.pop("base64")) == b"%PDF-1.7"
    assert file == {"filename": "Übersicht.pdf", "mime_type": "application/pdf", "size_bytes": 8}
    assert request.headers["content-type"] == "application/json"
    assert world.delivery().state == DeliveryState.SUCCEEDED


def test_without_an_expression_it_stands_beside_the_event(world: FileWorld, receiver: Receiver) -> None:
    world.webhook(eventName="event_FileCreated", deliveryMode="json_base64")
    world.listen("FileCreated")
    a_file(world.organization, b"bytes")
    world.work()
    [request] = receiver.requests
    assert request.json["_event_name"] == "FileCreated"
    assert [base64.b64decode(one["base64"]) for one in request.json["file_data"]] == [b"bytes"]


def test_each_file_stands_in_its_place_in_the_version_that_the_event_names(
    world: FileWorld, receiver: Receiver
) -> None:
    world.sending()
    first, second = world.stored(b"1"), world.stored(b"2")
    further_version(world.organization, second, b"2, later")
    world.happens(named(second, 1), named(first), named(second, 0))
    world.work()
    files = [base64.b64decode(one["base64"]) for one in receiver.requests[-1].json["files"]]
    assert files == [b"2, later", b"1", b"2"]


def test_an_expression_may_join_the_bytes_to_a_text_and_use_them_twice(world: FileWorld, receiver: Receiver) -> None:
    joined = (
        '{"url": "data:" & file_data[0].mime_type & ";base64," & file_data[0].base64 & "#1", "b": file_data.base64}'
    )
    world.sending(expression=joined)
    a_file(world.organization, b"a")
    world.work()
    [request] = receiver.requests
    assert request.json == {"url": "data:application/pdf;base64,YQ==#1", "b": "YQ=="}
    assert int(request.headers["content-length"]) == len(request.body)


def test_an_expression_that_leaves_the_bytes_out_sends_none(world: FileWorld, receiver: Receiver, folder: Path) -> None:
    world.sending(expression='{"names": file_data.filename}')
    a_file(world.organization)
    world.work()
    assert receiver.requests[0].json == {"names": "a.pdf"}


def test_both_signatures_cover_the_bytes_of_the_body(
    world: FileWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sending()
    a_file(world.organization, bytes(range(256)) * 4_000)
    monkeypatch.undo()  # the library looks at the clock on the wall
    world.work()
    [request] = receiver.requests
    headers = {name: request.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    StandardReceiver(SECRET).verify(request.body, headers)
    key = load_pem_public_key(public_key_of(world.organization, NOW).encode())
    assert isinstance(key, Ed25519PublicKey)
    asymmetric = headers["webhook-signature"].split()[0].removeprefix("v1a,")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    key.verify(base64.b64decode(asymmetric), content)


def test_a_retry_reads_the_bytes_again_and_says_the_same(
    world: FileWorld, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.sending()
    a_file(world.organization)
    world.work()
    clock.move(seconds=6)
    world.work()
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_nothing_that_is_kept_has_the_bytes_or_where_they_lie(world: FileWorld) -> None:
    world.sending()
    a_file(world.organization, b"secret bytes")
    world.work()
    body, attempt = DeliveryBody.objects.get(), DeliveryAttempt.objects.get()
    kept = bytes(body.body).decode() + json.dumps(body.request) + json.dumps(attempt.request_headers)
    assert base64.b64encode(b"secret bytes").decode() not in kept
    assert FileVersion.objects.get().key not in kept
    assert [one["size_bytes"] for one in body.request["files"]["listed"]] == [12]


@pytest.mark.parametrize("attachments", [(), None])
def test_an_event_without_files_is_skipped(world: FileWorld, receiver: Receiver, attachments: Any) -> None:
    world.sending()
    world.happens(*(attachments or ()))
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.SKIPPED, "NO_FILE_ATTACHMENTS")
    assert receiver.requests == []


def test_a_file_beyond_100_mib_fails_without_being_read(
    world: FileWorld, receiver: Receiver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sending()
    a_file(world.organization)
    FileVersion.objects.update(size_bytes=100 * MIB + 1)
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code, delivery.attempts) == (DeliveryState.FAILED, "FILE_TOO_LARGE", 0)
    assert receiver.requests == []


def test_a_file_that_is_not_stored_fails_for_good(world: FileWorld, receiver: Receiver) -> None:
    world.sending()
    world.happens(named(uuid4(), filename="a.pdf"))
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")
    assert "a.pdf" in delivery.message


def test_a_condition_comes_before_what_is_wrong_with_files(world: FileWorld) -> None:
    conditions = {"conditions": [{"field": "kind", "operation": "equals", "values": ["wanted"]}]}
    world.sending(filterConditions=conditions)
    world.happens(named(uuid4()), kind="other")
    world.happens(named(uuid4()), kind="wanted")
    world.work()
    left_out, wanted = world.deliveries()
    assert (left_out.state, left_out.code) == (DeliveryState.SKIPPED, "FILTERED")
    assert (wanted.state, wanted.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")


def test_a_storage_that_does_not_answer_is_tried_again(
    world: FileWorld, receiver: Receiver, folder: Path, clock: FixedClock
) -> None:
    world.sending()
    a_file(world.organization, b"bytes")
    [stored] = [one for one in folder.rglob("*") if one.is_file()]
    hidden = stored.rename(folder / "hidden")
    world.work()
    waiting = world.delivery()
    assert (waiting.state, waiting.code) == (DeliveryState.WAITING, "FILE_STORAGE_UNAVAILABLE")
    assert receiver.requests == []
    hidden.rename(stored)
    clock.move(seconds=6)
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED


def test_more_than_fits_into_one_request_fails_for_good(world: FileWorld) -> None:
    many = "$join([1..60].($$.file_data[0].base64))"
    world.sending(expression=f'{{"all": {many}}}')
    a_file(world.organization)
    FileVersion.objects.update(size_bytes=10 * MIB)
    world.work()
    assert (world.delivery().code, world.delivery().state) == ("FILE_TOO_LARGE", DeliveryState.FAILED)


def test_a_large_file_is_never_in_memory(world: FileWorld, receiver: Receiver) -> None:
    """The receiver of the test holds the body itself, so what it has is taken off."""
    size = 64 * MIB
    world.sending()
    a_file(world.organization, b"x" * size)
    tracemalloc.start()
    world.work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    [request] = receiver.requests
    assert len(request.body) > size * 4 // 3
    assert peak - len(request.body) < 16 * MIB


@pytest.mark.parametrize(
    "changed",
    [
        '$replace(file_data[0].base64, "-000000", "-000009")',
        "$uppercase(file_data[0].base64)",
        "$substring(file_data[0].base64, 0, 30)",
        "$substring(file_data[0].base64, 20)",
        '$replace(file_data[0].base64, "-000000", "")',
    ],
)
def test_an_expression_that_changes_the_bytes_fails_alone(world: FileWorld, receiver: Receiver, changed: str) -> None:
    world.sending(expression=f'{{"x": wrong ? {changed} : file_data[0].base64}}')
    wrong, right = world.stored(b"1"), world.stored(b"2")
    world.happens(named(wrong), wrong=True)
    world.happens(named(right))
    world.work()
    failed, gone = world.deliveries()
    assert (failed.state, failed.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert "base64" in failed.message
    assert gone.state == DeliveryState.SUCCEEDED
    assert [base64.b64decode(one.json["x"]) for one in receiver.requests] == [b"2"]


@pytest.mark.parametrize("version_index", [2**31, 2**63])
def test_a_version_that_no_file_can_have_fails_alone(world: FileWorld, receiver: Receiver, version_index: int) -> None:
    world.sending()
    right = world.stored(b"2")
    world.happens(named(right, version_index))
    world.happens(named(right))
    world.work()
    failed, gone = world.deliveries()
    assert (failed.state, failed.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")
    assert gone.state == DeliveryState.SUCCEEDED


@pytest.mark.parametrize("where", ["outbound.payloads.making.with_files", "outbound.preparing.carrying_hop"])
def test_what_nobody_foresaw_ends_its_own_delivery_and_no_other(
    world: FileWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    world.sending()
    wrong, right = world.stored(b"1"), world.stored(b"2")
    world.happens(named(wrong, filename="wrong"))
    world.happens(named(right))
    module, name = where.rsplit(".", 1)
    real = getattr(import_module(module), name)

    def raising(*given: Any, **options: Any) -> Any:
        if "wrong" in str(given):
            raise IndexError
        return real(*given, **options)

    monkeypatch.setattr(where, raising)
    world.work()
    failed, gone = world.deliveries()
    assert (failed.state, failed.code) == (DeliveryState.FAILED, "UNKNOWN_ERROR")
    assert gone.state == DeliveryState.SUCCEEDED
