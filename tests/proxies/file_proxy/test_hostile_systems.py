"""Systems that lie about what they send or lead elsewhere, and what comes of the file (section 16)."""

from __future__ import annotations

import gzip
import json
from urllib.parse import unquote

import pytest

from proxies.file_proxy import opening
from tests.hostile_urls import NOWHERE, WITH_NUL
from tests.hostile_urls import connections as connections
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority
from tests.hub.http.conftest import Names
from tests.hub.http.conftest import names as names
from tests.hub.http.receivers import Receiver as RawReceiver
from tests.hub.http.receivers import answering, dripping, flooding, saying
from tests.proxies.file_proxy.world import JSON, RECIPE, SECRET, TOKEN, World, content_of
from tests.receiver import Reply, listening

OK = b"HTTP/1.1 200 OK\r\n"
BEHIND = [url for url in [*NOWHERE, WITH_NUL] if "//127.0.0.1:" not in url]
"""What a system can lead to that itself stands on loopback."""


def answers_of(world: World, recipes: dict[str, dict]) -> dict[str, int]:
    """The status that each recipe ends with."""
    found = {}
    for number, (url, recipe) in enumerate(recipes.items()):
        world.recipe(recipe, slug=f"recipe-{number}")
        found[url] = world.browser.open(useCaseSlug=f"recipe-{number}").status_code
    return found


def step(url: str, **fields) -> dict:
    """A recipe of one step."""
    return {
        "params": RECIPE["params"],
        "steps": [{"url": url, "method": "GET", "response_type": "binary"} | fields],
        "response": {"body": "steps[0].body", "encoding": "binary"},
    }


def test_no_step_leads_to_what_may_not_be_called(world, settings, names: Names, connections):
    settings.HUB_EGRESS_ALLOW = []
    found = answers_of(world, {url: step(url) for url in NOWHERE})
    broken = {url for url in NOWHERE if not url.startswith("https:") or "\\" in url}  # no recipe at all
    assert found == {url: 500 if url in broken else 502 for url in NOWHERE}
    assert (names.asked, connections) == ([], [])


def test_no_token_is_asked_for_where_nothing_may_be_called(world, settings, names: Names, connections):
    settings.HUB_EGRESS_ALLOW = []
    recipes = {url: RECIPE | {"auth": RECIPE["auth"] | {"token_url": url}} for url in NOWHERE}
    assert answers_of(world, recipes) == dict.fromkeys(NOWHERE, 502)
    assert (names.asked, connections) == ([], [])


def test_no_answer_leads_to_what_may_not_be_called(world, names: Names):
    second = {"url": "{{steps.0.body.url}}", "method": "GET", "response_type": "binary"}
    world.recipe(RECIPE | {"steps": [RECIPE["steps"][0], second]})
    found = {}
    for url in BEHIND:
        world.answers["/s/documents"] = Reply(headers=JSON, body=json.dumps({"url": url}).encode())
        found[url] = world.browser.open().status_code
    assert found == dict.fromkeys(BEHIND, 502)
    assert (names.asked, set(world.paths())) == ([], {"POST /token", "POST /s/documents"})


def test_a_token_does_not_go_to_a_host_that_an_answer_names(world, names: Names, tmp_path):
    authority = Authority(tmp_path)
    believe(world.organization, authority)
    names.resolve("evil.example", ["127.0.0.1"])
    second = {"url": "{{steps.0.body.url}}", "method": "GET", "response_type": "binary"}
    world.recipe(RECIPE | {"steps": [RECIPE["steps"][0], second]})
    with RawReceiver(answering(b"a file"), tls=authority.server("evil.example")) as evil:
        found = {"url": f"https://evil.example:{evil.port}/f"}
        world.answers["/s/documents"] = Reply(headers=JSON, body=json.dumps(found).encode())
        assert content_of(world.browser.open()) == b"a file"
    [head] = evil.heads
    assert head.startswith("GET /f HTTP/1.1")
    assert not any(word in head for word in (TOKEN, SECRET, "uthorization"))


def test_no_redirect_leads_to_what_may_not_be_called(world, names: Names, connections):
    world.one_step(follow_redirects=True)
    places = [url for url in BEHIND if url.isascii() and url.isprintable()]
    found = {}
    for url in places:
        world.answers["/s/download"] = Reply(302, headers={"Location": url})
        found[url] = world.browser.open().status_code
    assert found == dict.fromkeys(places, 502)
    assert (names.asked, len(connections)) == ([], len(places))


def test_credentials_do_not_come_back_with_a_redirect_that_was_elsewhere(world):
    whole = step("{{env.dms.base}}/download", follow_redirects=True, headers={"X-Api-Key": "k", "Cookie": "c=1"})
    world.recipe(whole | {"auth": RECIPE["auth"]})
    with listening() as elsewhere:
        world.answers["/s/download"] = Reply(302, headers={"Location": f"{elsewhere.url}/f"})
        world.answers["/s/back"] = Reply(body=b"back")
        elsewhere.answer = lambda *_: Reply(307, headers={"Location": f"{world.upstream.url}/s/back"})
        assert content_of(world.browser.open()) == b"back"
        [between] = elsewhere.requests
    _, first, back = world.upstream.requests
    assert (first.headers["authorization"], first.headers["x-api-key"]) == (f"Bearer {TOKEN}", "k")
    for later in (between, back):
        assert not {"authorization", "x-api-key", "cookie"} & set(later.headers)
        assert SECRET not in str(later)


def test_a_chain_of_redirects_ends_after_three_and_shows_the_token_to_nobody_else(world):
    world.recipe(step("{{env.dms.base}}/download", follow_redirects=True) | {"auth": RECIPE["auth"]})
    with listening() as elsewhere:
        world.answers["/s/download"] = Reply(302, headers={"Location": f"{elsewhere.url}/1"})
        elsewhere.answer = lambda _, number: Reply(302, headers={"Location": f"/{number + 1}"})
        assert world.browser.open().status_code == 502
        assert [one.path for one in elsewhere.requests] == ["/1", "/2", "/3"]
        assert not any("authorization" in one.headers for one in elsewhere.requests)


def said(world: World, script, **fields) -> int:
    """The status where the only system plays the script; a file that breaks off raises."""
    with RawReceiver(script) as target:
        world.recipe(step(f"http://127.0.0.1:{target.port}/", **fields))
        response = world.browser.open()
        return response.status_code


TWICE = gzip.compress(gzip.compress(b"\0" * 2**26))


@pytest.mark.parametrize("response_type", ["json", "binary"])
@pytest.mark.parametrize(
    "lines",
    [
        b"X-A: 1\r\n" * 10_000 + b"\r\n",
        b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(TWICE) + TWICE,
        b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["ten thousand headers", "packed twice", "another packing"],
)
def test_what_is_no_answer_is_no_file(world, lines, response_type):
    assert said(world, saying(OK + lines), response_type=response_type) == 502
    assert world.code() == "FILE_FETCH_FAILED"


@pytest.mark.parametrize(
    "lines", [b'Content-Length: 100\r\n\r\n{"a": 1}', b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"]
)
def test_json_that_ends_before_its_length_is_not_read(world, lines):
    assert said(world, saying(OK + lines), response_type="json") == 502
    assert world.code() == "FILE_FETCH_FAILED"


def test_a_bomb_in_json_ends_at_the_cap(world, settings):
    settings.HUB_FILE_IN_JSON_MAX_BYTES = 2**20
    bomb = gzip.compress(b'{"data": "' + b"A" * 2**26)
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    assert said(world, saying(OK + head + bomb), response_type="json") == 413
    assert world.code() == "FILE_TOO_LARGE"


@pytest.mark.parametrize("head", [b"Content-Length: 5000000000", b"X-None: 1"])
def test_json_without_end_is_left_at_the_cap(world, settings, head):
    settings.HUB_FILE_IN_JSON_MAX_BYTES = 2**20
    script = flooding(OK + head + b"\r\n\r\n", b"[" + b" " * 2**16, at_most=2**26)
    assert said(world, script, response_type="json") in {413, 502}


DRIPS = {"body": (OK + b"Content-Length: 1000\r\n\r\n", b" "), "head": (OK, b"X: y\r\n")}


@pytest.mark.parametrize(("head", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_an_answer_that_drips_ends_with_the_time_of_its_step(world, monkeypatch, head, drop):
    assert opening.STEP_S == 25
    monkeypatch.setattr(opening, "STEP_S", 0.5)
    assert said(world, dripping(head, drop, every_s=0.1), response_type="json") == 504
    assert world.code() == "TIMEOUT"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ('x.pdf"\r\nSet-Cookie: a=b', "x.pdf_Set-Cookie_ a=b"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\u0085\u2028a.pdf", "a.pdf"),
    ],
)
def test_a_name_that_a_system_says_stays_one_clean_header(world, name, kept):
    world.recipe()
    found = json.dumps({"fileId": "1", "fileName": name}).encode()
    world.answers["/s/documents"] = Reply(headers=JSON, body=found)
    response = world.browser.open()
    shown = unquote(response["Content-Disposition"].rpartition("UTF-8''")[2])
    assert "Set-Cookie" not in response
    assert shown == kept


@pytest.mark.parametrize(
    "kind",
    ["text/html", "image/svg+xml", "text/html\r\nX: y", "text/xml", "application/xhtml+xml", "text/html;charset=utf-7"],
)
def test_a_type_that_a_system_says_and_that_runs_becomes_bytes(world, kind):
    world.recipe(RECIPE | {"response": RECIPE["response"] | {"content_type": "steps[0].body.contentType"}})
    found = json.dumps({"fileId": "1", "fileName": "a.pdf", "contentType": kind}).encode()
    world.answers["/s/documents"] = Reply(headers=JSON, body=found)
    response = world.browser.open(disposition="inline")
    assert (response["Content-Type"], "X" in response) == ("application/octet-stream", False)
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
