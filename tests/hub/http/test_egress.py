"""Requests of both clients leave by the way that the policy names, and end at the address that was checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.errors import Invalid
from hub.http.addresses import EgressPolicy
from hub.http.egress import DIRECT, Egress, parse_egress
from hub.http.failures import FailureKind
from hub.http.messages import Request
from hub.http.url import parse
from tests.forward_proxy import ForwardProxy
from tests.hub.http.certificates import Authority
from tests.hub.http.conftest import LOOPBACK, SHORT, Names, Send, failure_of, request_to
from tests.hub.http.receivers import Receiver, answering, dripping

pytestmark = pytest.mark.once

HOST = "erp.example"
PUBLIC = "93.184.216.34"
NAME = "HUB_STATIC_IP_EGRESS"


def through(proxy: ForwardProxy, policy: EgressPolicy) -> EgressPolicy:
    return replace(policy, egress=parse_egress(NAME, proxy.url) or DIRECT)


@pytest.mark.parametrize(
    ("text", "egress"),
    [
        ("", None),
        ("direct", DIRECT),
        ("http://proxy.example:3128", Egress(parse("http://proxy.example:3128"))),
        (
            "http://ann:s%40cret@proxy.example:3128",
            Egress(parse("http://proxy.example:3128"), "Basic YW5uOnNAY3JldA=="),
        ),
    ],
)
def test_a_setting_describes_a_way_out(text, egress):
    assert parse_egress(NAME, text) == egress


def test_a_setting_may_name_an_address_of_this_machine():
    egress = parse_egress(NAME, "bind:192.0.2.10")
    assert egress is not None
    assert (str(egress.source), egress.is_direct) == ("192.0.2.10", False)


@pytest.mark.parametrize(
    "text", ["https://p:1", "p:3128", "bind:", "bind:erp", "http://u:s3cr3t@p:3128/path", "DIRECT"]
)
def test_a_setting_that_describes_none_is_refused_without_its_password(text):
    with pytest.raises(Invalid, match=NAME) as refusal:
        parse_egress(NAME, text)
    assert "s3cr3t" not in refusal.value.message


def test_the_repr_of_a_way_out_holds_no_password():
    assert "s3cr3t" not in repr(parse_egress(NAME, "http://ann:s3cr3t@proxy.example:3128"))


def test_a_forward_proxy_is_asked_for_the_checked_address(send: Send, names: Names):
    names.resolve(HOST, [PUBLIC], ["127.0.0.1"])
    policy = EgressPolicy.of([f"{PUBLIC}/32"])
    with Receiver(answering(b"ok")) as receiver, ForwardProxy(receiver.port) as proxy:
        answer = send(Request("GET", parse(f"http://{HOST}/a")), policy=through(proxy, policy))
    assert (answer.body, answer.address, proxy.asked) == (b"ok", PUBLIC, [f"{PUBLIC}:80"])
    assert receiver.heads[0].startswith("GET /a HTTP/1.1\r\nHost: erp.example\r\n")


def test_the_certificate_is_that_of_the_host_and_not_of_the_proxy(send: Send, names: Names, tmp_path):
    names.resolve(HOST, [PUBLIC])
    authority = Authority(tmp_path)
    policy = EgressPolicy.of([], ca_file=authority.file)
    request = Request("GET", parse(f"https://{HOST}/"))
    with Receiver(answering(b"ok"), tls=authority.server(HOST)) as receiver, ForwardProxy(receiver.port) as proxy:
        assert send(request, policy=through(proxy, policy)).body == b"ok"
    with Receiver(answering(), tls=authority.server("other")) as receiver, ForwardProxy(receiver.port) as proxy:
        failure = failure_of(lambda: send(request, policy=through(proxy, policy)))
    assert failure.network_code == "ERR_TLS_CERT_ALTNAME_INVALID"


def test_a_refused_address_is_not_asked_of_the_proxy(send: Send, names: Names):
    names.resolve(HOST, ["10.0.0.1"])
    with ForwardProxy(None) as proxy:
        failure = failure_of(
            lambda: send(Request("GET", parse(f"https://{HOST}/")), policy=through(proxy, EgressPolicy()))
        )
    assert (failure.kind, proxy.heads) == (FailureKind.ADDRESS_REFUSED, [])


def test_a_proxy_that_refuses_is_no_connection(send: Send):
    with ForwardProxy(None) as proxy:
        request = Request("GET", parse("http://127.0.0.1:8080/"))
        failure = failure_of(lambda: send(request, policy=through(proxy, LOOPBACK)))
    assert (failure.kind, failure.network_code) == (FailureKind.CONNECT_FAILED, "EHOSTUNREACH")


def test_a_proxy_that_drips_is_given_up(send: Send):
    with Receiver(dripping(b"HTTP/1.1 200", b"x", every_s=0.1)) as proxy:
        policy = replace(LOOPBACK, egress=Egress(parse(f"http://127.0.0.1:{proxy.port}")))
        request = Request("GET", parse("http://127.0.0.1:8080/"))
        failure = failure_of(lambda: send(request, policy=policy, budget=SHORT))
    assert failure.kind is FailureKind.TIMEOUT


def test_requests_leave_from_the_address_that_is_bound_to(send: Send):
    policy = replace(LOOPBACK, egress=parse_egress(NAME, "bind:127.0.0.9") or DIRECT)
    with Receiver(answering()) as receiver:
        assert send(request_to(receiver), policy=policy).status == 200
    assert receiver.callers == {"127.0.0.9"}


def test_what_nobody_listens_for_is_refused(send: Send):
    with Receiver(answering()) as receiver:
        closed = request_to(receiver)
    failure = failure_of(lambda: send(closed))
    assert (failure.kind, failure.network_code) == (FailureKind.CONNECT_FAILED, "ECONNREFUSED")
    assert failure.message == "No connection to 127.0.0.1: Connection refused."
