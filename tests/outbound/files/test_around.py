"""Tests, resends, triggers, pages and answers of deliveries that carry files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.entities.models import FileVersion
from hub.events import projecting
from hub.ids import new_id, to_text
from outbound import preparing
from outbound.api.delivery_bodies import detail_document
from outbound.attachments import loading
from outbound.attachments.files import SAMPLE
from outbound.deliveries import get_delivery
from outbound.delivering import large, sending, turn
from outbound.delivering.filling import filled
from outbound.delivering.slots import GRACE, LEASE
from outbound.firing import Shot, fire
from outbound.models import Delivery, DeliveryBody, DeliveryState
from outbound.resending import Resending, resend
from outbound.trials.delivery import Trial, send_test
from tests.builders import NOW
from tests.cast import OWNER
from tests.conftest import FixedClock
from tests.hub.entities.files.builders import a_file, further_version
from tests.outbound.files.conftest import FileWorld, named, parts_of
from tests.receiver import Received, Receiver, Reply
from tools.running import wait_for

MODES = ["json_base64", "binary_multipart"]


def again(world: FileWorld, *, is_anew: bool) -> None:
    order = Resending(SYSTEM, is_anew=is_anew)
    resend(organization=world.organization, delivery_ids=[world.delivery().id], order=order, at=NOW)
    world.work()


@pytest.mark.parametrize("mode", MODES)
def test_a_verbatim_resend_carries_the_same_bytes_under_the_same_id(
    world: FileWorld, receiver: Receiver, mode: str
) -> None:
    world.sending(mode)
    a_file(world.organization, b"bytes")
    world.work()
    again(world, is_anew=False)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    if mode == "json_base64":
        assert first.body == second.body
    else:
        assert parts_of(first) == parts_of(second)


def test_a_delivery_that_is_made_anew_finds_what_has_been_stored_since(world: FileWorld, receiver: Receiver) -> None:
    world.sending()
    entity_id = world.stored(b"first")
    world.happens(named(entity_id, 1))
    world.work()
    assert world.delivery().code == "ATTACHMENT_NOT_FOUND"
    further_version(world.organization, entity_id, b"second")
    again(world, is_anew=True)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_test_with_a_sample_carries_sample_bytes(world: FileWorld, receiver: Receiver, mode: str) -> None:
    world.webhook(eventName="event_FileCreated", deliveryMode=mode)
    send_test(organization=world.organization, order=Trial("wh_1", SYSTEM), at=NOW)
    world.work()
    [request] = receiver.requests
    if mode == "binary_multipart":
        assert [one.content for one in parts_of(request) if one.filename] == [SAMPLE]
    else:
        assert len(request.json["file_data"]) == 1


@pytest.mark.parametrize("mode", MODES)
def test_what_no_event_stands_behind_goes_out_as_it_is(world: FileWorld, receiver: Receiver, mode: str) -> None:
    world.webhook(deliveryMode=mode)
    shot = Shot({"metadata": {"action": "trigger"}, "event_attachments": [{"entity_id": "x"}]})
    fire(organization=world.organization, webhook_id="wh_1", shot=shot, at=NOW)
    world.work()
    [request] = receiver.requests
    assert request.json == shot.payload
    assert request.headers["content-type"] == "application/json"


def test_a_large_delivery_is_leased_for_as_long_as_it_may_take(world: FileWorld, receiver: Receiver) -> None:
    leased: list[Any] = []

    def answer(_: Any, __: int) -> Any:
        leased.append(Delivery.objects.get().leased_until)
        connection.close()  # that of the receiver's thread

    receiver.answer = answer
    world.sending()
    a_file(world.organization, b"x" * 8 * 1024 * 1024)
    world.work()
    [until] = leased
    assert until > NOW + LEASE + GRACE


def test_a_worker_has_only_so_many_large_deliveries_out_and_others_go_on(
    world: FileWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "MOST_AT_ONCE", 0)
    world.sending()
    world.webhook("wh_2")
    a_file(world.organization)
    fire(organization=world.organization, webhook_id="wh_2", shot=Shot({"a": 1}), at=NOW)
    world.work()
    waiting, gone = world.deliveries()
    assert (waiting.state, gone.state) == (DeliveryState.WAITING, DeliveryState.SUCCEEDED)


@pytest.mark.parametrize("mode", MODES)
def test_the_page_lists_the_files_and_no_bytes(world: FileWorld, client_of: Callable[..., Client], mode: str) -> None:
    world.sending(mode)
    a_file(world.organization, b"bytes", "Übersicht.pdf")
    world.work()
    page = client_of(OWNER).get(f"/app/deliveries/{to_text('dlv_', world.delivery().id)}").content.decode()
    assert "Übersicht.pdf" in page
    assert "hub-text-" not in page
    assert "Ynl0ZXM=" not in page


def test_the_answer_about_a_delivery_lists_the_files(world: FileWorld) -> None:
    world.sending()
    entity_id = a_file(world.organization, b"bytes")
    world.work()
    detail = get_delivery(organization=world.organization, delivery_id=world.delivery().id)
    document = detail_document(detail, is_held=False, acknowledgement=None)
    assert [one["entity_id"] for one in document["files"]] == [str(entity_id)]  # type: ignore[union-attr,index]  # a list
    assert "<base64 of a.pdf, 5 bytes>" in str(document["payload"])


def test_a_small_delivery_passes_a_large_one_that_is_on_its_way(world: FileWorld, receiver: Receiver) -> None:
    """The receiver of the large one does not answer before the small one has come."""
    small_one_came = threading.Event()

    def answer(request: Received, _: int) -> Reply:
        if request.path == "/small":
            small_one_came.set()
        return Reply(200 if small_one_came.wait(20) else 500)

    receiver.answer = answer
    world.sending(maxInFlight=1)
    world.webhook("wh_2", url=f"{receiver.url}/small")
    a_file(world.organization, b"x" * 16 * 1024 * 1024)
    fire(organization=world.organization, webhook_id="wh_2", shot=Shot({"a": 1}), at=NOW)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.SUCCEEDED] * 2


def test_a_disk_that_is_full_is_tried_again(
    world: FileWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(loading, "SpooledTemporaryFile", full)
    world.sending()
    a_file(world.organization)
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, "FILE_STORAGE_UNAVAILABLE")
    assert receiver.requests == []


def test_a_file_that_is_purged_while_its_delivery_waits_ends_it(
    world: FileWorld, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(503))
    world.sending()
    a_file(world.organization)
    world.work()
    FileVersion.objects.all().delete()
    clock.move(seconds=6)
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")


def test_nothing_is_sent_that_another_worker_took_while_the_files_were_read(
    world: FileWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_id()

    def slowly(*given: Any) -> Any:
        Delivery.objects.update(lease=other)
        connection.close()  # that of the thread that reads
        return filled(*given)

    monkeypatch.setattr(sending, "filled", slowly)
    world.sending()
    a_file(world.organization)
    world.work()
    assert receiver.requests == []
    assert (world.delivery().state, world.delivery().lease) == (DeliveryState.SENDING, other)


def test_a_delivery_stays_leased_for_as_long_as_its_files_are_read(
    world: FileWorld, receiver: Receiver, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_leased() -> bool:
        until = Delivery.objects.get().leased_until
        connection.close()  # that of the thread that reads
        return until is not None and until > clock.now()

    def slowly(*given: Any) -> Any:
        clock.move(seconds=LEASE.total_seconds() + 1)
        wait_for(is_leased, "the lease to be renewed")
        return filled(*given)

    monkeypatch.setattr(sending, "RENEW_EVERY_S", 0.05)
    monkeypatch.setattr(sending, "filled", slowly)
    world.sending()
    a_file(world.organization)
    world.work()
    assert len(receiver.requests) == 1
    assert (world.delivery().state, world.delivery().attempts) == (DeliveryState.SUCCEEDED, 1)


@pytest.mark.parametrize("is_test", [False, True])
def test_small_files_count_and_those_of_tests_as_well(
    world: FileWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, is_test: bool
) -> None:
    out: list[int] = []

    def answer(_: Any, __: int) -> Any:
        out.append(Delivery.objects.filter(state=DeliveryState.SENDING).count())
        connection.close()  # that of the receiver's thread

    receiver.answer = answer
    monkeypatch.setattr(large, "MOST_AT_ONCE", 2)
    world.sending()
    for number in range(5):
        a_file(world.organization, b"%d" % number)
    projecting.work()
    preparing.work()
    Delivery.objects.update(is_test=is_test)
    world.work()
    assert len(receiver.requests) == 5
    assert max(out) <= 2


def test_a_request_that_meets_what_nobody_foresaw_keeps_no_other_from_going_out(
    world: FileWorld, receiver: Receiver
) -> None:
    world.sending()
    world.webhook("wh_2")
    a_file(world.organization)
    fire(organization=world.organization, webhook_id="wh_2", shot=Shot({"a": 1}), at=NOW)
    projecting.work()
    preparing.work()
    body = DeliveryBody.objects.get(delivery_id=world.deliveries()[0].id)
    del body.request["url"]
    body.save()
    turn.work()
    wrong, gone = world.deliveries()
    assert (wrong.state, wrong.code) == (DeliveryState.WAITING, "UNKNOWN_ERROR")
    assert gone.state == DeliveryState.SUCCEEDED
