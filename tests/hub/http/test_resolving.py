"""A name becomes a few checked addresses, in time, or a failure that says so."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading

import pytest

from hub.http import resolving
from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind
from hub.http.url import Url, parse
from tests.hub.http.conftest import Names, failure_of

pytestmark = pytest.mark.once

POLICY = EgressPolicy()
URL = parse("https://erp.example/")


def _sync(url: Url) -> list[str]:
    return [str(address) for address in resolving.resolve(url, POLICY)]


def _async(url: Url) -> list[str]:
    return [str(address) for address in asyncio.run(resolving.resolve_soon(url, POLICY))]


both = pytest.mark.parametrize("resolve", [_sync, _async])


@both
def test_at_most_three_addresses_are_tried(names: Names, resolve):
    names.resolve("erp.example", [f"93.184.216.{number}" for number in range(9)])
    assert resolve(URL) == ["93.184.216.0", "93.184.216.1", "93.184.216.2"]


@both
def test_the_address_beyond_the_third_is_checked_all_the_same(names: Names, resolve):
    names.resolve("erp.example", ["93.184.216.1", "93.184.216.2", "93.184.216.3", "10.0.0.1"])
    assert failure_of(lambda: resolve(URL)).kind is FailureKind.ADDRESS_REFUSED


@both
def test_an_address_needs_no_look_up(names: Names, resolve):
    assert resolve(parse("https://93.184.216.34/")) == ["93.184.216.34"]
    assert names.asked == []


@both
@pytest.mark.parametrize("error", [OSError("unknown"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_looked_up_is_not_resolvable(monkeypatch: pytest.MonkeyPatch, resolve, error):
    monkeypatch.setattr(resolving, "look_up", _raising(error))
    assert failure_of(lambda: resolve(URL)).kind is FailureKind.NOT_RESOLVABLE


def _raising(error: Exception):
    def look_up(host: str, port: int) -> list[object]:
        raise error

    return look_up


@both
def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, resolve):
    over = threading.Event()
    monkeypatch.setattr(resolving, "LOOK_UP_S", 0.1)
    monkeypatch.setattr(resolving, "look_up", lambda host, port: over.wait(10) and [])
    failure = failure_of(lambda: resolve(URL))
    over.set()
    assert (failure.kind, failure.is_transient) == (FailureKind.NOT_RESOLVABLE, True)


@both
def test_too_many_hanging_look_ups_are_a_failure_and_no_threads(monkeypatch: pytest.MonkeyPatch, resolve):
    monkeypatch.setattr(resolving, "_places", threading.BoundedSemaphore(1))
    resolving._places.acquire()
    assert failure_of(lambda: resolve(URL)).kind is FailureKind.NOT_RESOLVABLE


def test_the_systems_resolver_names_each_address_once(monkeypatch: pytest.MonkeyPatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 443)) for text in ("10.0.0.1", "10.0.0.1", "10.0.0.2")]
    found.append((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%2", 443, 0, 2)))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    expected = [ipaddress.ip_address(text) for text in ("10.0.0.1", "10.0.0.2", "fe80::1%2")]
    assert resolving.look_up("erp.example", 443) == expected
