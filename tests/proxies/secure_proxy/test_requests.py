"""POST /v1/secure-proxy: what goes out, what comes back, and what is told."""

from __future__ import annotations

import base64

import pytest

from integrations.models import UseCase
from tests.proxies.secure_proxy.conftest import PUBLIC, World
from tests.receiver import Reply


def test_the_answer_of_the_target_comes_back_inside_of_ours(world: World):
    world.target.answer = lambda *_: Reply(404, {"X-One": "1", "Content-Type": "application/json"}, b'{"no":"such"}')
    answer = world.send(world.proxy(), f"http://{PUBLIC}/a?b=c", method="GET")
    assert answer.status_code == 200
    assert (answer.json()["status_code"], answer.json()["body"]) == (404, {"no": "such"})
    assert answer.json()["headers"]["x-one"] == "1"
    assert (world.target.requests[0].method, world.target.requests[0].path) == ("GET", "/a?b=c")


def test_the_forward_proxy_is_asked_for_the_address_that_was_checked(world: World, names):
    names.resolve("erp.example.com", [PUBLIC], ["127.0.0.1"])
    answer = world.send(world.proxy(), "http://erp.example.com/")
    assert (answer.status_code, world.tunnels.asked, names.asked) == (200, [f"{PUBLIC}:80"], ["erp.example.com"])
    assert world.target.requests[0].headers["host"] == "erp.example.com"


@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [("a text", b"a text", None), ({"a": [1]}, b'{"a":[1]}', "application/json"), (None, b"", None)],
)
def test_a_text_is_sent_as_it_is_and_anything_else_as_json(world: World, body, sent, content_type):
    world.send(world.proxy(), f"http://{PUBLIC}/", method="POST", body=body)
    assert world.target.requests[0].body == sent
    assert world.target.requests[0].headers.get("content-type") == content_type


def test_a_content_type_of_the_caller_stays(world: World):
    headers = {"content-type": "application/vnd.erp+json"}
    world.send(world.proxy(), f"http://{PUBLIC}/", method="PUT", body={"a": 1}, headers=headers)
    assert world.target.requests[0].headers["content-type"] == "application/vnd.erp+json"


def test_a_get_has_no_body(world: World):
    world.send(world.proxy(), f"http://{PUBLIC}/", method="GET", body={"a": 1})
    assert (world.target.requests[0].body, "content-type" in world.target.requests[0].headers) == (b"", False)


def test_binary_answers_come_back_in_base64(world: World):
    world.target.answer = lambda *_: Reply(200, {}, b"\x00\xff%PDF")
    answer = world.send(world.proxy(), f"http://{PUBLIC}/", response_type="binary").json()
    assert base64.b64decode(answer["body"]) == b"\x00\xff%PDF"


def test_what_is_no_json_comes_back_as_text(world: World):
    world.target.answer = lambda *_: Reply(200, {}, b"<p>hello</p>")
    assert world.send(world.proxy(), f"http://{PUBLIC}/").json()["body"] == "<p>hello</p>"


def test_cookies_and_headers_of_the_connection_do_not_come_back(world: World):
    world.target.answer = lambda *_: Reply(200, {"Set-Cookie": "a=b", "Keep-Alive": "timeout=5", "X-Kept": "1"})
    headers = world.send(world.proxy(), f"http://{PUBLIC}/").json()["headers"]
    assert headers["x-kept"] == "1"
    assert not {"set-cookie", "keep-alive", "connection", "transfer-encoding"} & set(headers)


def test_a_proxy_is_found_by_its_slug(world: World):
    proxy = world.proxy()
    answer = world.send(proxy, f"http://{PUBLIC}/", use_case_id=None, use_case_slug=proxy.slug)
    assert answer.status_code == 200


def test_id_and_slug_have_to_agree(world: World):
    first, second = world.proxy(), world.proxy()
    answer = world.send(first, f"http://{PUBLIC}/", use_case_slug=second.slug)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "use_case_slug")


def test_monitoring_gets_a_span_with_the_status_and_without_path_or_query(world: World):
    world.target.answer = lambda *_: Reply(503)
    world.send(world.proxy(), f"http://{PUBLIC}/secret-path?token=secret")
    [span] = world.spans()
    assert (span.code, span.level, span.sync_type) == ("HTTP_503", "error", "secure_proxy")
    assert span.use_case_version == UseCase.objects.get(pk=span.use_case_id).version
    assert span.detail == {"method": "GET", "host": PUBLIC}
    assert "secret" not in f"{span.message}{span.detail}"
