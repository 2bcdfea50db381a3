"""How the hub says who calls, to a real token server."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from django.db import connections

from hub.environments.resolve import ConfigurationError
from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind, HttpFailure
from hub.http.kept import send_kept
from hub.http.oauth import TokenFailure
from hub.json_types import JSONPath
from proxies.authentication import Owner, credentials_of, forget_token
from tests.builders import make_organization, make_secret, make_variable
from tests.receiver import Reply, listening

pytestmark = pytest.mark.django_db

LOOPBACK = EgressPolicy.of(["127.0.0.1"])
INTEGRATION = UUID(int=1)
AT = JSONPath("connector_config.auth")


def send(request, budget):
    return send_kept(request, organization_id=1, policy=LOOPBACK, budget=budget)


@pytest.fixture
def home(db):
    organization = make_organization()
    make_secret(organization=organization, key="secret", value="s3cr3t-value")
    make_variable(organization=organization, key="id", value="the id")
    return organization


@pytest.fixture
def server():
    """Gives out numbered tokens for five minutes."""
    with listening() as receiver:
        receiver.answer = lambda _, number: token(f"token-{number}", expires_in=300)
        yield receiver


def token(text, **members):
    return Reply(200, {"Content-Type": "application/json"}, json.dumps({"access_token": text, **members}).encode())


def oauth(server, **members):
    return {
        "type": "oauth2_client_credentials",
        "token_url": f"{server.url}/token",
        "client_id": "{{env.id}}",
        "client_secret": "{{env.SECRET}}",
        **members,
    }


def credentials(auth, organization, *, integration=INTEGRATION, route=""):
    return credentials_of(auth, owner=Owner(organization.pk, integration, route), at=AT, send=send)


def test_without_authentication_nothing_is_added(home):
    for auth in (None, {}, {"api_key": "{{env.secret}}"}):
        assert credentials(auth, home).headers == ()


def test_an_api_key_goes_into_its_header_and_is_a_secret(home):
    found = credentials({"type": "api_key", "api_key": "{{env.secret}}"}, home)
    assert found.headers == (("X-API-Key", "s3cr3t-value"),)
    assert "s3cr3t-value" in found.secrets
    named = credentials({"type": "api_key", "api_key": "{{env.secret}}", "api_key_header": "X-Mine"}, home)
    assert named.headers == (("X-Mine", "s3cr3t-value"),)


def test_a_bearer_token_goes_into_authorization(home):
    assert credentials({"type": "bearer", "token": "{{env.secret}}"}, home).headers == (
        ("Authorization", "Bearer s3cr3t-value"),
    )


def test_a_token_is_asked_for_with_everything_the_author_wrote(home, server):
    auth = oauth(
        server,
        scope="a b",
        audience="x",
        resource="y",
        body_params={"z": "1"},
        query_params={"q": "&"},
        headers={"X": "h"},
    )
    found = credentials(auth, home)
    assert found.headers == (("Authorization", "Bearer token-1"),)
    assert {"token-1", "s3cr3t-value"} <= found.secrets
    [asked] = server.requests
    assert (asked.method, asked.path, asked.headers["x"]) == ("POST", "/token?q=%26", "h")
    assert parse_qsl(asked.body.decode()) == [
        ("grant_type", "client_credentials"),
        ("client_id", "the id"),
        ("client_secret", "s3cr3t-value"),
        ("scope", "a b"),
        ("audience", "x"),
        ("resource", "y"),
        ("z", "1"),
    ]


def test_the_password_grant_sends_user_and_password(home, server):
    auth = oauth(server, type="oauth2_password", username="ann", password="literal-password")
    assert "literal-password" in credentials(auth, home).secrets
    form = dict(parse_qsl(server.requests[0].body.decode()))
    assert (form["grant_type"], form["username"], form["password"]) == ("password", "ann", "literal-password")


def test_a_token_is_used_until_shortly_before_it_expires(home, server, clock):
    for _ in range(2):
        assert credentials(oauth(server), home).headers[0][1] == "Bearer token-1"
    clock.move(timedelta(seconds=271))
    assert credentials(oauth(server), home).headers[0][1] == "Bearer token-2"


@pytest.mark.parametrize("members", [{}, {"expires_in": 0}, {"expires_in": -5}, {"expires_in": "soon"}])
def test_a_token_of_unknown_life_lives_for_a_minute(home, server, clock, members):
    server.answer = lambda _, number: token(f"token-{number}", **members)
    credentials(oauth(server), home)
    clock.move(timedelta(seconds=59))
    credentials(oauth(server), home)
    clock.move(timedelta(seconds=2))
    credentials(oauth(server), home)
    assert len(server.requests) == 2


def test_a_refused_token_is_replaced(home, server):
    first = credentials(oauth(server), home)
    assert forget_token(first)
    assert credentials(oauth(server), home).token.text == "token-2"
    assert forget_token(first)
    assert credentials(oauth(server), home).token.text == "token-2"


def test_there_is_nothing_to_replace_where_no_token_was_fetched(home):
    assert not forget_token(credentials({"type": "bearer", "token": "{{env.secret}}"}, home))


def test_organizations_integrations_and_ways_share_no_token(home, server):
    other = make_organization()
    make_secret(organization=other, key="secret", value="s3cr3t-value")
    make_variable(organization=other, key="id", value="the id")
    auth = oauth(server)
    found = [
        credentials(auth, home),
        credentials(auth, other),
        credentials(auth, home, integration=UUID(int=2)),
        credentials(auth, home, route="proxy"),
    ]
    assert len({one.token.text for one in found}) == 4


def test_a_rotated_secret_gets_a_token_of_its_own(home, server):
    credentials(oauth(server), home)
    make_secret(organization=home, key="rotated", value="another-value")
    home.bump_config_version()
    assert credentials(oauth(server, client_secret="{{env.rotated}}"), home).token.text == "token-2"


@pytest.mark.django_db(transaction=True)
def test_all_who_ask_at_once_make_one_request(server):
    organization = make_organization()
    make_secret(organization=organization, key="secret")
    make_variable(organization=organization, key="id", value="x")
    together = threading.Barrier(20)

    def ask(_):
        together.wait(10)
        try:
            return credentials(oauth(server), organization).token.text
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(ask, range(20))) == {"token-1"}
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, {}, b'{"error": "invalid_client", "error_description": "s3cr3t-value is wrong"}'),
        Reply(200, {}, b"nonsense"),
        Reply(200, {}, b'{"access_token": ""}'),
        Reply(200, {}, b'{"access_token": "a\\r\\nX: y"}'),
        Reply(200, {}, b'{"access_token": "' + b"x" * (16 * 1024 + 1) + b'"}'),
        Reply(200, {}, b" " * (64 * 1024) + b'{"access_token": "x"}'),
        Reply(302, {"Location": "http://127.0.0.1/"}, b""),
        None,
    ],
)
def test_whatever_is_no_token_is_a_failure_without_a_secret(home, server, reply):
    server.answer = lambda _, __: reply
    with pytest.raises(TokenFailure) as raised:
        credentials(oauth(server), home)
    assert raised.value.code == "AUTH_TOKEN_ERROR"
    assert "s3cr3t" not in raised.value.message
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("auth", "missing"),
    [
        ({"type": "api_key"}, "connector_config.auth.api_key"),
        ({"type": "bearer"}, "connector_config.auth.token"),
        ({"type": "oauth2_client_credentials", "token_url": "https://a.example/"}, "connector_config.auth.client_id"),
        ({"type": "bearer", "token": "{{env.nothing}}"}, "env.nothing"),
        ({"type": "magic"}, "connector_config.auth.type"),
    ],
)
def test_what_is_missing_is_named(home, auth, missing):
    with pytest.raises(ConfigurationError, match=missing):
        credentials(auth, home)


def test_a_token_server_in_a_private_network_is_not_called(home):
    auth = {"type": "oauth2_client_credentials", "token_url": "http://169.254.169.254/", "client_id": "a"}
    with pytest.raises(HttpFailure) as raised:
        credentials(auth | {"client_secret": "{{env.secret}}"}, home)
    assert raised.value.kind is FailureKind.ADDRESS_REFUSED
