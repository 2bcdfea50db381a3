"""What files, events and document systems try at an upload, and what comes of it (proxies-and-security.md 6.8)."""

from __future__ import annotations

import gzip
import json

import pytest

from proxies.file_proxy import opening
from tests.builders import make_secret
from tests.hostile_urls import NOWHERE, WITH_NUL
from tests.hostile_urls import connections as connections
from tests.hub.http.conftest import Names
from tests.hub.http.conftest import names as names
from tests.hub.http.receivers import Receiver as RawReceiver
from tests.hub.http.receivers import dripping, flooding, saying
from tests.proxies.uploading.world import AUTH, CREATE, IN_ONE, JSON, SECRET, TOKEN, a_file
from tests.receiver import Reply, listening

EVIL = "{{env.dms.secret}}"


def test_secrets_are_not_filled_into_what_a_file_is_called(world):
    world.one_step(url="{{env.dms.base}}/d/{{file_data.0.filename}}")
    world.upload(a_file(filename=EVIL))
    assert world.paths() == ["POST /s/d/%7B%7Benv.dms.secret%7D%7D"]


def test_braces_that_are_left_in_a_header_are_the_end(world):
    world.one_step(headers={"X-Name": "{{file_data.0.filename}}"})
    outcome = world.upload(a_file(filename=EVIL))
    assert (outcome.code, outcome.is_transient) == ("INVALID_PARAM_VALUE", False)
    assert world.paths() == []


@pytest.mark.parametrize("name", ["1\r\nX-Role: admin", "a\0b", "ü€"])
def test_a_name_does_not_become_another_header(world, name):
    world.one_step(headers={"X-Name": "{{file_data.0.filename}}"})
    assert not world.upload(a_file(filename=name)).is_transient
    assert world.paths() == []


@pytest.mark.parametrize("id", ["..", ".", "", None])
def test_an_answer_does_not_lead_to_another_path(world, id):
    world.recipe(CREATE, IN_ONE | {"url": "{{env.dms.base}}/d/{{steps.0.body.id}}/x"}, auth=None)
    world.answers["/s/documents"] = Reply(200, JSON, json.dumps({"id": id}).encode())
    assert not world.upload().is_transient
    assert world.paths() == ["POST /s/documents"]


def test_an_answer_that_says_where_to_go_gets_no_token(world):
    with listening() as elsewhere:
        world.recipe(CREATE, IN_ONE | {"url": "{{steps.0.body.to}}"})
        world.answers["/s/documents"] = Reply(200, JSON, json.dumps({"to": f"{elsewhere.url}/x"}).encode())
        assert world.upload().code == "FILE_UPLOADED"
        [sent] = elsewhere.requests
    assert "authorization" not in sent.headers


def test_an_address_within_is_refused(world, settings):
    settings.HUB_EGRESS_ALLOW = []
    world.one_step()
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient) == ("ADDRESS_REFUSED", False)
    assert world.paths() == []


def test_a_secret_can_be_put_somewhere(world):
    world.one_step(body_jsonata='{"key": $env."dms.secret", "auth": "Basic " & $lookup($env, "dms.secret") & "!"}')
    outcome = world.upload()
    assert world.sent.json == {"key": SECRET, "auth": f"Basic {SECRET}!"}
    assert SECRET not in repr(outcome)


def test_a_secret_is_written_as_json_wherever_it_stands(world):
    make_secret(organization=world.organization, key="odd", value='a"b\\c\nd')
    world.organization.bump_config_version()
    world.one_step(body_jsonata='{"x": $env.odd, $env.odd: 1}')
    world.upload()
    assert world.sent.json == {"x": 'a"b\\c\nd', 'a"b\\c\nd': 1}


@pytest.mark.parametrize(
    "read",
    [
        '$substring($env."dms.secret", 0, 40)',
        '$uppercase($env."dms.secret")',
        '$replace($env."dms.secret", "hub-", "")',
        '$split($env."dms.secret", "")',
        '$base64encode("user:" & $env."dms.secret")',
        '$encodeUrlComponent("{" & $env."dms.secret" & "}")',
        "$substring($file_data[0].base64, 0, 50)",
        "$uppercase($file_data[0].base64)",
    ],
)
def test_what_may_only_be_moved_is_not_changed(world, read):
    world.one_step(body_jsonata=f'{{"x": {read}}}')
    outcome = world.upload()
    if outcome.code == "FILE_UPLOADED":
        assert SECRET not in world.sent.body.decode()
    else:
        assert outcome.code == "MAPPING_EXPRESSION_FAILED"


def test_expressions_learn_nothing_of_a_secret(world):
    make_secret(organization=world.organization, key="other", value=SECRET)
    make_secret(organization=world.organization, key="long", value=SECRET * 20)
    world.organization.bump_config_version()
    world.one_step(
        body_jsonata='{"same": $env.other = $env."dms.secret", "begins": $contains($env.long, "s3cr3t"),'
        ' "lengths": $distinct([$length($env.other), $length($env.long)])}'
    )
    world.upload()
    told = world.sent.json
    assert (told["same"], told["begins"]) == (False, False)
    assert len(told["lengths"]) == 1


def test_a_placeholder_of_one_attempt_is_nothing_in_another(world):
    seen = []
    world.one_step(body_jsonata='{"x": note, "y": $env."dms.secret"}')
    for note in ("hub-secret-00000000000000000000000000000000-0.", "hub-text-00000000000000000000000000000000-0."):
        world.upload(event={"note": note})
        seen.append(world.dms.requests[-1].json["x"])
    assert seen == [
        "hub-secret-00000000000000000000000000000000-0.",
        "hub-text-00000000000000000000000000000000-0.",
    ]


def test_a_system_that_says_back_what_it_got_is_not_quoted_with_secrets(world):
    world.recipe(CREATE | {"url": "{{env.dms.base}}/documents?key={{env.dms.secret}}"})
    world.answers["/s/documents"] = lambda one: Reply(
        422, {}, f"{one.headers['authorization']} {one.path} {'QUJD' * 60}".encode()
    )
    outcome = world.upload()
    shown = repr(outcome)
    assert SECRET not in shown
    assert TOKEN not in shown
    assert "QUJDQUJD" not in shown
    assert outcome.steps[0]["url"].endswith("/s/documents?…")


@pytest.mark.parametrize("where", ["url", "headers", "auth"])
def test_a_key_that_is_not_there_is_the_end_and_nothing_is_sent(world, where):
    step = IN_ONE | ({"url": "{{env.absent}}/x"} if where == "url" else {})
    step |= {"headers": {"X": "{{env.absent}}"}} if where == "headers" else {}
    world.recipe(step, auth=AUTH | {"client_id": "{{env.absent}}"} if where == "auth" else None)
    outcome = world.upload()
    assert (outcome.code, outcome.is_transient) == ("ENV_REFERENCE_UNRESOLVED", False)
    assert "absent" in outcome.message
    assert world.paths() == []


def test_a_secure_proxy_that_is_not_there_is_never_gone_around(world):
    world.recipe(CREATE, secure_proxy={"use_case_slug": "vpn"})
    outcome = world.upload()
    assert outcome.code != "FILE_UPLOADED"
    assert not outcome.is_transient
    assert world.paths() == []


def test_credentials_written_with_a_name_in_the_url_are_not_kept(world):
    world.recipe(CREATE)
    outcome = world.upload()
    assert TOKEN not in repr(outcome)


@pytest.mark.parametrize("lead", [1, 4080, 4090, 4095])
@pytest.mark.parametrize("is_whole", [True, False])
def test_an_excerpt_that_is_cut_has_no_part_of_a_token(world, lead, is_whole):
    world.recipe(CREATE)
    answer = b" " * lead + (TOKEN.encode() if is_whole else TOKEN[:-1].encode())
    length = {} if is_whole else {"Content-Length": str(len(answer) + 1)}
    world.answers["/s/documents"] = Reply(400, length, answer)
    outcome = world.upload()
    assert outcome.code == "EXTERNAL_API_ERROR"
    assert TOKEN[:4] not in repr(outcome)


@pytest.mark.parametrize("place", ["step", "token"])
def test_no_recipe_leads_to_what_may_not_be_called(world, settings, names: Names, connections, place):
    settings.HUB_EGRESS_ALLOW = []
    found = {}
    for number, url in enumerate(NOWHERE):
        step, auth = (IN_ONE | {"url": url}, None) if place == "step" else (IN_ONE, AUTH | {"token_url": url})
        world.recipe(step, auth=auth, slug=f"recipe-{number}")
        outcome = world.upload(slug=f"recipe-{number}")
        found[url] = (outcome.code != "FILE_UPLOADED", outcome.is_transient)
    assert found == dict.fromkeys(NOWHERE, (True, False))
    assert (names.asked, connections) == ([], [])


def test_no_answer_leads_to_what_may_not_be_called(world, names: Names):
    world.recipe(CREATE, IN_ONE | {"url": "{{steps.0.body.to}}"}, auth=None)
    behind = [
        url for url in [*NOWHERE, WITH_NUL] if "//127.0.0.1:" not in url
    ]  # the document system itself stands there
    found = {}
    for url in behind:
        world.answers["/s/documents"] = Reply(200, JSON, json.dumps({"to": url}).encode())
        found[url] = world.upload().code != "FILE_UPLOADED"
    assert found == dict.fromkeys(behind, True)
    assert (names.asked, set(world.paths())) == ([], {"POST /s/documents"})


def test_a_redirect_is_not_followed(world):
    world.one_step()
    world.answers["/s/upload"] = Reply(307, {"Location": f"{world.dms.url}/elsewhere"})
    world.upload()
    assert world.paths() == ["POST /s/upload"]


TWICE = gzip.compress(gzip.compress(b"\0" * 2**26))
OK = b"HTTP/1.1 200 OK\r\n"
LIES = {
    "ten thousand headers": (saying(OK + b"X-A: 1\r\n" * 10_000 + b"\r\n"), "BAD_RESPONSE"),
    "packed twice": (
        saying(OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(TWICE) + TWICE),
        "BAD_RESPONSE",
    ),
    "too short": (saying(OK + b'Content-Length: 100\r\n\r\n{"a": 1}'), "CONNECTION_LOST"),
    "too long": (
        flooding(OK + b"Content-Length: 5000000000\r\n\r\n", b"[" * 2**16, at_most=2**26),
        "RESPONSE_TOO_LARGE",
    ),
    "without end": (
        flooding(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"[" * 4096 + b"\r\n", at_most=2**26),
        "RESPONSE_TOO_LARGE",
    ),
}


@pytest.mark.parametrize(("lie", "code"), LIES.values(), ids=LIES.keys())
def test_a_system_that_lies_about_its_answer_has_not_taken_the_file(world, lie, code):
    with RawReceiver(lie) as system:
        world.one_step(url=f"http://127.0.0.1:{system.port}/")
        assert world.upload().code == code


DRIPS = {"body": (OK + b"Content-Length: 1000\r\n\r\n", b" "), "head": (OK, b"X: y\r\n")}


@pytest.mark.parametrize(("head", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_an_answer_that_drips_ends_with_the_time_of_its_step(world, monkeypatch, head, drop):
    assert opening.STEP_S == 25
    monkeypatch.setattr(opening, "STEP_S", 0.5)
    with RawReceiver(dripping(head, drop, every_s=0.1)) as system:
        world.one_step(url=f"http://127.0.0.1:{system.port}/")
        outcome = world.upload()
    assert (outcome.code, outcome.is_transient) == ("TIMEOUT", True)
