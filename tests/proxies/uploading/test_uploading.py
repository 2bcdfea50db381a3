"""What a recipe sends of an event's files, step by step, and how that ends."""

from __future__ import annotations

import base64
import json

import pytest

from hub.errors import HubError
from proxies.uploading.orders import FileToSend
from tests.proxies.uploading.world import CONFIRM, CONTENT, CONTENTS, CREATE, HINT, JSON, SECRET, TOKEN, a_file
from tests.receiver import Reply


def test_a_document_is_made_filled_and_confirmed(world):
    world.recipe()
    outcome = world.upload(ack_id="ack-1")
    assert (outcome.code, outcome.status_code) == ("FILE_UPLOADED", 200)
    assert world.paths() == [
        "POST /token",
        "POST /s/documents",
        "PUT /s/documents/D%201/contents",
        "POST /s/documents/D%201/confirm",
    ]
    _, made, filled, confirmed = world.dms.requests
    assert made.json == {"name": "bill.pdf", "customer": "C-1", "ack": "ack-1"}
    assert filled.body == CONTENT
    assert filled.headers["content-type"] == "application/pdf"
    assert confirmed.json == {"etag": "v1", "on": "01.03.2026"}
    assert {one.headers["authorization"] for one in (made, filled, confirmed)} == {f"Bearer {TOKEN}"}
    assert [step["status"] for step in outcome.steps] == [201, 204, 200]
    assert outcome.steps[1]["bytes"] == len(CONTENT)


def test_receivers_get_a_key_by_which_they_know_a_repeat(world):
    world.recipe(CREATE, CONTENTS | {"headers": {"idempotency-key": "{{file_data.0.entity_id}}"}})
    world.upload()
    world.upload()
    keys = [one.headers.get("idempotency-key") for one in world.dms.requests if one.path != "/token"]
    assert keys == [f"{HINT}:0", "00000000-0000-0000-0000-000000000001"] * 2


@pytest.mark.parametrize("size", [0, 1, 2, 3, 65_535, 65_537, 300_001])
def test_a_file_travels_in_base64_within_a_document(world, size):
    content = bytes(range(256)) * (size // 256 + 1)
    world.one_step(body_jsonata='{"doc": {"é": "data:;base64," & $file_data[0].base64}, "again": $file_data.base64}')
    outcome = world.upload(a_file(content[:size]))
    encoded = base64.b64encode(content[:size]).decode()
    assert outcome.code == "FILE_UPLOADED"
    assert world.sent.json == {"doc": {"é": f"data:;base64,{encoded}"}, "again": encoded}
    assert world.sent.headers["content-type"] == "application/json"


def test_several_files_go_out_as_they_are_in_one_form(world):
    world.one_step()
    world.upload(a_file(b"one", filename='ä"\r\n.txt', mime_type="text/plain\r\nX: y"), a_file(b"two"))
    kind = world.sent.headers["content-type"]
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    first, second = world.sent.body.split(f"--{boundary}".encode())[1:3]
    assert 'name="file"; filename="ä%22%0D%0A.txt"\r\n'.encode() in first
    assert first.endswith(b"Content-Type: application/octet-stream\r\n\r\none\r\n")
    assert second.endswith(b"Content-Type: application/pdf\r\n\r\ntwo\r\n")


@pytest.mark.parametrize("odd", ["text/plain\r\nX: y", "no type", "tëxt/plain", "a/b; " + "x" * 300])
def test_a_file_whose_type_is_none_goes_out_as_bytes(world, odd):
    world.one_step()
    assert world.upload(a_file(b"one", mime_type=odd)).code == "FILE_UPLOADED"
    assert world.sent.headers["content-type"] == "application/octet-stream"


def test_the_files_are_always_a_list(world):
    world.one_step(body_jsonata='{"names": $file_data.filename, "kind": $type($file_data), "n": $count($file_data)}')
    world.upload(a_file(filename="a"))
    assert world.sent.json == {"names": "a", "kind": "array", "n": 1}


@pytest.mark.parametrize("enabled", ["$steps[0].body.id = 'other'", "nothing", "0", "''", "[]", False])
def test_a_step_that_is_not_enabled_ends_the_upload_as_skipped(world, enabled):
    world.recipe(CREATE, CONTENTS | {"enabled": enabled}, CONFIRM)
    outcome = world.upload()
    assert outcome.code == "FILE_UPLOAD_SKIPPED"
    assert "Step 1" in outcome.message
    assert world.paths()[1:] == ["POST /s/documents"]


@pytest.mark.parametrize("enabled", ["$steps[0].body.id = 'D 1'", "'x'", "contact", True, None])
def test_a_step_that_is_enabled_is_made(world, enabled):
    world.recipe(CREATE, CONTENTS | {"enabled": enabled})
    assert world.upload().code == "FILE_UPLOADED"


def test_a_file_that_no_request_needs_is_not_read(world):
    def unread():
        raise AssertionError("it was read")

    world.one_step(body_jsonata='{"name": $file_data[0].filename}')
    file = a_file()
    assert world.upload(FileToSend(file.facts, file.size, unread)).code == "FILE_UPLOADED"


@pytest.mark.parametrize("limits", [{"max_file_bytes": 17}, {"max_total_bytes": 17}])
def test_what_is_too_large_is_refused_before_anything_is_read_or_sent(world, limits):
    world.recipe(upload=limits)
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient) == ("FILE_TOO_LARGE", False)
    assert world.paths() == []


def test_a_file_that_is_larger_than_was_known_is_not_sent(world):
    world.recipe(CONTENTS | {"url": "{{env.dms.base}}/upload"}, upload={"max_file_bytes": 17}, auth=None)
    assert world.upload(a_file(size_bytes=3)).code == "FILE_TOO_LARGE"
    assert world.paths() == []


def test_files_that_are_larger_together_than_was_known_are_not_sent(world):
    world.recipe(CONTENTS | {"url": "{{env.dms.base}}/upload"}, upload={"max_total_bytes": 35}, auth=None)
    outcome = world.upload(a_file(size_bytes=0), a_file(size_bytes=0))
    assert (outcome.code, outcome.is_transient) == ("FILE_TOO_LARGE", False)
    assert world.paths() == []


def test_a_file_that_takes_too_long_to_be_read_is_tried_again(world, monkeypatch):
    monkeypatch.setattr("proxies.file_proxy.reading.READING_S", -1.0)
    world.recipe(CONTENTS | {"url": "{{env.dms.base}}/upload"}, auth=None)
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient, outcome.is_receivers_fault) == ("TIMEOUT", True, False)
    assert world.paths() == []


@pytest.mark.parametrize("is_transient", [True, False])
def test_a_file_that_cannot_be_read_says_whether_it_may_be_later(world, is_transient):
    class Unread(HubError):
        code = "FILE_UNREADABLE"

    def unread():
        failure = Unread("The storage is away.")
        failure.is_transient = is_transient  # type: ignore[attr-defined]
        raise failure

    world.one_step()
    file = a_file()
    outcome = world.upload(FileToSend(file.facts, file.size, unread))
    assert (outcome.code, outcome.is_transient, outcome.is_receivers_fault) == ("FILE_UNREADABLE", is_transient, False)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_answers_that_may_pass_are_tried_again(world, status):
    world.recipe(upload={"max_delivery_attempts": 3})
    world.answers["/s/documents/D%201/contents"] = Reply(status, {"Retry-After": "7"}, b"not now")
    outcome = world.upload()
    assert (outcome.code, outcome.status_code, outcome.is_transient) == (f"HTTP_{status}", status, True)
    assert (outcome.max_attempts, outcome.retry_after, outcome.is_receivers_fault) == (3, "7", True)
    assert outcome.message == f"Step 1 was answered with {status}: not now"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_answers_that_will_not_change_are_the_end(world, status):
    world.recipe(CREATE, CONTENTS)
    world.answers["/s/documents/D%201/contents"] = Reply(status)
    outcome = world.upload()
    assert (outcome.code, outcome.status_code, outcome.is_transient) == ("EXTERNAL_API_ERROR", status, False)


@pytest.mark.parametrize("status", [200, 204, 302, 399])
def test_every_other_answer_is_a_success(world, status):
    world.one_step()
    world.answers["/s/upload"] = Reply(status, {"Location": "/elsewhere"}, b"")
    assert world.upload().code == "FILE_UPLOADED"
    assert world.paths() == ["POST /s/upload"]


@pytest.mark.parametrize("more", [[CREATE], []])
@pytest.mark.parametrize("body", [b"<html>Log in</html>", b"D-1 created", b'{"id": '])
def test_an_answer_that_is_no_json_is_the_end(world, body, more):
    world.recipe({"url": "{{env.dms.base}}/upload", "method": "PUT", "response_type": "json"}, *more, auth=None)
    world.answers["/s/upload"] = Reply(200, {"Content-Type": "text/html"}, body)
    outcome = world.upload()
    assert (outcome.code, outcome.status_code, outcome.is_transient) == ("EXTERNAL_API_ERROR", 200, False)
    assert outcome.message.startswith("Step 0 was answered with 200 and a body that is no JSON: ")
    assert world.paths() == ["PUT /s/upload"]


def test_a_last_answer_that_is_a_file_may_be_anything(world):
    world.one_step(response_type="binary")
    world.answers["/s/upload"] = Reply(200, {}, b"D-1 created")
    assert world.upload().code == "FILE_UPLOADED"


@pytest.mark.parametrize("more", [[CREATE], []])
def test_an_answer_that_is_shorter_than_it_says_is_tried_again(world, more):
    world.recipe({"url": "{{env.dms.base}}/upload", "method": "PUT", "response_type": "json"}, *more, auth=None)
    world.answers["/s/upload"] = Reply(200, JSON | {"Content-Length": "9"}, b'{"id": 1')
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient, outcome.is_receivers_fault) == ("CONNECTION_LOST", True, True)
    assert outcome.message.startswith("Step 0: ")


def test_a_system_that_is_away_is_tried_again(world):
    world.one_step()
    world.answers["/s/upload"] = lambda _: None
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient, outcome.is_receivers_fault) == ("CONNECTION_LOST", True, True)


@pytest.mark.parametrize(("status", "is_transient"), [(500, True), (429, True), (400, False), (401, False)])
def test_a_token_that_cannot_be_had(world, status, is_transient):
    world.recipe()
    world.answers["/token"] = Reply(status, JSON, b'{"error": "%s"}' % SECRET.encode())
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient) == ("OAUTH2_TOKEN_FAILURE", is_transient)
    assert SECRET not in outcome.message
    assert world.paths() == ["POST /token"]


def test_a_token_that_is_refused_is_fetched_again_once(world):
    world.recipe(CONTENTS | {"url": "{{env.dms.base}}/upload"})
    world.answers["/s/upload"] = Reply(401)
    assert world.upload().status_code == 401
    assert world.paths() == ["POST /token", "PUT /s/upload"] * 2
    assert [one.body for one in world.dms.requests if one.method == "PUT"] == [CONTENT, CONTENT]


def test_a_token_by_password(world):
    auth = {
        "type": "oauth2_password",
        "token_url": "{{env.dms.token_url}}",
        "client_id": "hub",
        "client_secret": "{{env.dms.secret}}",
        "username": "u",
        "password": "{{env.dms.secret}}",
        "body_params": {"tenant": "t"},
    }
    world.recipe(CREATE | {"headers": {"X-Token": "{{auth_token}}"}}, auth=auth)
    world.upload()
    assert b"grant_type=password" in world.dms.requests[0].body
    assert b"tenant=t" in world.dms.requests[0].body
    assert world.dms.requests[1].headers["x-token"] == TOKEN


def test_a_token_is_fetched_once_for_all_uploads(world):
    world.recipe(CREATE)
    world.upload()
    world.upload()
    assert world.paths().count("POST /token") == 1


@pytest.mark.parametrize("yields", ["'text'", "7", "nothing", "null", "$file_data[0].base64"])
def test_a_body_is_an_object_or_a_list(world, yields):
    world.one_step(body_jsonata=yields)
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient) == ("MAPPING_EXPRESSION_FAILED", False)
    assert "steps[0].body_jsonata" in outcome.message
    assert world.paths() == []


def test_long_texts_of_an_answer_are_passed_on_as_they_came(world):
    long = 'ä\n"' * 40_000
    world.recipe(
        {"url": "{{env.dms.base}}/documents", "method": "GET", "response_type": "json"},
        CREATE | {"url": "{{env.dms.base}}/upload", "body_jsonata": '{"note": "> " & $steps[0].body.note}'},
        auth=None,
    )
    world.answers["/s/documents"] = Reply(200, JSON, json.dumps({"note": long}).encode())
    assert world.upload().code == "FILE_UPLOADED"
    assert world.dms.requests[1].json == {"note": f"> {long}"}
