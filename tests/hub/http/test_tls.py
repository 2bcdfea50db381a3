"""Both clients believe a certificate when it is for the name that was asked for, and when nobody else could have it."""

from __future__ import annotations

import ssl
from dataclasses import replace

import pytest

from hub.http import tls
from hub.http.addresses import EgressPolicy
from hub.http.authorities import Authorities
from hub.http.failures import FailureKind
from hub.http.messages import Request
from hub.http.url import parse
from tests.hub.http.certificates import Authority, yesterday
from tests.hub.http.conftest import SHORT, Names, Send, failure_of
from tests.hub.http.receivers import Receiver, answering, dripping, saying

pytestmark = pytest.mark.once

HOST = "erp.example"


@pytest.fixture
def authority(tmp_path) -> Authority:
    """Whose certificates the operator has added."""
    return Authority(tmp_path)


@pytest.fixture
def policy(authority: Authority) -> EgressPolicy:
    """With that authority; the names of the test lead to loopback."""
    return EgressPolicy.of(["127.0.0.0/8"], ca_file=authority.file)


def _request(receiver: Receiver, host: str = HOST) -> Request:
    return Request("GET", parse(f"https://{host}:{receiver.port}/"))


def test_a_certificate_of_the_operators_authority_is_believed(send: Send, names: Names, authority, policy):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(b"secured"), tls=authority.server(HOST)) as receiver:
        answer = send(_request(receiver), policy=policy)
    assert (answer.body, answer.address) == (b"secured", "127.0.0.1")


def test_the_name_that_was_asked_for_is_said_in_the_handshake(send: Send, names: Names, authority, policy):
    names.resolve(HOST, ["127.0.0.1"])
    said: list[str | None] = []
    context = authority.server(HOST)
    context.sni_callback = lambda _socket, name, _context: said.append(name)
    with Receiver(answering(), tls=context) as receiver:
        send(_request(receiver), policy=policy)
    assert said == [HOST]


def test_a_certificate_for_an_address_is_believed(send: Send, authority, policy):
    with Receiver(answering(b"secured"), tls=authority.server("127.0.0.1")) as receiver:
        assert send(_request(receiver, "127.0.0.1"), policy=policy).body == b"secured"


def _another_name(authority: Authority) -> ssl.SSLContext:
    return authority.server("other.example")


def _the_address_alone(authority: Authority) -> ssl.SSLContext:
    return authority.server("127.0.0.1")


def _expired(authority: Authority) -> ssl.SSLContext:
    return authority.server(HOST, until=yesterday())


def _self_signed(authority: Authority) -> ssl.SSLContext:
    return authority.server(HOST, is_self_signed=True)


@pytest.mark.parametrize("server", [_another_name, _the_address_alone, _expired, _self_signed])
def test_any_other_certificate_is_refused(send: Send, names: Names, authority, policy, server):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(), tls=server(authority)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=policy))
    assert (failure.kind, failure.is_transient) == (FailureKind.CERTIFICATE_REFUSED, False)
    assert receiver.requests == []


def test_an_authority_that_nobody_added_is_not_believed(send: Send, names: Names, authority, policy):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(), tls=authority.server(HOST)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=replace(policy, ca_file="")))
    assert failure.kind is FailureKind.CERTIFICATE_REFUSED


def test_old_versions_of_tls_are_not_spoken(send: Send, names: Names, authority, policy):
    assert tls.context(authority.file).minimum_version is ssl.TLSVersion.TLSv1_2
    assert tls.context(authority.file).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("script", [saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), saying(b"")])
def test_a_receiver_without_tls_is_no_encrypted_connection(send: Send, policy, script):
    with Receiver(script) as receiver:
        failure = failure_of(lambda: send(_request(receiver, "127.0.0.1"), policy=policy))
    assert (failure.kind, failure.is_transient) == (FailureKind.TLS_FAILED, True)


def test_a_handshake_that_never_ends_is_a_matter_of_time(send: Send, policy):
    with Receiver(dripping(b"", b"", every_s=0.5)) as receiver:
        failure = failure_of(lambda: send(_request(receiver, "127.0.0.1"), policy=policy, budget=SHORT))
    assert failure.kind is FailureKind.TIMEOUT


def test_the_clock_on_the_wall_ends_an_encrypted_drip(send: Send, authority, policy):
    drip = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", every_s=0.1)
    with Receiver(drip, tls=authority.server("127.0.0.1")) as receiver:
        failure = failure_of(lambda: send(_request(receiver, "127.0.0.1"), policy=policy, budget=SHORT))
    assert failure.kind is FailureKind.TIMEOUT


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"host": HOST, "until": yesterday()}, "CERT_HAS_EXPIRED"),
        ({"host": "other.example"}, "ERR_TLS_CERT_ALTNAME_INVALID"),
        ({"host": HOST, "is_self_signed": True}, "DEPTH_ZERO_SELF_SIGNED_CERT"),
    ],
)
def test_why_a_certificate_is_refused_has_a_code(send: Send, names: Names, authority, policy, made, code):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(), tls=authority.server(**made)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=policy))
    assert (failure.kind, failure.network_code) == (FailureKind.CERTIFICATE_REFUSED, code)


def test_a_certificate_of_an_unknown_authority_has_a_code(send: Send, names: Names, authority):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(), tls=authority.server(HOST)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=EgressPolicy.of(["127.0.0.0/8"])))
    assert failure.network_code == "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"


def test_a_host_that_speaks_no_tls_has_a_code(send: Send, names: Names, policy):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=policy))
    assert (failure.kind, failure.network_code) == (FailureKind.TLS_FAILED, "EPROTO")


def _believing(*authorities: Authority) -> EgressPolicy:
    """The policy of an organization that believes them; the operator has added none."""
    own = Authorities.of(one.pem for one in authorities)
    return replace(EgressPolicy.of(["127.0.0.0/8"]), authorities=own)


def test_an_authority_of_the_organization_is_believed(send: Send, names: Names, authority):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(b"secured"), tls=authority.server(HOST)) as receiver:
        assert send(_request(receiver), policy=_believing(authority)).body == b"secured"


def test_an_authority_of_another_organization_is_not(send: Send, names: Names, authority, tmp_path):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(b"secured"), tls=authority.server(HOST)) as receiver:
        send(_request(receiver), policy=_believing(authority))
        failure = failure_of(lambda: send(_request(receiver), policy=_believing(Authority(tmp_path))))
    assert failure.network_code in {"UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"}


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"host": HOST, "until": yesterday()}, "CERT_HAS_EXPIRED"),
        ({"host": "other.example"}, "ERR_TLS_CERT_ALTNAME_INVALID"),
        ({"host": HOST, "is_self_signed": True}, "DEPTH_ZERO_SELF_SIGNED_CERT"),
    ],
)
def test_an_authority_of_the_organization_makes_nothing_else_good(send: Send, names: Names, authority, made, code):
    names.resolve(HOST, ["127.0.0.1"])
    with Receiver(answering(), tls=authority.server(**made)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=_believing(authority)))
    assert (failure.kind, failure.network_code) == (FailureKind.CERTIFICATE_REFUSED, code)
    assert receiver.requests == []


def test_an_authority_that_expires_while_it_is_believed_vouches_for_nothing(send: Send, names: Names, tmp_path):
    names.resolve(HOST, ["127.0.0.1"])
    expired = Authority(tmp_path, until=yesterday())
    with Receiver(answering(), tls=expired.server(HOST)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=_believing(expired)))
    assert failure.network_code == "CERT_HAS_EXPIRED"


def test_an_authority_between_is_sent_by_the_server(send: Send, names: Names, authority, tmp_path):
    names.resolve(HOST, ["127.0.0.1"])
    between = Authority(tmp_path, "Between", above=authority)
    with Receiver(answering(b"secured"), tls=between.server(HOST, sends=(between,))) as receiver:
        assert send(_request(receiver), policy=_believing(authority)).body == b"secured"


def test_an_authority_between_that_nobody_sends_is_missing(send: Send, names: Names, authority, tmp_path):
    names.resolve(HOST, ["127.0.0.1"])
    between = Authority(tmp_path, "Between", above=authority)
    with Receiver(answering(), tls=between.server(HOST)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=_believing(authority)))
        assert send(_request(receiver), policy=_believing(authority, between)).status == 200
    assert failure.kind is FailureKind.CERTIFICATE_REFUSED


def test_an_authority_between_may_be_believed_without_its_root(send: Send, names: Names, authority, tmp_path):
    names.resolve(HOST, ["127.0.0.1"])
    between = Authority(tmp_path, "Between", above=authority)
    with Receiver(answering(b"secured"), tls=between.server(HOST)) as receiver:
        assert send(_request(receiver), policy=_believing(between)).body == b"secured"
    with Receiver(answering(), tls=authority.server(HOST)) as receiver:
        failure = failure_of(lambda: send(_request(receiver), policy=_believing(between)))
    assert failure.kind is FailureKind.CERTIFICATE_REFUSED


def test_contexts_are_shared_by_all_who_believe_the_same(authority, tmp_path):
    one, other = Authorities.of([authority.pem]), Authorities.of([Authority(tmp_path).pem])
    assert tls.context("", one) is tls.context("", Authorities.of([authority.pem]))
    assert tls.context("", one) is not tls.context("", other)
    assert tls.context("", one).verify_mode is ssl.CERT_REQUIRED
    assert tls.context("", one).check_hostname


def test_the_order_of_certificates_makes_no_difference(authority, tmp_path):
    pems = [authority.pem, Authority(tmp_path).pem]
    assert Authorities.of(pems) == Authorities.of(reversed(pems))
    assert not Authorities.of([])
