"""Whatever an author, a name server or a receiver does, both clients end in the same way."""

from __future__ import annotations

import gzip
import resource
import socket
import struct
import threading
import zlib

import pytest

from hub.http import headers
from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind
from hub.http.messages import KIB, MIB, Budget, Request
from hub.http.url import parse
from tests.hub.http.conftest import LOOPBACK, SHORT, Names, Send, failure_of, request_to
from tests.hub.http.receivers import Receiver, answering, dripping, flooding, saying

pytestmark = pytest.mark.once

OPENED = EgressPolicy.of(["erp.example", "127.0.0.1"])
"""Where names of a test lead."""
LOOKED_AT = Budget(connect_s=5, total_s=10, request_bytes=KIB, read_bytes=64 * KIB, kept_bytes=KIB)


def test_an_answer_comes_back_whole(send: Send):
    with Receiver(answering(b"hello", status="201 Created", headers=("X-One: 1", "X-One: 2"))) as receiver:
        answer = send(request_to(receiver, "/a?b=c%20d"))
    assert (answer.status, answer.body, answer.is_cut, answer.address) == (201, b"hello", False, "127.0.0.1")
    assert [pair for pair in answer.headers if pair[0] == "X-One"] == [("X-One", "1"), ("X-One", "2")]
    assert 0 <= answer.timings.connect_ms <= answer.timings.first_byte_ms <= answer.timings.total_ms


@pytest.mark.parametrize(
    ("method", "body", "said"), [("POST", b"x" * 500, "500"), ("POST", None, "0"), ("PUT", b"", "0")]
)
def test_the_length_of_a_body_is_always_said(send: Send, method, body, said):
    with Receiver(answering()) as receiver:
        send(Request(method, parse(f"http://127.0.0.1:{receiver.port}/"), (("Content-Type", "text/plain"),), body))
    assert f"Content-Length: {said}" in receiver.heads[0]
    assert "Transfer-Encoding" not in receiver.heads[0]
    assert receiver.bodies == [body or b""]


def test_the_hub_says_who_it_is_and_adds_nothing_else(send: Send):
    with Receiver(answering()) as receiver:
        request = request_to(receiver)
        send(Request("GET", request.url, (("X-Own", "ü"),), hop=3))
    lines = [line for line in receiver.heads[0].split("\r\n") if line != "Connection: close"]
    assert lines == [
        "GET / HTTP/1.1",
        f"Host: 127.0.0.1:{receiver.port}",
        f"User-Agent: integration-hub/{headers.VERSION}",
        "Accept-Encoding: identity",
        "X-Hub-Hop: 3",
        "X-Own: ü",
    ]


def test_a_body_in_chunks_is_read(send: Send):
    with Receiver(
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
    ) as receiver:
        assert send(request_to(receiver)).body == b"abc"


def test_a_body_that_ends_with_the_connection_is_read(send: Send):
    with Receiver(saying(b"HTTP/1.0 200 OK\r\n\r\nabc")) as receiver:
        assert send(request_to(receiver)).body == b"abc"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_is_not_waited_for(send: Send, status):
    with Receiver(answering(b"", status=status, has_length=False)) as receiver:
        assert send(request_to(receiver)).body == b""


def test_the_answer_to_head_has_no_body(send: Send):
    with Receiver(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")) as receiver:
        assert send(request_to(receiver, method="HEAD")).body == b""


def test_an_early_answer_is_skipped_for_the_real_one(send: Send):
    with Receiver(saying(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as receiver:
        assert send(request_to(receiver)).status == 200


# --- where it goes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:7f00:1::]/",
        "https://[fec0::1]/",
    ],
)
def test_a_private_address_is_refused_before_anything_is_looked_up(send: Send, names: Names, url):
    assert failure_of(lambda: send(Request("GET", parse(url)))).kind is FailureKind.ADDRESS_REFUSED
    assert names.asked == []


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "metadata.google.internal", "intranet"])
def test_a_local_name_is_refused_before_it_is_looked_up(send: Send, names: Names, host):
    assert failure_of(lambda: send(Request("GET", parse(f"https://{host}/")))).kind is FailureKind.URL_REFUSED
    assert names.asked == []


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["93.184.216.34", "::1"]])
def test_a_name_is_refused_when_one_of_its_addresses_is(send: Send, names: Names, addresses):
    names.resolve("erp.example", addresses)
    failure = failure_of(lambda: send(Request("GET", parse("https://erp.example/")), policy=EgressPolicy()))
    assert failure.kind is FailureKind.ADDRESS_REFUSED


def test_a_name_that_changes_its_mind_is_asked_once(send: Send, names: Names):
    names.resolve("erp.example", ["127.0.0.1"], ["169.254.169.254"])
    with Receiver(answering()) as receiver:
        answer = send(request_to(receiver, host="erp.example"), policy=OPENED)
    assert (answer.status, answer.address, names.asked) == (200, "127.0.0.1", ["erp.example"])
    assert f"Host: erp.example:{receiver.port}" in receiver.heads[0]


def test_each_attempt_is_resolved_and_checked_anew(send: Send, names: Names):
    names.resolve("erp.example", ["127.0.0.1"], ["169.254.169.254"])
    with Receiver(answering()) as receiver:
        request = request_to(receiver, host="erp.example")
        send(request, policy=OPENED)
        assert failure_of(lambda: send(request, policy=OPENED)).kind is FailureKind.ADDRESS_REFUSED


def test_an_address_that_does_not_answer_is_followed_by_the_next(send: Send, names: Names):
    names.resolve("erp.example", ["127.0.0.2", "127.0.0.1"])
    with Receiver(answering()) as receiver:
        assert send(request_to(receiver, host="erp.example"), policy=OPENED).address == "127.0.0.1"


def test_a_name_that_nobody_knows_may_be_known_later(send: Send, names: Names):
    failure = failure_of(lambda: send(Request("GET", parse("https://nobody.example/"))))
    assert (failure.kind, failure.is_transient) == (FailureKind.NOT_RESOLVABLE, True)


def test_nobody_listens(send: Send):
    with Receiver(answering()) as receiver:
        request = request_to(receiver)
    failure = failure_of(lambda: send(request))
    assert (failure.kind, failure.is_transient) == (FailureKind.CONNECT_FAILED, True)


def test_a_public_host_is_not_called_without_encryption(send: Send, names: Names):
    names.resolve("example.com", ["93.184.216.34"])
    assert failure_of(lambda: send(Request("GET", parse("http://example.com/")))).kind is FailureKind.URL_REFUSED


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_an_answer(send: Send, status):
    with Receiver(answering(status=status, headers=("Location: http://169.254.169.254/",))) as receiver:
        answer = send(request_to(receiver))
    assert answer.status == int(status[:3])
    assert answer.header("location") == "http://169.254.169.254/"
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_proxies_of_the_environment_are_not_used(send: Send, monkeypatch: pytest.MonkeyPatch, variable):
    with Receiver(answering(b"direct")) as receiver, Receiver(answering(b"proxy")) as proxy:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        assert send(request_to(receiver)).body == b"direct"
    assert proxy.connections == 0


def test_passwords_of_a_netrc_are_not_sent(send: Send, monkeypatch: pytest.MonkeyPatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password hunter2\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with Receiver(answering()) as receiver:
        send(request_to(receiver))
    assert "authorization" not in receiver.heads[0].lower()


def test_cookies_are_not_kept(send: Send):
    with Receiver(answering(headers=("Set-Cookie: a=b; Path=/",))) as receiver:
        send(request_to(receiver))
        send(request_to(receiver))
    assert all("cookie" not in head.lower() for head in receiver.heads)


# --- what is sent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Role", "a\r\nX-Role: admin"),
        ("X-Role", "a\nb"),
        ("X-Role", "a\x00b"),
        ("X-Role: admin\r\nX", "a"),
        ("X Role", "a"),
        ("", "a"),
        ("Host", "internal"),
        ("Content-Length", "5"),
        ("transfer-encoding", "chunked"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("Proxy-Authorization", "a"),
        ("X-Hub-Hop", "1"),
        ("Metadata-Flavor", "Google"),
        ("X-Long", "a" * 9000),
    ],
)
def test_a_header_that_could_become_another_request_is_refused_before_connecting(send: Send, name, value):
    with Receiver(answering()) as receiver:
        request = Request("GET", request_to(receiver).url, ((name, value),))
        failure = failure_of(lambda: send(request))
    assert (failure.kind, failure.is_transient, receiver.connections) == (FailureKind.HEADER_REFUSED, False, 0)


def test_more_headers_than_anybody_needs_are_refused(send: Send):
    with Receiver(answering()) as receiver:
        many = tuple((f"X-{number}", "a") for number in range(65))
        failure = failure_of(lambda: send(Request("GET", request_to(receiver).url, many)))
    assert failure.kind is FailureKind.HEADER_REFUSED


@pytest.mark.parametrize("method", ["GET / HTTP/1.1\r\nX: y\r\n\r\nGET", "get", "CONNECT", "TRACE", ""])
def test_a_method_is_one_word_that_opens_no_tunnel(send: Send, method):
    with Receiver(answering()) as receiver:
        failure = failure_of(lambda: send(Request(method, request_to(receiver).url)))
    assert (failure.kind, receiver.connections) == (FailureKind.HEADER_REFUSED, 0)


def test_a_request_beyond_its_budget_is_not_sent(send: Send):
    with Receiver(answering()) as receiver:
        request = Request("POST", request_to(receiver).url, (), b"x" * (64 * KIB + 1))
        failure = failure_of(lambda: send(request))
    assert (failure.kind, receiver.connections) == (FailureKind.REQUEST_TOO_LARGE, 0)


# --- what comes back, and how slowly ----------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "script",
    [
        dripping(HEAD, b"x", every_s=0.1),
        dripping(CHUNKED, b"1\r\nx\r\n", every_s=0.1),
        dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", every_s=0.1),
        dripping(b"HTTP/1.1 200 O", b"K", every_s=0.1),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", every_s=0.1),
        dripping(HEAD, b"", every_s=0.5),
        dripping(b"", b"", every_s=0.5),
    ],
    ids=["body", "chunks", "headers", "status line", "early answers", "silence in the body", "silence"],
)
def test_the_clock_on_the_wall_ends_what_drips(send: Send, script):
    with Receiver(script) as receiver:
        failure = failure_of(lambda: send(request_to(receiver), budget=SHORT))
    assert (failure.kind, failure.is_transient) == (FailureKind.TIMEOUT, True)


def test_a_receiver_that_reads_nothing_does_not_hold_the_hub(send: Send):
    budget = Budget(connect_s=0.5, total_s=0.5, request_bytes=16 * MIB, read_bytes=KIB, kept_bytes=KIB)
    with Receiver(dripping(b"", b"", every_s=0.5)) as receiver:
        request = Request("POST", request_to(receiver).url, (), b"x" * (16 * MIB))
        failure = failure_of(lambda: send(request, budget=budget))
    assert failure.kind is FailureKind.TIMEOUT


@pytest.mark.parametrize("status", ["200 OK", "100 Continue"])
def test_headers_without_end_are_not_collected(send: Send, status):
    head = f"HTTP/1.1 {status}\r\n".encode()
    with Receiver(flooding(head, b"X-Flood: " + b"y" * 1000 + b"\r\n", at_most=50 * MIB)) as receiver:
        failure = failure_of(lambda: send(request_to(receiver)))
    assert (failure.kind, failure.is_transient) == (FailureKind.BAD_RESPONSE, False)


def test_one_header_without_end_is_not_collected(send: Send):
    with Receiver(flooding(b"HTTP/1.1 200 OK\r\nX-Flood: ", b"y" * 4096, at_most=50 * MIB)) as receiver:
        assert failure_of(lambda: send(request_to(receiver))).kind is FailureKind.BAD_RESPONSE


@pytest.mark.parametrize(("count", "size"), [(101, 1), (10_000, 1), (90, 1000)])
def test_an_answer_with_too_many_headers_is_refused(send: Send, count, size):
    many = tuple(f"X-{number}: {'y' * size}" for number in range(count))
    with Receiver(answering(headers=many)) as receiver:
        assert failure_of(lambda: send(request_to(receiver))).kind is FailureKind.BAD_RESPONSE


def test_sixty_headers_are_fine(send: Send):
    with Receiver(answering(headers=tuple(f"X-{number}: y" for number in range(60)))) as receiver:
        assert send(request_to(receiver)).status == 200


FLOODS = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n",
    "end": b"HTTP/1.1 200 OK\r\n\r\n",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n",
}


@pytest.mark.parametrize("head", FLOODS.values(), ids=FLOODS.keys())
def test_a_body_of_a_gigabyte_is_left_after_what_was_allowed(send: Send, head):
    with Receiver(flooding(head, b"x" * 65536, at_most=1024 * MIB)) as receiver:
        failure = failure_of(lambda: send(request_to(receiver)))
    assert (failure.kind, failure.is_transient) == (FailureKind.RESPONSE_TOO_LARGE, False)


@pytest.mark.parametrize("head", FLOODS.values(), ids=FLOODS.keys())
def test_a_body_that_is_only_looked_at_is_cut(send: Send, head):
    with Receiver(flooding(head, b"x" * 65536, at_most=1024 * MIB)) as receiver:
        answer = send(request_to(receiver), budget=LOOKED_AT)
    assert (answer.status, answer.body, answer.is_cut) == (200, b"x" * KIB, True)


def test_a_body_that_is_read_but_not_kept_is_cut_too(send: Send):
    with Receiver(answering(b"x" * (2 * KIB))) as receiver:
        answer = send(request_to(receiver), budget=LOOKED_AT)
    assert (len(answer.body), answer.is_cut) == (KIB, True)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "identity, gzip"])
def test_one_compression_is_undone(send: Send, coding):
    body = zlib.compress(b"hello") if coding == "deflate" else gzip.compress(b"hello")
    with Receiver(answering(body, headers=(f"Content-Encoding: {coding}",))) as receiver:
        assert send(request_to(receiver)).body == b"hello"


def test_a_compression_bomb_ends_at_what_was_allowed(send: Send):
    bomb = gzip.compress(b"\x00" * (64 * MIB))
    budget = Budget(connect_s=5, total_s=10, request_bytes=KIB, read_bytes=MIB, kept_bytes=MIB)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Receiver(answering(bomb, headers=("Content-Encoding: gzip",))) as receiver:
        failure = failure_of(lambda: send(request_to(receiver), budget=budget))
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert failure.kind is FailureKind.RESPONSE_TOO_LARGE
    assert grown_kib < 30 * KIB


@pytest.mark.parametrize(
    "coding", ["gzip, gzip", "deflate, gzip", "br", "zstd", "compress", "gzip\r\nContent-Encoding: gzip"]
)
def test_other_compressions_are_refused(send: Send, coding):
    with Receiver(answering(gzip.compress(gzip.compress(b"x")), headers=(f"Content-Encoding: {coding}",))) as receiver:
        assert failure_of(lambda: send(request_to(receiver))).kind is FailureKind.BAD_RESPONSE


NOT_AS_SAID = {
    "plain": b"no gzip at all",
    "cut": gzip.compress(b"hello" * 100)[:-12],
    "followed": gzip.compress(b"a") + b"more",
}


@pytest.mark.parametrize("body", NOT_AS_SAID.values(), ids=NOT_AS_SAID.keys())
def test_a_body_that_is_not_compressed_as_it_says_is_refused(send: Send, body):
    with Receiver(answering(body, headers=("Content-Encoding: gzip",))) as receiver:
        assert failure_of(lambda: send(request_to(receiver))).kind is FailureKind.BAD_RESPONSE


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", CHUNKED + b"5\r\nab", CHUNKED + b"2\r\nab\r\n"],
    ids=["before the head", "in the body", "in a chunk", "between chunks"],
)
def test_a_connection_that_ends_early_is_lost(send: Send, said):
    with Receiver(saying(said)) as receiver:
        failure = failure_of(lambda: send(request_to(receiver)))
    assert (failure.kind, failure.is_transient) == (FailureKind.CONNECTION_LOST, True)


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"<html></html>\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=["ssh", "binary", "no status", "html", "upgrade"],
)
def test_what_is_not_http_is_no_answer(send: Send, said):
    with Receiver(saying(said)) as receiver:
        failure = failure_of(lambda: send(request_to(receiver)))
    assert (failure.kind, failure.is_transient) == (FailureKind.BAD_RESPONSE, False)


def test_a_receiver_that_hangs_up_at_once_is_a_failure_like_others(send: Send):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hangs_up = threading.Thread(target=_reset_next, args=(listener,))
        hangs_up.start()
        url = parse(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        failure = failure_of(lambda: send(Request("POST", url, (), b"x" * 10_000)))
        hangs_up.join()
    assert failure.kind in {FailureKind.CONNECTION_LOST, FailureKind.CONNECT_FAILED}


def _reset_next(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_failure_names_the_host_and_nothing_else_of_the_request(send: Send):
    with Receiver(saying(b"")) as receiver:
        url = parse(f"http://127.0.0.1:{receiver.port}/hunter2?key=hunter2")
        request = Request("POST", url, (("Authorization", "hunter2"),), b"hunter2")
        failure = failure_of(lambda: send(request))
    assert "127.0.0.1" in failure.message
    assert "hunter2" not in f"{failure} {failure.__cause__!r} {request!r}"


def test_the_policy_is_that_of_the_call(send: Send):
    with Receiver(answering()) as receiver:
        closed = failure_of(lambda: send(request_to(receiver), policy=EgressPolicy()))
        assert send(request_to(receiver), policy=LOOPBACK).status == 200
    assert closed.kind is FailureKind.ADDRESS_REFUSED
