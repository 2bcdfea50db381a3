"""A token is fetched once and used until it expires, by nobody but those it was fetched for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.http import tokens
from hub.http.oauth import Token, TokenFailure, token_request
from hub.http.tokens import TokenCache
from hub.http.url import parse
from tests.builders import NOW

pytestmark = pytest.mark.once

REQUEST = token_request(endpoint=parse("https://login.example/token"), client_id="me", client_secret="hunter2")


class Server:
    """Gives out numbered tokens, or fails."""

    def __init__(self) -> None:
        self.calls = 0
        self.fails = False

    def fetch(self) -> Token:
        self.calls += 1
        if self.fails:
            raise TokenFailure("away", is_transient=True)
        return Token(f"token-{self.calls}", NOW + timedelta(minutes=5))


def test_a_token_is_fetched_once_and_again_when_it_expires(clock):
    cache, server = TokenCache(), Server()
    key = cache.key_of(1, REQUEST)
    assert [cache.get(key, server.fetch).text for _ in range(3)] == ["token-1"] * 3
    clock.move(minutes=5)
    assert cache.get(key, server.fetch).text == "token-2"


@pytest.mark.parametrize(
    ("organization_id", "request_made"),
    [
        (2, REQUEST),
        (1, token_request(endpoint=REQUEST.url, client_id="me", client_secret="hunter3")),
        (1, replace(REQUEST, headers=(*REQUEST.headers, ("X-Key", "a")))),
        (1, replace(REQUEST, url=parse("https://login.example/token?a=b"))),
    ],
)
def test_nobody_else_gets_the_token(organization_id, request_made):
    cache = TokenCache()
    assert cache.key_of(1, REQUEST) == cache.key_of(1, REQUEST)
    assert cache.key_of(organization_id, request_made) != cache.key_of(1, REQUEST)


def test_a_key_tells_no_secret_and_differs_between_processes():
    assert TokenCache().key_of(1, REQUEST) != TokenCache().key_of(1, REQUEST)


def test_threads_that_ask_together_cause_one_request():
    cache, server = TokenCache(), Server()
    together = threading.Barrier(8)

    def ask(_: int) -> str:
        together.wait(5)
        return cache.get(b"key", server.fetch).text

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {"token-1"}


def test_a_refused_token_is_fetched_anew_once():
    cache, server = TokenCache(), Server()
    refused = cache.get(b"key", server.fetch)
    for _ in range(5):
        cache.drop(b"key", refused)
        assert cache.get(b"key", server.fetch).text == "token-2"
    cache.drop(b"key")
    assert cache.get(b"key", server.fetch).text == "token-3"


def test_a_failure_is_shared_for_a_moment_and_then_tried_again(monkeypatch: pytest.MonkeyPatch):
    cache, server = TokenCache(), Server()
    server.fails = True
    for _ in range(3):
        with pytest.raises(TokenFailure):
            cache.get(b"key", server.fetch)
    assert server.calls == 1
    server.fails = False
    monkeypatch.setattr(tokens, "FAILURE_LASTS_S", 0.0)
    assert cache.get(b"key", server.fetch).text == "token-2"


def test_only_so_many_tokens_are_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    cache, server = TokenCache(), Server()
    for key in (b"a", b"b", b"c", b"a"):
        cache.get(key, server.fetch)
    assert server.calls == 4
