"""What connectors, token servers and other systems try, and what comes of a managed call (section 16)."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections as database_connections
from django.test import Client

from proxies import authentication
from proxies.managed_call import execution
from tests.builders import make_organization, make_secret, make_variable
from tests.hostile_urls import NOWHERE
from tests.hostile_urls import connections as connections
from tests.hub.http.certificates import Authority, yesterday
from tests.hub.http.conftest import Names
from tests.hub.http.conftest import names as names
from tests.hub.http.receivers import Receiver as RawReceiver
from tests.hub.http.receivers import answering, dripping, flooding, saying
from tests.proxies.managed_call.test_tokens import OAUTH, TokenServer
from tests.proxies.partner import Partner, error_of
from tests.receiver import Reply

pytestmark = pytest.mark.django_db

NOT_PERMITTED = {"code": "SSRF_BLOCKED", "message": "The target of this call is not permitted."}
OK = b"HTTP/1.1 200 OK\r\n"


def connected_to(partner: Partner, base_url: str, **auth: Any) -> None:
    """The connector leads there, and its token to where auth says."""
    partner.integration.connector_config |= {"base_url": base_url}
    if auth:
        partner.integration.connector_config["auth"] = OAUTH | auth
    partner.integration.save()
    partner.organization.bump_config_version()


@pytest.mark.parametrize("url", NOWHERE)
def test_no_connector_leads_to_what_may_not_be_called(partner, settings, names: Names, connections, url):
    settings.HUB_EGRESS_ALLOW = []
    connected_to(partner, url)
    partner.call()
    response = partner.execute()
    assert (response.status_code, error_of(response)) == (400, NOT_PERMITTED)
    assert (names.asked, connections) == ([], [])


@pytest.mark.parametrize("url", NOWHERE)
def test_no_token_is_asked_for_where_nothing_may_be_called(partner, settings, names: Names, connections, url):
    settings.HUB_EGRESS_ALLOW = []
    connected_to(partner, partner.receiver.url, token_url=url)
    partner.call()
    response = partner.execute()
    assert (response.status_code, error_of(response)) == (400, NOT_PERMITTED)
    assert (names.asked, connections) == ([], [])


def test_a_variable_that_turns_to_the_inside_takes_no_call_along(partner, names: Names, connections):
    make_variable(organization=partner.organization, key="partner.host", value="metadata.google.internal")
    connected_to(partner, "https://{{env.partner.host}}/")
    partner.call(operation={"headers": {}})
    assert error_of(partner.execute()) == NOT_PERMITTED
    assert (names.asked, connections) == ([], [])


@pytest.mark.parametrize("addresses", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"]])
def test_one_private_address_among_those_of_a_name_is_enough(partner, names: Names, connections, addresses):
    names.resolve("erp.example", addresses)
    connected_to(partner, "https://erp.example/")
    partner.call()
    assert error_of(partner.execute()) == NOT_PERMITTED
    assert connections == []


def test_a_name_that_changes_its_mind_is_asked_once(partner, settings, names: Names, connections):
    settings.HUB_EGRESS_ALLOW = ["erp.example"]
    names.resolve("erp.example", ["127.0.0.1"], ["169.254.169.254"])
    port = int(partner.receiver.url.rpartition(":")[2])
    connected_to(partner, f"http://erp.example:{port}/")
    partner.call()
    assert partner.execute().status_code == 200
    assert (names.asked, connections) == (["erp.example"], [("127.0.0.1", port)])


@pytest.mark.parametrize("value", ["a\r\nX-Role: admin", "a\nX-Role: admin"])
@pytest.mark.parametrize("place", ["operation", "token"])
def test_no_variable_becomes_another_header(partner, connections, value, place):
    make_variable(organization=partner.organization, key="partner.odd", value=value)
    headers = {"X-Odd": "{{env.partner.odd}}"}
    if place == "token":
        connected_to(partner, partner.receiver.url, token_url=f"{partner.receiver.url}/token", headers=headers)
    partner.call(operation={"headers": headers if place == "operation" else {}})
    assert partner.execute().status_code in {400, 500}
    assert (partner.receiver.requests, connections) == ([], [])


def test_what_the_operator_denies_is_not_called(partner, settings, connections):
    settings.HUB_EGRESS_DENY = ["127.0.0.1"]
    partner.call()
    assert error_of(partner.execute()) == NOT_PERMITTED
    assert connections == []


def told(partner: Partner, script) -> tuple[int, str]:
    """Status and code when the other system plays the script."""
    with RawReceiver(script) as target:
        connected_to(partner, f"http://127.0.0.1:{target.port}")
        partner.call()
        response = partner.execute()
    return response.status_code, error_of(response)["details"]["code"]


HEADS = {"length": b"Content-Length: 5000000000", "end": b"X-None: 1"}
TWICE = gzip.compress(gzip.compress(b"\0" * 2**26))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_body_without_end_is_left_at_the_cap(partner, head):
    script = flooding(OK + head + b"\r\n\r\n", b"x" * 2**16, at_most=2**26)
    assert told(partner, script) == (502, "RESPONSE_TOO_LARGE")


def test_chunks_without_end_are_left_at_the_cap(partner):
    chunk = b"10000\r\n" + b"x" * 2**16 + b"\r\n"
    script = flooding(OK + b"Transfer-Encoding: chunked\r\n\r\n", chunk, at_most=2**26)
    assert told(partner, script) == (502, "RESPONSE_TOO_LARGE")


@pytest.mark.parametrize(
    "said",
    [
        OK + b"X-A: 1\r\n" * 10_000 + b"\r\n",
        OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(TWICE) + TWICE,
        OK + b"Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}",
        OK + b"Content-Length: -2\r\n\r\n{}",
        OK + b"X-A: 1\r\n X-Folded: 2\0\r\n\r\n",
    ],
    ids=["ten thousand headers", "packed twice", "two lengths", "less than nothing", "nul"],
)
def test_what_is_no_answer_is_the_failure_of_the_other_system(partner, said):
    assert told(partner, saying(said)) == (502, "HPE_INVALID_CONSTANT")


@pytest.mark.parametrize(
    "said", [b'Content-Length: 100\r\n\r\n{"a": 1}', b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"]
)
def test_an_answer_that_ends_before_its_length_is_lost(partner, said):
    assert told(partner, saying(OK + said)) == (502, "ECONNRESET")


def test_what_comes_beyond_the_length_is_no_part_of_this_or_of_the_next_answer(partner):
    said = b"Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + b'"evil"'
    with RawReceiver(lambda connection: connection.sendall(OK + said)) as target:
        connected_to(partner, f"http://127.0.0.1:{target.port}")
        partner.call(response_mapping=None)
        assert [partner.execute().json() for _ in range(2)] == [{}, {}]


DRIPS = {"body": (OK + b"Content-Length: 1000\r\n\r\n", b"x"), "head": (OK, b"X: y\r\n")}


@pytest.mark.parametrize(("head", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_an_answer_that_drips_ends_with_the_time_of_the_call(partner, monkeypatch, head, drop):
    budget = execution.MANAGED_CALL
    assert budget.total_s == 25
    monkeypatch.setattr(execution, "MANAGED_CALL", type(budget)(0.5, 0.5, 2**22, 2**20, 2**20))
    with RawReceiver(dripping(head, drop, every_s=0.1)) as target:
        connected_to(partner, f"http://127.0.0.1:{target.port}")
        partner.call()
        response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (502, "EXTERNAL_API_TIMEOUT")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"host": "erp.example", "until": yesterday()}, "CERT_HAS_EXPIRED"),
        ({"host": "other.example"}, "ERR_TLS_CERT_ALTNAME_INVALID"),
        ({"host": "erp.example", "is_self_signed": True}, "DEPTH_ZERO_SELF_SIGNED_CERT"),
    ],
)
def test_a_certificate_that_proves_nothing_has_its_code(partner, settings, names: Names, tmp_path, made, code):
    authority = Authority(tmp_path)
    settings.HUB_EGRESS_ALLOW, settings.HUB_EGRESS_CA_FILE = ["erp.example"], authority.file
    names.resolve("erp.example", ["127.0.0.1"])
    with RawReceiver(answering(), tls=authority.server(**made)) as target:
        connected_to(partner, f"https://erp.example:{target.port}")
        partner.call()
        response = partner.execute()
    assert (response.status_code, error_of(response)["details"]) == (502, {"code": code})
    assert target.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_neither_by_a_call_nor_for_a_token(partner, status):
    moved = Reply(status, {"Location": f"{partner.receiver.url}/elsewhere"})
    partner.receiver.answer_in_turn(moved)
    partner.call()
    assert error_of(partner.execute())["details"]["status"] == status
    connected_to(partner, partner.receiver.url, token_url=f"{partner.receiver.url}/token")
    assert error_of(partner.execute())["code"] == "AUTH_TOKEN_ERROR"
    assert [one.path.partition("?")[0] for one in partner.receiver.requests] == [
        "/base/v1/customers/C%2F00%201",
        "/token",
    ]


NO_TOKENS = {
    "line break": '{"access_token": "a\\r\\nX: y", "expires_in": 3600}',
    "ten megabytes": '{"access_token": "%s"}' % ("x" * 10**7),
}


@pytest.mark.parametrize("body", NO_TOKENS.values(), ids=NO_TOKENS.keys())
def test_what_is_no_token_is_told_and_kept_nowhere(partner, body):
    server = TokenServer(partner)
    partner.receiver.answer = lambda *_: Reply(200, {"Content-Type": "application/json"}, body.encode())
    partner.call()
    response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (502, "AUTH_TOKEN_ERROR")
    partner.receiver.requests.clear()
    partner.receiver.answer = server.answer
    authentication.forget_all()  # a failure is shared for a moment, which is over
    assert partner.execute().status_code == 200
    assert server.calls[0].headers["authorization"] == "Bearer token-1"
    assert "x" not in server.calls[0].headers


def test_a_kept_token_that_is_refused_costs_one_token_and_one_repeat(partner):
    server = TokenServer(partner)
    partner.call()
    assert partner.execute().status_code == 200
    server.takes = ("token-2",)
    assert partner.execute().status_code == 200
    assert (server.given, [one.headers["authorization"] for one in server.calls]) == (
        2,
        ["Bearer token-1", "Bearer token-1", "Bearer token-2"],
    )


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_refusals_costs_one_token(partner, settings):
    settings.HUB_MOST_WAITING, settings.HUB_WEB_THREADS = 50, 100
    server = TokenServer(partner)
    partner.call(response_mapping=None)
    assert partner.execute().status_code == 200
    server.takes = ("token-2",)

    def execute(_):
        try:
            return partner.execute().status_code
        finally:
            database_connections.close_all()

    with ThreadPoolExecutor(10) as threads:
        assert set(threads.map(execute, range(30))) == {200}
    assert server.given == 2


def test_organizations_with_one_token_server_and_client_have_each_the_token_of_their_secret(partner):
    server = TokenServer(partner)
    neighbour = Partner(make_organization(), partner.receiver, auth=partner.integration.connector_config["auth"])
    make_secret(organization=neighbour.organization, key="partner.other", value="another-4711")
    neighbour.integration.connector_config["auth"]["client_secret"] = "{{env.partner.other}}"
    neighbour.integration.save()
    partner.receiver.answer = server.answer
    for one in (partner, neighbour, partner, neighbour):
        one.call(f"call-{len(server.calls)}")
        assert one.execute(slug=f"call-{len(server.calls)}").status_code == 200
    asked = [one.body for one in partner.receiver.requests if one.path == "/token"]
    assert [b"k-123456" in asked[0], b"another-4711" in asked[1], len(asked)] == [True, True, 2]
    used = [one.headers["authorization"] for one in server.calls]
    assert used == ["Bearer token-1", "Bearer token-2"] * 2


def test_a_secret_that_is_rotated_by_its_key_has_a_new_token_at_once(partner):
    server = TokenServer(partner)
    partner.call()
    partner.execute()
    rotated = Client().put(
        "/v1/environments/partner.key",
        json.dumps({"value": "rotated-4711"}),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {partner.token.text}",
    )
    assert rotated.status_code == 200
    partner.execute()
    assert [one.headers["authorization"] for one in server.calls] == ["Bearer token-1", "Bearer token-2"]
    assert b"rotated-4711" in [one.body for one in partner.receiver.requests if one.path == "/token"][1]
