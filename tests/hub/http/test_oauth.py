"""The token request is what the grant asks for, and no failure of it tells a secret."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Answer, Timings
from hub.http.oauth import In, Parameter, Person, TokenFailure, of_failure, token_of, token_request
from hub.http.url import parse
from tests.builders import NOW

pytestmark = pytest.mark.once

ENDPOINT = parse("https://login.example/token?tenant=1")


def _answer(body: object, status: int = 200) -> Answer:
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, (), encoded, False, Timings(0, 0, 0, 0), "93.184.216.34")


def _failure(body: object, status: int = 200) -> TokenFailure:
    with pytest.raises(TokenFailure) as caught:
        token_of(_answer(body, status), NOW)
    return caught.value


def test_id_secret_and_parameters_go_where_they_belong():
    request = token_request(
        endpoint=ENDPOINT,
        client_id="me",
        client_secret="hunter2 &=",
        parameters=[
            Parameter(In.BODY, "scope", "a b"),
            Parameter(In.QUERY, "audience", "x/y"),
            Parameter(In.HEADER, "X-Key", "z"),
        ],
    )
    assert request.method == "POST"
    assert request.url.text == "https://login.example/token?tenant=1&audience=x%2Fy"
    assert ("X-Key", "z") in request.headers
    assert ("Content-Type", "application/x-www-form-urlencoded") in request.headers
    assert parse_qsl((request.body or b"").decode()) == [
        ("grant_type", "client_credentials"),
        ("client_id", "me"),
        ("client_secret", "hunter2 &="),
        ("scope", "a b"),
    ]


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "username", "password"])
def test_a_parameter_cannot_take_the_place_of_the_grants_own(name):
    with pytest.raises(TokenFailure):
        token_request(endpoint=ENDPOINT, client_id="a", client_secret="b", parameters=[Parameter(In.BODY, name, "c")])


@pytest.mark.parametrize(
    ("expires_in", "usable_s"),
    [
        (3600, 3540),
        ("3600", 3540),
        (600, 540),
        (60, 54),
        (10**9, 86400 - 60),
        (10**30, 86400 - 60),
        (None, 300),
        (0, 300),
        (-5, 300),
        ("soon", 300),
        ("nan", 300),
        (True, 300),
        ([], 300),
    ],
)
def test_a_token_is_used_until_a_little_before_it_expires(expires_in, usable_s):
    token = token_of(_answer({"access_token": "abc", "expires_in": expires_in}), NOW)
    assert (token.text, token.expires_at) == ("abc", NOW + timedelta(seconds=usable_s))


def test_a_token_without_a_life_is_used_for_five_minutes():
    assert token_of(_answer({"access_token": "abc"}), NOW).expires_at == NOW + timedelta(minutes=5)


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff", b"[" * 100_000, [], {}], ids=range(6))
def test_an_answer_that_is_no_object_with_a_token_is_a_failure(body):
    assert not _failure(body).is_transient


@pytest.mark.parametrize("text", ["", 5, None, "a\r\nX: y", "a b", "ü", "a" * 20_000], ids=range(7))
def test_a_token_that_is_no_header_value_is_a_failure(text):
    assert not _failure({"access_token": text}).is_transient


@pytest.mark.parametrize(
    ("status", "is_transient"), [(400, False), (401, False), (302, False), (429, True), (503, True)]
)
def test_another_status_says_whether_it_may_pass(status, is_transient):
    failure = _failure({"error": "invalid_client"}, status)
    assert failure.is_transient is is_transient
    assert f"{status} (invalid_client)" in failure.message


def test_what_the_server_repeats_of_a_secret_is_not_repeated():
    failure = _failure({"error": "hunter2 is wrong", "error_description": "hunter2"}, 400)
    assert "hunter2" not in failure.message


def test_a_token_and_a_parameter_do_not_show_their_secret():
    token = token_of(_answer({"access_token": "hunter2"}), NOW)
    assert "hunter2" not in f"{token!r} {Parameter(In.BODY, 'a', 'hunter2')!r}"


@pytest.mark.parametrize(("kind", "is_transient"), [(FailureKind.TIMEOUT, True), (FailureKind.ADDRESS_REFUSED, False)])
def test_an_unreachable_endpoint_may_be_reachable_later(kind, is_transient):
    assert of_failure(HttpFailure(kind, "login.example")).is_transient is is_transient


def test_the_password_grant_names_the_person():
    request = token_request(
        endpoint=ENDPOINT, client_id="a", client_secret="b", person=Person("ann", "p&ss"), parameters=[]
    )
    assert request.body == b"grant_type=password&client_id=a&client_secret=b&username=ann&password=p%26ss"


def test_the_life_of_a_token_without_expires_in_is_the_callers_to_choose():
    answer = _answer({"access_token": "t"})
    assert token_of(answer, NOW, life_unknown=timedelta(seconds=60)).expires_at == NOW + timedelta(seconds=60)


def test_a_failure_tells_the_status_of_the_endpoint():
    with pytest.raises(TokenFailure) as raised:
        token_of(_answer({"error": "invalid_client"}, status=401), NOW)
    assert raised.value.answered == 401
