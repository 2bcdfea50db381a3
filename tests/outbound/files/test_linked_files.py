"""A file whose bytes lie in another system goes along with a webhook, read through the recipe of its own address."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from hub.events import projecting
from hub.ids import to_text
from integrations.models import UseCaseType
from outbound.api.delivery_bodies import detail_document
from outbound.attachments import files as attachment_files
from outbound.attachments import loading
from outbound.deliveries import get_delivery
from outbound.models import Delivery, DeliveryBody, DeliveryState
from proxies.file_proxy import reading
from tests.builders import make_use_case
from tests.cast import OWNER
from tests.conftest import FixedClock
from tests.hub.entities.files.builders import a_file, further_version
from tests.outbound.archive import PATH, archive_address, archive_recipe
from tests.outbound.files.conftest import SECRET, FileWorld, named, parts_of
from tests.receiver import Received, Receiver, Reply

CONTENT = b"a file that is somewhere else"
MODES = ["json_base64", "binary_multipart"]


class Archive:
    """Answers beside the webhook of the world. answer: to whoever asks for its file."""

    def __init__(self, world: FileWorld, receiver: Receiver) -> None:
        self.world, self.receiver = world, receiver
        self.answer = Reply(body=CONTENT)
        self.at_the_webhook = Reply(200)
        self.recipe = archive_recipe(world.integration, receiver.url)
        receiver.answer = lambda received, _: self.answer if received.path == PATH else self.at_the_webhook

    def file(self, link: str = "", **attributes: Any) -> UUID:
        """A file entity with that address, or one that leads to the archive, whose own event is not delivered."""
        address = link or archive_address(self.world.integration)
        entity_id = self.world.write("file", external_id="X-1", custom_download_url=address, **attributes)
        projecting.work()
        Delivery.objects.filter(state=DeliveryState.PLANNED).delete()
        return entity_id

    @property
    def asked(self) -> list[Received]:
        """For its file."""
        return [one for one in self.receiver.requests if one.path == PATH]

    @property
    def sent(self) -> list[Received]:
        """To the webhook."""
        return [one for one in self.receiver.requests if one.path == "/events"]


@pytest.fixture
def archive(world: FileWorld, receiver: Receiver) -> Archive:
    """With a recipe."""
    return Archive(world, receiver)


def delivered(world: FileWorld, archive: Archive, mode: str, *attachments: Any) -> None:
    world.sending(mode)
    world.happens(*(attachments or [named(archive.file(filename="x.pdf"), filename="x.pdf")]))
    world.work()


def test_its_bytes_stand_in_the_json(world: FileWorld, archive: Archive) -> None:
    delivered(world, archive, "json_base64")
    [file] = archive.sent[0].json["files"]
    assert base64.b64decode(file["base64"]) == CONTENT
    assert (file["filename"], file["size_bytes"]) == ("x.pdf", None)
    assert int(archive.sent[0].headers["content-length"]) == len(archive.sent[0].body)
    assert world.delivery().state == DeliveryState.SUCCEEDED
    assert [one.code for one in world.spans("FILE_PROXY_OK")] == ["FILE_PROXY_OK"]


def test_its_bytes_are_a_part_of_the_form_and_signed_with_what_they_turned_out_to_be(
    world: FileWorld, archive: Archive
) -> None:
    delivered(world, archive, "binary_multipart")
    [request] = archive.sent
    told, file = parts_of(request)
    assert (file.filename, file.content) == ("x.pdf", CONTENT)
    assert told.json["size_bytes"] == len(CONTENT)
    segment = f"{hashlib.sha256(CONTENT).hexdigest()}.{told.content.decode()}"
    content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.{segment}"
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, content.encode(), hashlib.sha256)).decode()
    assert request.headers["webhook-signature"].split()[1] == f"v1,{expected}"


def test_the_size_that_the_event_tells_is_what_the_expression_sees(world: FileWorld, archive: Archive) -> None:
    delivered(world, archive, "json_base64", named(archive.file(), size_bytes=7))
    assert archive.sent[0].json["files"][0]["size_bytes"] == 7


def test_the_entity_says_what_the_event_leaves_out(world: FileWorld, archive: Archive) -> None:
    delivered(world, archive, "json_base64", named(archive.file(filename="of.pdf", mime_type="application/pdf")))
    [file] = archive.sent[0].json["files"]
    assert (file["filename"], file["mime_type"]) == ("of.pdf", "application/pdf")


def test_stored_and_linked_files_go_along_in_their_order(world: FileWorld, archive: Archive) -> None:
    stored = world.stored(b"stored")
    delivered(world, archive, "json_base64", named(stored), named(archive.file()))
    files = [base64.b64decode(one["base64"]) for one in archive.sent[0].json["files"]]
    assert files == [b"stored", CONTENT]


def test_what_the_expression_leaves_out_is_not_asked_for(world: FileWorld, archive: Archive) -> None:
    world.sending(expression='{"names": file_data.filename}')
    world.happens(named(archive.file(), filename="x.pdf"))
    world.work()
    assert archive.sent[0].json == {"names": "x.pdf"}
    assert archive.asked == []


@pytest.mark.parametrize("mode", MODES)
def test_each_attempt_reads_it_anew(world: FileWorld, archive: Archive, clock: FixedClock, mode: str) -> None:
    archive.at_the_webhook = Reply(503)
    delivered(world, archive, mode)
    archive.answer, archive.at_the_webhook = Reply(body=b"changed"), Reply(200)
    clock.move(seconds=6)
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED
    assert b"changed" in archive.sent[1].body or base64.b64encode(b"changed") in archive.sent[1].body


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("status", "state"), [(503, "waiting"), (429, "waiting"), (404, "failed"), (403, "failed")])
def test_an_answer_of_the_archive_counts_as_in_an_upload(
    world: FileWorld, archive: Archive, mode: str, status: int, state: str
) -> None:
    archive.answer = Reply(status)
    delivered(world, archive, mode)
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (state, "FILE_FETCH_FAILED")
    assert delivery.message == f"Step 0 was answered with {status}."
    assert archive.sent == []


def test_a_recipe_that_is_disabled_ends_it(world: FileWorld, archive: Archive) -> None:
    archive.recipe.enabled = False
    archive.recipe.save()
    delivered(world, archive, "json_base64")
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "NOT_FOUND")


def test_a_way_out_that_the_operator_has_yet_to_set_up_is_tried_again(world: FileWorld, archive: Archive) -> None:
    proxy = {"vpc_mode": "secure_link", "allowed_domains": ["*.plant.example"]}
    make_use_case(integration=world.integration, slug="way-out", type=UseCaseType.SECURE_PROXY, configuration=proxy)
    archive.recipe.configuration = archive.recipe.configuration | {"secure_proxy": {"use_case_slug": "way-out"}}
    archive.recipe.save()
    delivered(world, archive, "json_base64")
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, "SECURE_PROXY_MODE_UNAVAILABLE")


def test_a_file_that_takes_too_long_to_be_read_is_tried_again(
    world: FileWorld, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "READING_S", -1.0)
    delivered(world, archive, "json_base64")
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, "TIMEOUT")
    assert delivery.message == "x.pdf takes too long to be read."
    assert [one.code for one in world.spans("FILE_PROXY_ABANDONED")] == ["FILE_PROXY_ABANDONED"]


@pytest.mark.parametrize("mode", MODES)
def test_a_file_that_turns_out_too_large_fails_for_good(
    world: FileWorld, archive: Archive, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(loading, "MOST_BYTES", len(CONTENT) - 1)
    delivered(world, archive, mode)
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "FILE_TOO_LARGE")
    assert archive.sent == []


def test_a_file_that_is_told_to_be_too_large_is_not_asked_for(world: FileWorld, archive: Archive) -> None:
    delivered(world, archive, "json_base64", named(archive.file(), size_bytes=attachment_files.MOST_BYTES + 1))
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "FILE_TOO_LARGE")
    assert archive.asked == []


def test_more_than_fits_into_one_request_fails_for_good(
    world: FileWorld, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbound.attachments.carrying.MOST_SENT", 3 * len(CONTENT))
    world.sending(expression='{"all": $join([1..4].($$.file_data[0].base64))}')
    world.happens(named(archive.file()))
    world.work()
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "FILE_TOO_LARGE")
    assert archive.sent == []


@pytest.mark.parametrize("mode", MODES)
def test_another_version_than_the_one_that_there_is_fails_and_says_so(
    world: FileWorld, archive: Archive, mode: str
) -> None:
    delivered(world, archive, mode, named(archive.file(), 1, filename="x.pdf"))
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")
    assert delivery.message.startswith("x.pdf (version 1 of ")
    assert "version 0" in delivery.message
    assert archive.asked == []


def test_a_version_that_is_not_stored_is_not_replaced_by_what_lies_behind_an_address(
    world: FileWorld, archive: Archive
) -> None:
    entity_id = a_file(world.organization, b"stored", external_id="X-1")
    archive.file()
    delivered(world, archive, "json_base64", named(entity_id, 1))
    assert world.delivery().code == "ATTACHMENT_NOT_FOUND"
    assert archive.asked == []


def test_what_has_been_stored_since_is_read_from_the_storage(
    world: FileWorld, archive: Archive, clock: FixedClock
) -> None:
    archive.answer = Reply(503)
    entity_id = archive.file()
    delivered(world, archive, "json_base64", named(entity_id))
    further_version(world.organization, entity_id, b"stored since")
    clock.move(seconds=6)
    world.work()
    [file] = archive.sent[0].json["files"]
    assert base64.b64decode(file["base64"]) == b"stored since"


@pytest.mark.parametrize("mode", MODES)
def test_other_addresses_are_never_followed(world: FileWorld, archive: Archive, mode: str) -> None:
    delivered(world, archive, mode, named(archive.file(f"{archive.receiver.url}{PATH}")))
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")
    assert archive.receiver.requests == []


def test_an_address_that_changes_while_the_delivery_waits_is_not_followed(
    world: FileWorld, archive: Archive, clock: FixedClock
) -> None:
    archive.answer = Reply(503)
    delivered(world, archive, "json_base64")
    archive.file("https://elsewhere.example/file")
    clock.move(seconds=6)
    world.work()
    assert world.deliveries()[0].code == "ATTACHMENT_NOT_FOUND"
    assert len(archive.asked) == 1


def test_nothing_that_is_kept_says_where_it_lies(world: FileWorld, archive: Archive) -> None:
    delivered(world, archive, "json_base64")
    body = DeliveryBody.objects.get()
    assert "from-the-archive" not in f"{body.request}{bytes(body.body).decode()}"
    [listed] = body.request["files"]["listed"]
    assert (listed["size_bytes"], listed["sha256"], listed["is_linked"]) == (None, None, True)


@pytest.mark.parametrize("mode", MODES)
def test_page_and_api_say_that_it_is_linked(
    world: FileWorld, archive: Archive, client_of: Callable[..., Client], mode: str
) -> None:
    delivered(world, archive, mode)
    page = client_of(OWNER).get(f"/app/deliveries/{to_text('dlv_', world.delivery().id)}").content.decode()
    assert "x.pdf" in page
    assert "read anew for each attempt" in page
    detail = get_delivery(organization=world.organization, delivery_id=world.delivery().id)
    document = detail_document(detail, is_held=False, acknowledgement=None)
    [file] = document["files"]  # type: ignore[misc]  # a list
    assert (file["sha256"], file["is_linked"]) == (None, True)
