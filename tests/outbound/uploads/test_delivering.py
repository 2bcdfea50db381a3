"""The files of an event go out by the recipe that a mapping names, each as a delivery of its own or all in one."""

from __future__ import annotations

import base64
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import clock as hub_clock
from hub.accounts.audit import SYSTEM
from hub.events import projecting
from hub.ids import new_id
from outbound import preparing
from outbound.models import Acknowledgement, Delivery, DeliveryAttempt, DeliveryBody, DeliveryState, Endpoint
from outbound.resending import Resending, resend
from tests.hub.entities.files.builders import further_version
from tests.outbound.uploads.world import EVENT, SECRET, STEP, attachment, to_recipe
from tests.outbound.world import mapping
from tests.receiver import Reply

FAN_OUT = {"enabled": True}


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_all_files_of_an_event_go_out_in_one_delivery(uploads):
    uploads.recipe()
    uploads.use_case()
    uploads.event(attachment(uploads.file(b"one", "1.pdf"), _tags=["x"]), uploads.file(b"two", "2.pdf"))
    uploads.world.work()
    delivery = uploads.world.delivery()
    [sent] = uploads.sent()
    assert (delivery.state, delivery.part, delivery.attempts) == (DeliveryState.SUCCEEDED, 0, 1)
    assert sent.json["doc"] == [in_base64(b"one"), in_base64(b"two")]
    assert sent.json["tags"] == ["x"]
    assert sent.json["ack"] == str(delivery.ack_id)
    [span] = uploads.world.spans("FILE_UPLOADED")
    assert span.level == "success"


def test_each_file_is_a_delivery_of_its_own_where_the_recipe_fans_out(uploads):
    uploads.recipe(fan_out=FAN_OUT)
    uploads.use_case()
    files = [uploads.file(content, f"{content.decode()}.pdf") for content in (b"one", b"two", b"three")]
    uploads.event(*files)
    uploads.world.work()
    deliveries = uploads.world.deliveries()
    assert [(one.part, one.state) for one in deliveries] == [(n, DeliveryState.SUCCEEDED) for n in (1, 2, 3)]
    assert sorted(one.json["name"] for one in uploads.sent()) == ["one.pdf", "three.pdf", "two.pdf"]
    keys = {one.headers["idempotency-key"] for one in uploads.sent()}
    event_id = deliveries[0].core_event_id
    assert len(keys) == 3
    assert {key.split(":")[1] for key in keys} == {str(file) for file in files}
    assert all(one.core_event_id == event_id for one in deliveries)


def test_what_is_fanned_out_keeps_the_order_that_it_was_planned_with(uploads):
    uploads.recipe(fan_out=FAN_OUT)
    uploads.use_case()
    uploads.event(uploads.file(b"one", "1.pdf"), uploads.file(b"two", "2.pdf"))
    key = new_id()
    Delivery.objects.update(order_key=key)
    uploads.world.work()
    assert [one.order_key for one in uploads.world.deliveries()] == [key, key]


def test_two_versions_of_one_file_go_out_under_different_keys(uploads):
    uploads.recipe(fan_out=FAN_OUT)
    uploads.use_case()
    file = uploads.file(b"the first", "a.pdf")
    further_version(uploads.organization, file, b"the second")
    uploads.event(attachment(file, 0), attachment(file, 1))
    uploads.world.work()
    assert {one.json["doc"] for one in uploads.sent()} == {in_base64(b"the first"), in_base64(b"the second")}
    assert len({one.headers["idempotency-key"] for one in uploads.sent()}) == 2


@pytest.mark.parametrize("names", [["1.pdf"], ["1.pdf", "2.pdf"]])
def test_two_mappings_hand_the_same_files_over_under_different_keys(uploads, names):
    uploads.recipe()
    uploads.recipe(slug="to-the-archive")
    uploads.world.use_case(to_recipe(), to_recipe("to-the-archive", number=2), event=EVENT)
    uploads.event(*(uploads.file(name.encode(), name) for name in names))
    uploads.world.work()
    assert len(uploads.sent()) == 2
    assert len({one.headers["idempotency-key"] for one in uploads.sent()}) == 2


def test_a_file_that_fails_is_tried_again_alone(uploads, clock):
    uploads.recipe(fan_out=FAN_OUT)
    uploads.use_case()
    fails = {"two.pdf"}
    uploads.answers["/files"] = lambda one: Reply(503) if one.json["name"] in fails else Reply(200)
    uploads.event(*(uploads.file(name.encode(), name) for name in ("one.pdf", "two.pdf", "three.pdf")))
    uploads.world.work()
    assert [one.state for one in uploads.world.deliveries()] == ["succeeded", "waiting", "succeeded"]
    waiting = uploads.world.deliveries()[1]
    assert waiting.code == "HTTP_503"
    assert timedelta(seconds=26) < waiting.next_attempt_at - hub_clock.now() < timedelta(seconds=34)
    fails.clear()
    clock.move(minutes=1)
    uploads.world.work()
    assert [one.state for one in uploads.world.deliveries()] == ["succeeded"] * 3
    names = [one.json["name"] for one in uploads.sent()]
    assert sorted(names) == ["one.pdf", "three.pdf", "two.pdf", "two.pdf"]
    repeats = [one.headers["idempotency-key"] for one in uploads.sent() if one.json["name"] == "two.pdf"]
    assert len(set(repeats)) == 1


def test_an_upload_is_given_up_after_as_many_attempts_as_its_recipe_says(uploads, clock):
    uploads.recipe(upload={"max_delivery_attempts": 2})
    uploads.use_case()
    uploads.answers["/files"] = Reply(500)
    uploads.event(uploads.file())
    uploads.world.work()
    clock.move(minutes=1)
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code, delivery.attempts) == (DeliveryState.FAILED, "EXTERNAL_API_ERROR", 2)
    assert Acknowledgement.objects.get().state == Acknowledgement.State.FAILED


def test_an_event_without_files_is_left_out(uploads):
    uploads.recipe()
    uploads.use_case()
    uploads.event()
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.SKIPPED, "NO_FILE_ATTACHMENTS")
    assert uploads.sent() == []


def test_an_event_that_the_filter_does_not_want_is_left_out(uploads):
    uploads.recipe()
    uploads.use_case(event_filter="false")
    uploads.event(uploads.file())
    uploads.world.work()
    assert uploads.world.delivery().code == "FILTERED"


@pytest.mark.parametrize("fan_out", [FAN_OUT, {"enabled": False}])
def test_an_event_with_too_many_files_fails_before_anything_is_stored(uploads, fan_out):
    uploads.recipe(fan_out=fan_out)
    uploads.use_case()
    uploads.event(*(uuid4() for _ in range(501)))
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "TOO_MANY_ATTACHMENTS")
    assert "501 files" in delivery.message
    assert not DeliveryBody.objects.exists()


def test_more_events_take_no_more_queries_to_be_split(uploads):
    uploads.recipe(fan_out=FAN_OUT)
    uploads.use_case()
    files = [uploads.file(b"one", "1.pdf"), uploads.file(b"two", "2.pdf")]
    counts = []
    for events in (2, 6):
        for _ in range(events):
            uploads.event(*files)
        while projecting.work():
            pass
        with CaptureQueriesContext(connection) as queries:
            assert preparing.work() == events
        # SQLite settles row by row
        counts.append(sum("UPDATE outbound_delivery SET state" not in one["sql"] for one in queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("limits", [{"max_file_bytes": 5}, {"max_total_bytes": 5}])
def test_what_is_too_large_fails_at_once(uploads, limits):
    uploads.recipe(upload=limits)
    uploads.use_case()
    uploads.event(uploads.file(b"123456"))
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "FILE_TOO_LARGE")
    assert uploads.sent() == []


def test_a_file_that_is_not_stored_fails_at_once(uploads):
    uploads.recipe()
    uploads.use_case()
    uploads.event(uuid4())
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "ATTACHMENT_NOT_FOUND")
    assert "is not stored in the hub" in delivery.message


@pytest.mark.parametrize("kind", ["absent", "disabled", "download"])
def test_a_slug_without_a_recipe_fails_with_a_sentence(uploads, kind):
    if kind == "disabled":
        uploads.recipe(enabled=False)
    if kind == "download":
        step = {name: value for name, value in STEP.items() if name != "body_jsonata"}
        response = {"body": "steps[0].body", "encoding": "base64"}
        row = uploads.recipe()
        row.configuration = {"steps": [step], "response": response}
        row.save()
    uploads.use_case()
    uploads.event(uploads.file())
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "UPLOAD_RECIPE_UNFIT")
    assert "to-the-dms" in delivery.message


def test_the_recipe_is_that_of_the_moment_of_each_attempt(uploads, clock):
    row = uploads.recipe()
    uploads.use_case()
    uploads.answers["/files"] = Reply(503)
    uploads.event(uploads.file())
    uploads.world.work()
    row.configuration = row.configuration | {"steps": [STEP | {"url": "{{env.dms.base}}/other"}]}
    row.save()
    uploads.organization.bump_config_version()
    uploads.answers["/other"] = Reply()
    clock.move(minutes=1)
    uploads.world.work()
    assert uploads.world.delivery().state == DeliveryState.SUCCEEDED
    assert len(uploads.sent("/other")) == 1


def test_a_step_that_is_not_enabled_ends_the_delivery_as_skipped(uploads):
    uploads.recipe(STEP | {"enabled": "false"})
    uploads.use_case()
    uploads.event(uploads.file())
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.SKIPPED, "FILE_UPLOAD_SKIPPED")
    assert uploads.sent() == []


def test_an_attempt_keeps_its_steps_and_neither_files_nor_secrets(uploads):
    auth = {
        "type": "oauth2_client_credentials",
        "token_url": "{{env.dms.base}}/token",
        "client_id": "hub",
        "client_secret": "{{env.dms.secret}}",
    }
    uploads.recipe(
        STEP | {"headers": {"X-Key": "{{env.dms.secret}}"}}, STEP | {"url": "{{env.dms.base}}/no"}, auth=auth
    )
    uploads.use_case()
    uploads.event(uploads.file(b"contents of the file" * 20))
    uploads.world.work()
    [attempt] = uploads.attempts()
    assert [(step["step"], step["status"]) for step in attempt.steps] == [(0, 201), (1, 404)]
    assert attempt.url.endswith("/no")
    assert (attempt.status_code, attempt.code) == (404, "EXTERNAL_API_ERROR")
    kept = repr([vars(one) for one in DeliveryAttempt.objects.all()]) + repr(
        [vars(one) for one in Delivery.objects.all()]
    )
    assert SECRET not in kept
    assert in_base64(b"contents of")[:12] not in kept


def test_an_upload_is_sent_again_as_the_same_file(uploads):
    uploads.recipe(fan_out=FAN_OUT)
    uploads.use_case()
    uploads.event(uploads.file(b"one", "1.pdf"), uploads.file(b"two", "2.pdf"))
    uploads.world.work()
    second = uploads.world.deliveries()[1]
    for is_anew in (False, True):
        order = Resending(SYSTEM, is_anew=is_anew)
        [copy] = resend(organization=uploads.organization, delivery_ids=[second.id], order=order, at=hub_clock.now())
        uploads.world.work()
        copy.refresh_from_db()
        assert (copy.state, copy.part) == (DeliveryState.SUCCEEDED, 2)
    names = [one.json["name"] for one in uploads.sent()]
    assert sorted(names[:2]) == ["1.pdf", "2.pdf"]
    assert names[2:] == ["2.pdf", "2.pdf"]
    assert len({one.headers["idempotency-key"] for one in uploads.sent() if one.json["name"] == "2.pdf"}) == 1


def test_what_waits_ends_with_the_use_case(uploads, clock):
    uploads.recipe()
    use_case = uploads.use_case()
    uploads.answers["/files"] = Reply(503)
    uploads.event(uploads.file())
    uploads.world.work()
    use_case.enabled = False
    use_case.save()
    clock.move(minutes=1)
    uploads.world.work()
    assert uploads.world.delivery().code == "USE_CASE_DISABLED"
    assert len(uploads.sent()) == 1


def test_webhooks_and_uploads_of_one_use_case_go_side_by_side(uploads):
    uploads.recipe()
    uploads.world.webhook()
    uploads.answers["/events"] = Reply()
    uploads.world.use_case(mapping(jsonata_expression="$"), to_recipe(number=2), event=EVENT)
    uploads.event(uploads.file())
    uploads.world.work()
    assert {one.state for one in uploads.world.deliveries()} == {"succeeded"}
    assert sorted(one.path for one in uploads.dms.requests) == ["/events", "/files"]


def test_an_upload_whose_worker_has_died_is_repeated_with_the_same_key(uploads, clock):
    uploads.recipe()
    uploads.use_case()
    uploads.event(uploads.file())
    uploads.world.work()
    first = uploads.world.delivery()
    Delivery.objects.update(
        state=DeliveryState.SENDING,
        leased_by="gone",
        leased_until=hub_clock.now() - timedelta(seconds=1),
        lease=uuid4(),
    )
    uploads.world.work()
    again = uploads.world.delivery()
    assert (first.state, again.state, again.attempts) == ("succeeded", "succeeded", 2)
    assert len({one.headers["idempotency-key"] for one in uploads.sent()}) == 1


def test_a_document_system_that_lets_wait_keeps_no_webhook_waiting(uploads):
    arrived = Event()

    def after_the_webhook(_):
        return Reply(200 if arrived.wait(20) else 500)

    def webhook(_):
        arrived.set()
        return Reply()

    uploads.answers |= {"/files": after_the_webhook, "/events": webhook}
    uploads.recipe()
    uploads.world.webhook()
    uploads.world.use_case(to_recipe(), mapping(number=2, jsonata_expression="$"), event=EVENT)
    uploads.event(uploads.file())
    uploads.world.work()
    assert {(one.state, one.attempts) for one in uploads.world.deliveries()} == {("succeeded", 1)}


def test_a_document_system_that_is_ill_gets_probes_until_it_is_back(uploads, clock):
    uploads.recipe(fan_out=FAN_OUT)
    uploads.use_case()
    uploads.answers["/files"] = Reply(500)
    uploads.event(*(uploads.file(bytes([n]), f"{n}.pdf") for n in range(12)))
    uploads.world.work()
    asked = len(uploads.sent())
    assert Endpoint.objects.get().circuit == Endpoint.Circuit.OPEN
    clock.move(minutes=2)
    uploads.world.work()
    assert len(uploads.sent()) == asked + 1
    uploads.answers["/files"] = Reply()
    clock.move(hours=5)
    uploads.world.work()
    assert {one.state for one in uploads.world.deliveries()} == {"succeeded"}


def test_an_unforeseen_failure_is_one_attempt(uploads, monkeypatch):
    def broken(*_):
        raise RuntimeError("nobody thought of that")

    monkeypatch.setattr("outbound.delivering.uploading.send", broken)
    uploads.recipe()
    uploads.use_case()
    uploads.event(uploads.file())
    uploads.world.work()
    delivery = uploads.world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, "UNKNOWN_ERROR")
