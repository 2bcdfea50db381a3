"""Managed calls with OAuth 2, to a real token server."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.builders import make_organization, make_secret
from tests.proxies.partner import PERSON, Partner, answer, error_of
from tests.receiver import Reply

OAUTH = {
    "type": "oauth2_client_credentials",
    "client_id": "hub",
    "client_secret": "{{env.partner.key}}",
}


class TokenServer:
    """Gives out numbered tokens, and knows which it takes back: the answers of the other system depend on them."""

    def __init__(self, partner: Partner, *, takes: tuple[str, ...] = ()) -> None:
        self.partner = partner
        self.takes = takes
        self.given = 0
        self.lock = threading.Lock()
        partner.integration.connector_config["auth"] = OAUTH | {"token_url": f"{partner.receiver.url}/token"}
        partner.integration.save()
        partner.receiver.answer = self.answer

    def answer(self, request, _number):
        if request.path.startswith("/token"):
            with self.lock:
                self.given += 1
                return answer({"access_token": f"token-{self.given}", "expires_in": 3600})
        token = request.headers["authorization"].removeprefix("Bearer ")
        return answer(PERSON) if not self.takes or token in self.takes else answer({"got": token}, 401)

    @property
    def calls(self):
        return [one for one in self.partner.receiver.requests if not one.path.startswith("/token")]


@pytest.mark.django_db
def test_a_token_is_fetched_once_for_many_calls(partner):
    server = TokenServer(partner)
    partner.call()
    assert [partner.execute().status_code for _ in range(3)] == [200] * 3
    assert (server.given, len(server.calls)) == (1, 3)
    assert server.calls[0].headers["authorization"] == "Bearer token-1"


@pytest.mark.django_db
def test_a_token_that_is_refused_is_replaced_and_the_call_repeated_once(partner):
    server = TokenServer(partner, takes=("token-2",))
    partner.call()
    assert partner.execute().status_code == 200
    assert (server.given, len(server.calls)) == (2, 2)


@pytest.mark.django_db
def test_a_second_refusal_is_the_answer_and_tells_no_token(partner):
    server = TokenServer(partner, takes=("none",))
    partner.call()
    response = partner.execute()
    assert (response.status_code, error_of(response)["details"]) == (502, {"status": 401, "body": {"got": "***"}})
    assert (server.given, len(server.calls)) == (2, 2)


@pytest.mark.django_db
def test_a_token_server_that_refuses_is_told_by_its_status(partner):
    TokenServer(partner)
    partner.receiver.answer = lambda *_: Reply(400, {}, b'{"error": "invalid_client", "error_description": "k-123456"}')
    partner.call()
    response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (502, "AUTH_TOKEN_ERROR")
    assert error_of(response)["details"] == {"status": 400}
    assert "k-123456" not in response.text
    assert [span.code for span in partner.spans()] == ["OAUTH2_TOKEN_FAILURE"]


@pytest.mark.django_db
def test_a_rotated_secret_has_a_token_of_its_own(partner):
    server = TokenServer(partner)
    partner.call()
    partner.execute()
    make_secret(organization=partner.organization, key="partner.next", value="another-secret")
    partner.integration.connector_config["auth"]["client_secret"] = "{{env.partner.next}}"
    partner.integration.save()
    partner.organization.bump_config_version()
    partner.execute()
    assert server.given == 2


@pytest.mark.django_db
def test_two_organizations_have_each_their_own_token(partner):
    server = TokenServer(partner)
    other = Partner(make_organization(), partner.receiver, auth=partner.integration.connector_config["auth"])
    partner.receiver.answer = server.answer
    for one in (partner, other):
        one.call()
        one.execute()
    assert [call.headers["authorization"] for call in server.calls] == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.django_db(transaction=True)
def test_calls_side_by_side_with_a_cold_token_make_one_token_request(partner, settings):
    settings.HUB_MOST_WAITING, settings.HUB_WEB_THREADS = 200, 400
    server = TokenServer(partner)
    partner.call(response_mapping=None)

    def execute(_):
        try:
            return partner.execute().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as threads:
        assert set(threads.map(execute, range(200))) == {200}
    assert (server.given, len(server.calls)) == (1, 200)
    assert json.loads(server.calls[0].body or b"null") is None
