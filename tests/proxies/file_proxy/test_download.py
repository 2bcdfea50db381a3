"""A signed link opens a file, in as many steps as its recipe has."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from hub.http.messages import MIB
from integrations.models import UseCase
from proxies.file_proxy.failures import DownloadFailed
from tests.hub.http.receivers import Receiver as RawReceiver
from tests.hub.http.receivers import flooding, saying
from tests.proxies.file_proxy.world import FILE, FOUND, JSON, RECIPE, SECRET, TOKEN, content_of, hang_up
from tests.receiver import Reply


def test_the_vector_is_followed_to_the_letter(world):
    world.recipe()
    response = world.browser.open(customerId='K "1"')
    assert response.status_code == 200
    assert content_of(response) == FILE
    assert response["Content-Disposition"] == (
        "attachment; filename=\"Rechnung M_rz.pdf\"; filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(FILE))
    assert world.paths() == ["POST /token", "POST /s/documents", "GET /s/download?fileId=F%207"]
    token, found, file = world.upstream.requests
    assert b"client_secret=" + SECRET.encode() in token.body
    assert found.body == b'{"customerId":"K \\"1\\""}'
    assert {found.headers["authorization"], file.headers["authorization"]} == {f"Bearer {TOKEN}"}


def test_a_file_is_kept_nowhere_and_acts_for_nobody(world):
    world.recipe()
    response = world.browser.open()
    assert content_of(response)
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-site",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    assert {name: response[name] for name in expected} == expected
    assert "Access-Control-Allow-Origin" not in response


def test_no_header_of_the_other_system_is_passed_on(world):
    world.one_step()
    world.answers["/s/download"] = Reply(headers={"Set-Cookie": "a=b", "X-Own": "1", "Content-Type": "text/html"})
    response = world.browser.open()
    assert "Set-Cookie" not in response
    assert "X-Own" not in response
    assert response["Content-Type"] == "application/octet-stream"


def test_a_token_is_fetched_once_for_many_files(world):
    world.recipe()
    for _ in range(3):
        content_of(world.browser.open())
    assert world.paths().count("POST /token") == 1


def test_a_token_that_is_refused_is_fetched_once_more(world):
    world.recipe()
    tokens = iter([b"old", b"new"])
    world.answers["/token"] = lambda _: Reply(headers=JSON, body=b'{"access_token": "%s"}' % next(tokens))
    world.answers["/s/documents"] = lambda received: (
        Reply(headers=JSON, body=FOUND) if received.headers["authorization"] == "Bearer new" else Reply(401)
    )
    assert content_of(world.browser.open()) == FILE
    assert world.paths()[:4] == ["POST /token", "POST /s/documents", "POST /token", "POST /s/documents"]


def test_a_token_that_stays_refused_is_a_failure_of_the_other_system(world):
    world.recipe()
    world.answers["/s/documents"] = Reply(401)
    assert world.browser.open().status_code == 502
    assert world.paths().count("POST /s/documents") == 2
    assert world.code() == "FILE_FETCH_FAILED"


def test_without_a_required_parameter_nothing_is_called(world):
    world.recipe()
    response = world.browser.open(customerId="")
    assert (response.status_code, response.json()["code"]) == (400, "REQUIRED_PARAM_MISSING")
    assert "customerId" in response.json()["message"]
    assert world.paths() == []
    assert world.code() == "REQUIRED_PARAM_MISSING"


@pytest.mark.parametrize(("status", "answered"), [(500, 502), (401, 502), (403, 502), (302, 502), (404, 404)])
def test_a_step_that_fails_ends_it(world, status, answered):
    world.recipe()
    world.answers["/s/documents"] = Reply(status, headers={"Location": "/elsewhere"})
    response = world.browser.open()
    assert response.status_code == answered
    assert "GET /s/download" not in " ".join(world.paths())
    assert "elsewhere" not in response.content.decode()
    assert world.code() == "FILE_FETCH_FAILED"


def test_a_system_that_is_not_there_or_hangs_up_is_told_without_its_address(world):
    world.one_step()
    world.answers["/s/download"] = None
    response = world.browser.open()
    assert (response.status_code, response.json()["code"]) == (502, "FILE_FETCH_FAILED")
    assert "127.0.0.1" not in response.content.decode()


def test_a_recipe_sees_declared_parameters_only(world):
    body = '{"all": {{json params}}}'
    world.one_step(url="{{env.dms.base}}/documents", method="POST", body=body, response_type="json")
    world.browser.open(customerId="C", disposition="inline", other="x")
    [request] = world.upstream.requests
    assert set(request.json["all"]) == {"orgId", "integrationId", "useCaseSlug", "customerId"}


def test_a_browser_gets_a_page_and_a_program_json(world):
    world.one_step()
    world.answers["/s/download"] = Reply(500, body=b"a trace of theirs")
    page = world.browser.open(headers={"Accept": "text/html"})
    assert page.status_code == 502
    assert page["Content-Type"].startswith("text/html")
    assert page["X-Request-ID"] in page.content.decode()
    assert b"trace" not in page.content
    told = world.browser.open()
    assert told.json()["correlation_id"] == told["X-Request-ID"]


def test_monitoring_keeps_the_steps_without_what_is_secret(world):
    world.recipe()
    content_of(world.browser.open(customerId="K1"))
    [span] = world.spans()
    assert (span.code, span.level, span.sync_type) == ("FILE_PROXY_OK", "success", "file_proxy")
    assert span.use_case_version == UseCase.objects.get(pk=span.use_case_id).version
    assert span.detail["bytes"] == len(FILE)
    assert [(step["step"], step["method"], step["status"]) for step in span.detail["steps"]] == [
        (0, "POST", 200),
        (1, "GET", 200),
    ]
    assert span.detail["steps"][1]["url"] == f"{world.upstream.url}/s/download?…"
    assert SECRET not in json.dumps(span.detail)
    assert TOKEN not in json.dumps(span.detail)


def test_a_missing_variable_is_named_in_monitoring_only(world):
    world.one_step(url="{{env.nowhere}}/x")
    response = world.browser.open()
    assert response.status_code == 500
    assert "nowhere" not in response.content.decode()
    [span] = world.spans()
    assert "env.nowhere" in span.message


def test_the_name_and_type_of_a_file_may_fail_without_the_file(world):
    world.one_step(response={"filename": "$undefinedFunction()", "content_type": "7"})
    response = world.browser.open()
    assert content_of(response) == FILE
    assert 'filename="download"' in response["Content-Disposition"]
    assert response["Content-Type"] == "application/octet-stream"
    assert [span.code for span in world.spans()] == ["FILE_PROXY_DEFAULTED", "FILE_PROXY_DEFAULTED", "FILE_PROXY_OK"]


def test_variables_stand_in_the_texts_of_expressions_unless_they_are_secret(world):
    world.set_env("prefix", "a'\"b")
    world.one_step(response={"filename": "'{{env.prefix}}.pdf'"})
    assert "a%27_b.pdf" in world.browser.open()["Content-Disposition"]


def test_a_secret_does_not_stand_in_expressions(world):
    world.one_step(response={"filename": '"{{env.dms.secret}}"'})
    response = world.browser.open()
    assert response.status_code == 500
    assert SECRET not in str(response.headers)


def test_inline_is_for_types_that_cannot_act(world):
    world.one_step(response={"content_type": 'steps[0].headers."content-type"'})
    assert world.browser.open(disposition="inline")["Content-Disposition"].startswith("inline;")
    world.answers["/s/download"] = Reply(headers={"Content-Type": "application/zip"}, body=b"PK")
    assert world.browser.open(disposition="inline")["Content-Disposition"].startswith("attachment;")


def test_head_tells_the_same_without_the_file(world):
    world.one_step()
    response = world.browser.open(method="head")
    assert response.status_code == 200
    assert response.content == b""
    assert world.code() == "FILE_PROXY_OK"


def test_other_methods_are_refused(world):
    world.one_step()
    assert world.browser.open(method="post").status_code == 405


def test_a_use_case_may_be_named_by_its_id(world):
    use_case = world.one_step()
    assert content_of(world.browser.open(useCaseSlug=None, useCaseId=str(use_case.pk))) == FILE


def test_as_many_files_as_allowed_are_on_their_way(world, settings):
    settings.HUB_FILE_DOWNLOADS = 1
    world.one_step()
    first = world.browser.open()
    refused = world.browser.open()
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    assert content_of(first) == FILE
    assert world.browser.open().status_code == 200


def test_whoever_hangs_up_gives_the_place_back(world, settings):
    settings.HUB_FILE_DOWNLOADS = 1
    world.one_step()
    response = world.browser.open()
    hang_up(response)
    assert world.code() == "FILE_PROXY_ABANDONED"
    assert content_of(world.browser.open()) == FILE


def test_an_upload_recipe_a_disabled_one_and_another_type_are_not_found(world):
    world.recipe(enabled=False)
    upload = {
        "direction": "upload",
        "upload": {},
        "steps": [RECIPE["steps"][0] | {"body": None, "response_type": "json"}],
    }
    world.recipe(upload, slug="up")
    world.recipe({"entities": []}, slug="in", type="inbound")
    answers = [world.browser.open(useCaseSlug=slug) for slug in ("document-download", "up", "in", "none")]
    assert {response.status_code for response in answers} == {404}
    assert len({response.json()["message"] for response in answers}) == 1
    assert world.paths() == []


def test_both_or_neither_name_of_a_use_case_is_no_link(world):
    use_case = world.one_step()
    assert world.browser.open(useCaseId=str(use_case.pk)).status_code == 400
    assert world.browser.open(useCaseSlug=None).status_code == 400


def test_a_large_file_leaves_nothing_in_memory(world):
    size = 40 * MIB
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode()
    with RawReceiver(flooding(head, bytes(65536), at_most=size)) as system:
        world.one_step(url=f"http://127.0.0.1:{system.port}/f")
        response = world.browser.open()
        tracemalloc.start()
        try:
            assert sum(map(len, response.streaming_content)) == size
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8 * MIB


def test_a_file_that_breaks_off_does_not_end_as_if_it_was_whole(world):
    with RawReceiver(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")) as system:
        world.one_step(url=f"http://127.0.0.1:{system.port}/f")
        response = world.browser.open()
        with pytest.raises(DownloadFailed):
            list(response.streaming_content)
    hang_up(response)
    [span] = world.spans()
    assert (span.code, span.detail["bytes"]) == ("FILE_FETCH_FAILED", 3)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"


def test_a_file_of_unknown_length_is_handed_out_once_it_is_here_whole(world):
    with RawReceiver(saying(CHUNKED + b"0\r\n\r\n")) as system:
        world.one_step(url=f"http://127.0.0.1:{system.port}/f")
        response = world.browser.open()
        assert (response["Content-Length"], content_of(response)) == ("3", b"abc")
    with RawReceiver(saying(CHUNKED)) as system:
        world.one_step(url=f"http://127.0.0.1:{system.port}/f", slug="broken")
        assert world.browser.open(useCaseSlug="broken").status_code == 502


def test_whoever_asks_for_the_head_alone_learns_how_long_the_file_is(world):
    world.recipe()
    answer = world.browser.open(method="head")
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(FILE)), b"")
