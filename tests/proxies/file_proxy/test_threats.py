"""What links, systems and pages of others try, and what comes of it (proxies-and-security.md section 16)."""

from __future__ import annotations

import base64
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.proxies.file_proxy.world import DOCUMENTS, FILE, JSON, RECIPE, SECRET, TOKEN, content_of
from tests.receiver import Reply, listening


def test_secrets_are_not_filled_into_what_a_link_carries(world, caplog):
    world.one_step(url="{{env.dms.base}}/d/{{params.id}}")
    world.browser.open(id="{{env.dms.secret}}")
    assert world.paths() == ["GET /s/d/%7B%7Benv.dms.secret%7D%7D"]
    told = [(span.message, span.detail) for span in world.spans()]
    assert told
    assert SECRET not in f"{told}{caplog.text}"


def test_secrets_are_not_filled_into_what_a_system_answers(world):
    world.recipe()
    world.answers["/s/documents"] = Reply(headers=JSON, body=b'{"fileId": "1", "fileName": "{{env.dms.secret}}.pdf"}')
    header = world.browser.open()["Content-Disposition"]
    assert 'filename="{{env.dms.secret}}.pdf"' in header
    assert SECRET not in header


def test_a_value_does_not_change_the_structure_of_a_json_body(world):
    world.recipe()
    world.browser.open(customerId='","admin":true,"x":"')
    assert world.upstream.requests[1].json == {"customerId": '","admin":true,"x":"'}


def test_a_value_does_not_become_another_header(world):
    world.one_step(headers={"X-Doc": "{{params.id}}"})
    response = world.browser.open(id="1\r\nX-Role: admin")
    assert response.status_code == 400
    assert world.paths() == []


@pytest.mark.parametrize("value", ["..", ".", ""])
def test_a_value_does_not_lead_to_another_path(world, value):
    world.one_step(url="{{env.dms.base}}/d/{{params.id}}/file")
    assert world.browser.open(id=value).status_code == 400
    assert world.paths() == []


@pytest.mark.parametrize(
    "name", ['x.pdf"\r\nSet-Cookie: a=b', "../../etc/passwd", "a\u202egpj.exe", "\u0000\u0001", "con"]
)
def test_a_name_stays_one_clean_header(world, name):
    world.one_step(response={"filename": "params.customerId"})
    response = world.browser.open(customerId=name.replace("\0", ""))
    header = response["Content-Disposition"]
    assert header.isprintable()
    assert "Set-Cookie" not in response
    assert "/" not in header.replace("UTF-8''", "")


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "text/html\\r\\nX: y", "application/javascript"])
def test_a_type_that_runs_is_told_as_bytes_to_be_saved(world, kind):
    world.one_step(response={"content_type": f'"{kind}"'})
    response = world.browser.open(disposition="inline")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in response["Content-Security-Policy"]


def test_links_that_are_not_signed_altered_or_old_get_the_same_answer(world, clock):
    world.one_step()
    link = world.browser.link(customerId="C-1")
    unsigned = link[: link.index("&signature=")]
    altered = link[:-1] + ("1" if link.endswith("0") else "0")
    odd = [unsigned + f"&signature={text}" for text in ("", "%C3%A4", "ä", "v1")]
    others = [unsigned, link.replace("C-1", "C-2"), altered, *odd, "/download"]
    answers = [world.browser.open(other) for other in others]
    clock.move(minutes=6)
    answers.append(world.browser.open(link))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["message"] for answer in answers}) == 1
    assert world.paths() == []


@pytest.mark.parametrize("signature", ["%E4", "%FF%00", "%ED%A0%80"])
def test_a_signature_that_is_no_text_is_malformed(world, signature):
    world.one_step()
    link = world.browser.link(customerId="C-1")
    assert world.browser.open(f"{link[: link.index('&signature=')]}&signature={signature}").status_code == 400
    assert world.paths() == []


def test_a_repeated_parameter_is_malformed_and_a_missing_one_unsigned(world):
    world.one_step()
    link = world.browser.link(customerId="C-1")
    assert world.browser.open(f"{link}&customerId=OTHER").status_code == 400
    for name in ("customerId", "orgId", "integrationId", "expires_at", "kid"):
        left = "&".join(one for one in link.partition("?")[2].split("&") if not one.startswith(f"{name}="))
        assert world.browser.open(f"/download?{left}").status_code == 401
    assert world.paths() == []


def test_a_link_for_one_path_does_not_open_the_other(world):
    world.one_step()
    link = world.browser.link("/stream/download")
    assert world.browser.open(link.removeprefix("/stream")).status_code == 401
    assert content_of(world.browser.open(link)) == FILE


def test_a_token_does_not_follow_an_address_that_a_system_made_up(world):
    steps = [RECIPE["steps"][0], {"url": "{{steps.0.body.url}}", "method": "GET", "response_type": "binary"}]
    world.recipe(RECIPE | {"steps": steps})
    with listening() as elsewhere:
        found = b'{"url": "%s/f"}' % elsewhere.url.encode()
        world.answers["/s/documents"] = Reply(headers=JSON, body=found)
        assert world.browser.open().status_code == 200
        [request] = elsewhere.requests
    assert "authorization" not in request.headers


def test_a_token_follows_an_address_of_the_system_itself_and_where_its_author_says(world):
    own = {"url": "{{steps.0.body.url}}", "method": "GET", "response_type": "binary"}
    world.recipe(RECIPE | {"steps": [RECIPE["steps"][0], own]})
    found = b'{"url": "%s/s/download"}' % world.upstream.url.encode()
    world.answers["/s/documents"] = Reply(headers=JSON, body=found)
    content_of(world.browser.open())
    assert world.upstream.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"


def test_an_authorization_that_the_author_wrote_is_the_only_one(world):
    steps = [RECIPE["steps"][0] | {"headers": {"authorization": "Own {{auth_token}}"}}, RECIPE["steps"][1]]
    world.recipe(RECIPE | {"steps": steps})
    content_of(world.browser.open())
    assert world.upstream.requests[1].headers["authorization"] == f"Own {TOKEN}"


def test_a_redirect_is_followed_where_the_step_says_so_and_takes_nothing_along(world):
    world.one_step(follow_redirects=True, headers={"X-Api-Key": "k", "Authorization": "Bearer b", "Accept": "a/b"})
    with listening() as elsewhere:
        elsewhere.answer = lambda *_: Reply(body=b"from elsewhere")
        world.answers["/s/download"] = Reply(302, headers={"Location": f"{elsewhere.url}/f"})
        assert content_of(world.browser.open()) == b"from elsewhere"
        [request] = elsewhere.requests
    assert request.headers["accept"] == "a/b"
    assert not {"x-api-key", "authorization"} & set(request.headers)


def test_a_redirect_within_a_system_keeps_the_headers_and_ends_somewhere(world):
    world.one_step(follow_redirects=True, headers={"X-Api-Key": "k"})
    world.answers["/s/download"] = Reply(307, headers={"Location": "/s/other"})
    world.answers["/s/other"] = Reply(body=b"other")
    assert content_of(world.browser.open()) == b"other"
    assert world.upstream.requests[1].headers["x-api-key"] == "k"
    world.answers["/s/other"] = Reply(302, headers={"Location": "/s/other"})
    assert world.browser.open().status_code == 502
    assert len(world.paths()) == 2 + 4


@pytest.mark.parametrize("place", ["http://169.254.169.254/latest", "file:///etc/passwd", "http://[::1]/"])
def test_a_redirect_passes_every_check(world, place):
    world.one_step(follow_redirects=True)
    world.answers["/s/download"] = Reply(302, headers={"Location": place})
    assert world.browser.open().status_code == 502
    assert world.code() == "FILE_FETCH_FAILED"


def test_a_page_of_another_site_gets_nothing(world):
    world.one_step()
    for origin in ("https://evil.example", "null", "https://portal.example.com.evil.example"):
        response = world.browser.open(headers={"Origin": origin})
        assert response.status_code == 403
        assert "Access-Control-Allow-Origin" not in response
    assert world.paths() == []


def test_a_page_of_an_allowed_site_gets_the_file(world, settings):
    settings.HUB_BASE_URL = "https://hub.example.com"
    step = {"url": "{{env.dms.base}}/download", "method": "GET", "response_type": "binary"}
    response = {"body": "steps[0].body", "encoding": "binary"}
    world.recipe({"steps": [step], "response": response, "allowed_origins": ["https://portal.example.com"]})
    for origin in ("https://portal.example.com", "https://hub.example.com"):
        answer = world.browser.open(headers={"Origin": origin})
        assert content_of(answer) == FILE
        assert (answer["Access-Control-Allow-Origin"], answer["Vary"]) == (origin, "Origin")
        assert "Access-Control-Allow-Credentials" not in answer


def test_base64_in_json_is_decoded_whatever_its_size(world):
    raw = bytes(range(256)) * 4096
    world.one_step(
        response_type="json", response={"body": "steps[0].body.data", "encoding": "base64", "filename": '"a.bin"'}
    )
    for content in (raw, b"short"):
        body = b'{"data": "data:application/pdf;base64,%s"}' % base64.encodebytes(content).replace(b"\n", b"\\n")
        world.answers["/s/download"] = Reply(headers=JSON, body=body)
        response = world.browser.open()
        assert response["Content-Length"] == str(len(content))
        assert content_of(response) == content


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"data": "no base64 at all!"}', "FILE_PROXY_DECODE_FAILED"),
        (b'{"data": "%s*"}' % (b"A" * 100_000), "FILE_PROXY_DECODE_FAILED"),
        (b'{"data": 7}', "FILE_PROXY_DECODE_FAILED"),
        (b'{"data": null}', "FILE_PROXY_EMPTY_BODY"),
        (b'{"other": 1}', "FILE_PROXY_EMPTY_BODY"),
        (b'{"data": ""}', "FILE_PROXY_EMPTY_BODY"),
        (b"", "FILE_PROXY_EMPTY_BODY"),
        (b"<html>", "FILE_EXTRACTION_FAILED"),
        (b'{"data": "%s' % (b"A" * 100_000), "FILE_EXTRACTION_FAILED"),
    ],
)
def test_what_is_no_file_is_a_failure_of_the_other_system(world, body, code):
    world.one_step(response_type="json", response={"body": "steps[0].body.data", "encoding": "base64"})
    world.answers["/s/download"] = Reply(headers=JSON, body=body)
    assert world.browser.open().status_code == 502
    assert world.code() == code


def test_a_file_beyond_the_limit_is_refused_before_it_is_begun(world, settings):
    settings.HUB_FILE_MAX_BYTES = 10
    world.one_step()
    assert world.browser.open().status_code == 413
    assert world.code() == "FILE_TOO_LARGE"


def test_a_file_in_json_beyond_the_limit_is_refused(world, settings):
    settings.HUB_FILE_IN_JSON_MAX_BYTES = 100_000
    world.one_step(response_type="json", response={"body": "steps[0].body.data", "encoding": "base64"})
    world.answers["/s/download"] = Reply(headers=JSON, body=b'{"data": "%s"}' % (b"A" * 140_000))
    assert world.browser.open().status_code == 413
    assert world.code() == "FILE_TOO_LARGE"


def test_a_changed_long_text_is_no_file(world):
    world.one_step(response_type="json", response={"body": '"A" & steps[0].body.data', "encoding": "base64"})
    world.answers["/s/download"] = Reply(headers=JSON, body=b'{"data": "%s"}' % (b"A" * 100_000))
    assert world.browser.open().status_code == 502
    assert world.code() == "FILE_PROXY_DECODE_FAILED"


def test_no_handle_of_a_long_text_gets_out(world):
    world.one_step(
        response_type="json",
        response={"body": "steps[0].body.b", "encoding": "base64", "filename": "steps[0].body.a & '.pdf'"},
    )
    world.answers["/s/download"] = Reply(headers=JSON, body=b'{"a": "%s", "b": "QUJD"}' % (b"A" * 100_000))
    response = world.browser.open()
    assert content_of(response) == b"ABC"
    assert 'filename="download"' in response["Content-Disposition"]


def test_a_long_text_and_a_file_may_be_sent_on(world):
    long = "ä" * 50_000
    first = {"url": "{{env.dms.base}}/long", "method": "GET", "response_type": "json"}
    second = {"url": "{{env.dms.base}}/download", "method": "GET", "response_type": "binary"}
    third = {
        "url": "{{env.dms.base}}/convert",
        "method": "POST",
        "body": '{"a": {{json steps.0.body}}, "b": "{{steps.1.body}}"}',
        "response_type": "binary",
    }
    world.recipe({"steps": [first, second, third], "response": {"body": "steps[2].body", "encoding": "binary"}})
    world.answers["/s/long"] = Reply(headers=JSON, body=f'"{long}"'.encode())
    world.answers["/s/convert"] = Reply(body=b"converted")
    assert content_of(world.browser.open()) == b"converted"
    assert world.upstream.requests[2].json == {"a": long, "b": base64.b64encode(FILE).decode()}


def test_an_earlier_file_may_be_the_one_that_is_handed_out(world):
    step = {"url": "{{env.dms.base}}/download", "method": "GET", "response_type": "binary"}
    last = step | {"url": "{{env.dms.base}}/documents"}
    world.recipe({"steps": [step, last], "response": {"body": "steps[0].body", "encoding": "base64"}})
    response = world.browser.open()
    assert content_of(response) == FILE
    assert response["Content-Length"] == str(len(FILE))


def test_a_link_says_nothing_that_is_not_in_it(world):
    world.recipe()
    parameters = dict(parse_qsl(urlsplit(world.browser.link(customerId="C")).query))
    assert set(parameters) == {
        *("orgId", "integrationId", "useCaseSlug", "customerId"),
        *("expires_at", "kid", "signature"),
    }
    assert parameters["useCaseSlug"] == DOCUMENTS


def test_a_circle_of_hubs_comes_to_an_end(world):
    world.one_step()
    assert content_of(world.browser.open(headers={"X-Hub-Hop": "4"})) == FILE
    assert world.upstream.requests[0].headers["x-hub-hop"] == "5"
    assert world.browser.open(headers={"X-Hub-Hop": "6"}).status_code == 508
    assert len(world.paths()) == 1
