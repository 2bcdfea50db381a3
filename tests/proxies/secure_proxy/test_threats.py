"""The threat table of proxies-and-security.md, as far as it is about secure proxies: each row meets a real request."""

from __future__ import annotations

import gzip
import json
import socket
from contextlib import ExitStack

import pytest

from hub import clock
from hub.accounts.models import AuditEntry
from hub.http import resolving
from integrations.models import UseCase
from proxies import limits
from proxies.secure_proxy import forwarding
from tests.builders import make_organization, make_secret, make_use_case
from tests.forward_proxy import ForwardProxy
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority, yesterday
from tests.hub.http.receivers import Receiver as RawReceiver
from tests.hub.http.receivers import answering, dripping, flooding, saying
from tests.proxies.secure_proxy.conftest import LISTED, PUBLIC, World
from tests.receiver import Reply

MODES = pytest.mark.parametrize("mode", ["static_ip", "secure_link"])


def refused(world: World, answer, status: int, code: str | None = None) -> None:
    """The status and the code; and nothing left the hub."""
    assert (answer.status_code, world.tunnels.heads, world.target.requests) == (status, [], [])
    assert code is None or answer.json()["code"] == code


def proxy_of(world: World, mode: str) -> UseCase:
    return world.proxy() if mode == "static_ip" else world.linked()


@MODES
@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:8000/admin/", "http://[::1]/", "http://0.0.0.0/", "http://169.254.169.254/latest/"),
        *("http://localhost./", "http://LOCALHOST/", "http://a.localhost/", "http://metadata.google.internal/"),
        *("http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::a9fe:a9fe]/"),
        *("http://[2002:7f00:1::]/", "http://[fec0::1]/", "http://224.0.0.1/", "http://[fd00:ec2::254]/"),
    ],
)
def test_this_machine_metadata_and_reserved_addresses_are_blocked_in_both_modes(world: World, mode, url):
    refused(world, world.send(proxy_of(world, mode), url), 400, "SSRF_BLOCKED")


@pytest.mark.parametrize("url", ["http://10.0.1.5/", "http://100.64.0.1/", "http://[fd12::1]/", "http://intranet/"])
def test_private_networks_are_blocked_for_a_static_ip(world: World, url):
    refused(world, world.send(world.proxy(), url), 400, "SSRF_BLOCKED")


@MODES
@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://2130706433/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://127.0.0.01/",
        ),
        *("http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://ⓛocalhost/", "http://127.0.0.1\\@good.com/"),
        *("http://good.com\\@127.0.0.1/", "http://good.com@10.0.0.5/", "http://user:pw@good.com/", "good.com", ""),
        *(
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_FLUSHALL",
            "ftp://x/",
            "https://db.example:5432/",
            "http:///",
        ),
        *("http://127.0.0.1 /", "http://ex\nample.com/", "http://[fe80::1%25eth0]/", f"http://{'a' * 64}.com/"),
        f"http://{'0x' + '0' * 246 + '7f000001'}.example.com/",
    ],
)
def test_urls_that_parsers_read_in_two_ways_are_refused_before_anything_is_looked_up(world: World, names, mode, url):
    refused(world, world.send(proxy_of(world, mode), url), 400)
    assert names.asked == []


@MODES
def test_a_nul_in_the_host_is_refused_before_anything_is_looked_up(world: World, names, mode):
    refused(world, world.send(proxy_of(world, mode), "http://127.0.0.1\0.example.com/"), 400)
    assert names.asked == []


@pytest.mark.parametrize("addresses", [[PUBLIC, "10.0.0.1"], ["::1", PUBLIC]])
def test_a_name_is_blocked_when_one_of_its_addresses_is_private(world: World, names, addresses):
    names.resolve("erp.example.com", addresses)
    refused(world, world.send(world.proxy(), "http://erp.example.com/"), 400, "SSRF_BLOCKED")


def test_a_name_that_rebinds_is_looked_up_once_and_its_first_address_is_reached(world: World, names):
    names.resolve("erp.example.com", [PUBLIC], ["127.0.0.1"])
    assert world.send(world.proxy(), "http://erp.example.com/").status_code == 200
    assert (names.asked, world.tunnels.asked) == (["erp.example.com"], [f"{PUBLIC}:80"])


def test_a_redirect_comes_back_and_is_not_followed(world: World):
    world.target.answer = lambda *_: Reply(302, {"Location": "http://169.254.169.254/"})
    answer = world.send(world.proxy(), f"http://{PUBLIC}/")
    assert (answer.status_code, answer.json()["status_code"], len(world.target.requests)) == (200, 302, 1)


def test_a_request_that_has_passed_six_hubs_goes_no_further(world: World):
    proxy = world.proxy()
    world.client.defaults["HTTP_X_HUB_HOP"] = "5"
    assert world.send(proxy, f"http://{PUBLIC}/").status_code == 200
    assert world.target.requests[0].headers["x-hub-hop"] == "6"
    world.client.defaults["HTTP_X_HUB_HOP"] = "6"
    assert world.send(proxy, f"http://{PUBLIC}/").status_code == 508
    assert len(world.target.requests) == 1


def test_headers_of_the_connection_and_of_intermediaries_are_not_sent(world: World):
    named = {"Host": "internal", "Transfer-Encoding": "chunked", "X-Forwarded-For": "127.0.0.1", "X-Hub-Ack-Id": "a"}
    world.send(world.proxy(), f"http://{PUBLIC}/", headers=named | {"Authorization": "Bearer a", "Via": "b"})
    sent = world.target.requests[0].headers
    assert (sent["host"], sent["authorization"]) == (PUBLIC, "Bearer a")
    assert not {"transfer-encoding", "x-forwarded-for", "via", "x-hub-ack-id"} & set(sent)


@pytest.mark.parametrize("headers", [{"X-A": "a\r\nX-Role: admin"}, {"X-A\r\nX-Role": "a"}, {"X-A": "a\0"}])
def test_a_header_with_a_line_break_is_refused_before_anything_is_connected(world: World, headers):
    refused(world, world.send(world.proxy(), f"http://{PUBLIC}/", headers=headers), 400)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second is over before any target of a test gives up."""
    monkeypatch.setattr(forwarding, "SECURE_PROXY", forwarding.Budget(0.5, 0.5, 2**22, 2**20, 2**20))


def through(world: World, settings, script, url: str = f"http://{PUBLIC}/", **asked: str):
    """The answer when the target plays the script."""
    with RawReceiver(script) as target, ForwardProxy(target.port) as tunnels:
        settings.HUB_STATIC_IP_EGRESS = tunnels.url
        return world.send(world.proxy(), url, **asked)


def test_a_target_that_drips_is_cut_off_with_504(world: World, settings, impatient):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    answer = through(world, settings, dripping(head, b"x", every_s=0.1))
    assert (answer.status_code, answer.json()["code"]) == (504, "TIMEOUT")


@pytest.mark.parametrize("head", [b"Content-Length: 5000000000", b"X-None: 1"])
def test_a_body_without_end_is_cut_off_at_the_cap(world: World, settings, head):
    script = flooding(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", b"x" * 65536, at_most=64 * 1024 * 1024)
    answer = through(world, settings, script)
    assert (answer.status_code, answer.json()["code"]) == (502, "RESPONSE_TOO_LARGE")
    assert answer.json()["message"] == "Upstream error"


def test_ten_thousand_headers_are_no_answer(world: World, settings):
    script = saying(b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 10_000 + b"\r\n")
    answer = through(world, settings, script)
    assert (answer.status_code, answer.json()["message"]) == (502, "Upstream error")


@pytest.mark.parametrize(
    ("coding", "times", "code"), [("gzip, gzip", 2, "HPE_INVALID_CONSTANT"), ("gzip", 1, "RESPONSE_TOO_LARGE")]
)
def test_a_bomb_is_not_unpacked_beyond_the_cap(world: World, coding, times, code):
    bomb = b"\0" * 2**26
    for _ in range(times):
        bomb = gzip.compress(bomb)
    world.target.answer = lambda *_: Reply(200, {"Content-Encoding": coding}, bomb)
    answer = world.send(world.proxy(), f"http://{PUBLIC}/")
    assert (answer.status_code, answer.json()["code"]) == (502, code)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"host": "erp.example.com", "until": yesterday()}, "CERT_HAS_EXPIRED"),
        ({"host": "other.example.com"}, "ERR_TLS_CERT_ALTNAME_INVALID"),
        ({"host": "erp.example.com", "is_self_signed": True}, "DEPTH_ZERO_SELF_SIGNED_CERT"),
    ],
)
def test_a_certificate_that_proves_nothing_has_its_code(world: World, settings, names, tmp_path, made, code):
    names.resolve("erp.example.com", [PUBLIC])
    authority = Authority(tmp_path)
    believe(world.organization, authority)
    with RawReceiver(answering(), tls=authority.server(**made)) as target, ForwardProxy(target.port) as tunnels:
        settings.HUB_STATIC_IP_EGRESS = tunnels.url
        answer = world.send(world.proxy(), "https://erp.example.com/")
    assert (answer.status_code, answer.json()["code"]) == (502, code)
    assert target.requests == []


def test_the_proxies_of_the_environment_are_not_asked(world: World, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert world.send(world.proxy(), f"http://{PUBLIC}/").status_code == 200


def test_a_label_that_the_resolver_cannot_encode_is_a_name_without_an_address(world: World, monkeypatch):
    def too_long(host: str, port: int) -> None:
        raise UnicodeError("label too long")

    monkeypatch.setattr(resolving, "look_up", too_long)
    answer = world.send(world.proxy(), "http://erp.example.com/")
    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (
        502,
        "ENOTFOUND",
        "Upstream network error",
    )


def test_a_resolver_that_may_know_later_is_told_apart(world: World, monkeypatch):
    def away(host: str, port: int) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(resolving, "look_up", away)
    answer = world.send(world.proxy(), "http://erp.example.com/")
    assert (answer.json()["code"], "resolution" in answer.json()["reason"]) == ("EAI_AGAIN", False)


def test_an_address_outside_the_ranges_is_refused_although_its_name_is_allowed(world: World, names):
    names.resolve("a.plant.example", ["10.9.9.9"])
    refused(world, world.send(world.linked(), "http://a.plant.example/"), 403, "SECURE_PROXY_IP_NOT_ALLOWED")


def test_one_address_outside_the_ranges_is_enough_to_refuse(world: World, names):
    names.resolve("a.plant.example", ["10.0.1.5", "10.9.9.9"])
    refused(world, world.send(world.linked(), "http://a.plant.example/"), 403, "SECURE_PROXY_IP_NOT_ALLOWED")


def test_a_private_address_inside_of_the_ranges_is_reached_by_its_name_and_by_itself(world: World, names):
    names.resolve("a.plant.example", ["10.0.1.5"])
    proxy = world.linked()
    assert world.send(proxy, "http://a.plant.example:8080/").status_code == 200
    assert world.send(proxy, "http://10.0.1.6/").status_code == 200
    assert world.tunnels.asked == ["10.0.1.5:8080", "10.0.1.6:80"]


@pytest.mark.parametrize("lists", [{}, {"allowed_domains": ["*.plant.example"]}, {"allowed_ips": ["10.0.1.0/24"]}])
@pytest.mark.parametrize("url", ["http://a.plant.example/", "http://10.0.1.5/", f"http://{PUBLIC}/"])
def test_a_secure_link_with_an_empty_list_reaches_nothing(world: World, names, lists, url):
    names.resolve("a.plant.example", ["10.0.1.5"])
    refused(world, world.send(world.proxy("secure_link", **lists), url), 403)


def test_a_link_local_range_that_was_forced_into_the_row_opens_nothing(world: World, names):
    proxy = world.proxy("secure_link", allowed_domains=["a.plant.example"], allowed_ips=["169.254.0.0/16"])
    names.resolve("a.plant.example", ["169.254.10.10"])
    refused(world, world.send(proxy, "http://a.plant.example/"), 400, "SSRF_BLOCKED")
    refused(world, world.send(proxy, "http://169.254.169.254/"), 400, "SSRF_BLOCKED")


@MODES
@pytest.mark.parametrize("host", ["evilplant.example", "plant.example.evil.net", "other.example"])
def test_a_domain_is_matched_label_by_label(world: World, names, mode, host):
    names.resolve(host, ["10.0.1.5"] if mode == "secure_link" else [PUBLIC])
    proxy = world.proxy(mode, **LISTED)
    refused(world, world.send(proxy, f"http://{host}/"), 403, "SECURE_PROXY_DOMAIN_NOT_ALLOWED")


def test_an_address_written_as_such_is_refused_where_a_static_ip_has_domains(world: World):
    proxy = world.proxy(allowed_domains=["erp.example.com"])
    refused(world, world.send(proxy, f"http://{PUBLIC}/"), 403, "SECURE_PROXY_DOMAIN_NOT_ALLOWED")


def test_references_in_what_a_caller_sends_are_text(world: World, organization):
    make_secret(organization=organization, key="erp.client_secret", value="s3cr3t-value")
    reference = "{{env.erp.client_secret}}"
    world.send(
        world.proxy(), f"http://{PUBLIC}/{reference}", method="POST", headers={"X-A": reference}, body={"a": reference}
    )
    sent = world.target.requests[0]
    assert (sent.path, sent.headers["x-a"]) == ("/%7B%7Benv.erp.client_secret%7D%7D", reference)
    assert json.loads(sent.body) == {"a": reference}
    assert "s3cr3t-value" not in f"{sent}{[(span.message, span.detail) for span in world.spans()]}"


def test_what_the_operator_denies_is_denied_in_both_modes(world: World, settings, names):
    settings.HUB_EGRESS_DENY = ["10.0.1.7", "93.184.216.0/24", "hub.plant.example"]
    names.resolve("hub.plant.example", ["10.0.1.5"])
    refused(world, world.send(world.linked(), "http://10.0.1.7/"), 400, "SSRF_BLOCKED")
    refused(world, world.send(world.linked(), "http://hub.plant.example/"), 400, "SSRF_BLOCKED")
    refused(world, world.send(world.proxy(), f"http://{PUBLIC}/"), 400, "SSRF_BLOCKED")


def test_a_proxy_of_another_organization_does_not_exist(world: World, stage, client_of):
    proxy = world.proxy()
    from tests.cast import NEIGHBOUR

    world.client = client_of(NEIGHBOUR)
    refused(world, world.send(proxy, f"http://{PUBLIC}/"), 404, "USE_CASE_NOT_FOUND")
    refused(
        world,
        world.send(proxy, f"http://{PUBLIC}/", use_case_id=None, use_case_slug=proxy.slug),
        404,
        "USE_CASE_NOT_FOUND",
    )


def test_a_use_case_of_another_type_is_no_proxy(world: World):
    refused(world, world.send(make_use_case(integration=world.integration), f"http://{PUBLIC}/"), 404)


def test_a_proxy_that_is_switched_off_forwards_nothing(world: World):
    proxy = world.proxy()
    UseCase.objects.filter(pk=proxy.pk).update(enabled=False)
    refused(world, world.send(proxy, f"http://{PUBLIC}/"), 403, "SECURE_PROXY_DISABLED")


@MODES
def test_a_mode_that_the_operator_has_not_set_up_is_unavailable(world: World, settings, mode):
    settings.HUB_STATIC_IP_EGRESS = settings.HUB_SECURE_LINK_EGRESS = ""
    answer = world.send(proxy_of(world, mode), f"http://{PUBLIC}/")
    refused(world, answer, 503, "SECURE_PROXY_MODE_UNAVAILABLE")


def test_the_twenty_first_request_at_once_is_told_to_come_later(world: World):
    at, neighbour = clock.now(), make_organization()
    with ExitStack() as others:
        for _ in range(limits.AT_ONCE):
            others.enter_context(limits._place(world.organization.pk))
        answer = world.send(world.proxy(), f"http://{PUBLIC}/")
        refused(world, answer, 429, "RATE_LIMITED")
        with limits.one_call(neighbour.pk, at):
            assert answer["Retry-After"] == "1"
    assert world.send(world.proxy(), f"http://{PUBLIC}/").status_code == 200


def test_more_requests_than_a_minute_has_room_for_are_refused(world: World, settings):
    settings.HUB_SECURE_PROXY_CALLS_PER_MINUTE = 1
    proxy = world.proxy()
    assert [world.send(proxy, f"http://{PUBLIC}/").status_code for _ in range(2)] == [200, 429]


def test_a_request_of_more_than_four_mebibytes_is_a_mistake_of_the_caller(world: World):
    answer = world.send(world.proxy(), f"http://{PUBLIC}/", method="POST", body="x" * 4 * 1024 * 1024)
    refused(world, answer, 400, "PAYLOAD_TOO_LARGE")


def test_a_text_of_three_mebibytes_is_sent_whole(world: World):
    body = "x" * 3 * 1024 * 1024
    assert world.send(world.proxy(), f"http://{PUBLIC}/", method="POST", body=body).status_code == 200
    assert len(world.target.requests[0].body) == len(body)


def test_a_forward_proxy_that_refuses_is_no_way_to_the_host(world: World, settings):
    with ForwardProxy(None) as tunnels:
        settings.HUB_STATIC_IP_EGRESS = tunnels.url.replace("//", "//ann:s3cr3t@")
        answer = world.send(world.proxy(), f"http://{PUBLIC}/")
    assert (answer.status_code, answer.json()["code"]) == (502, "EHOSTUNREACH")
    assert "s3cr3t" not in answer.text
    assert "Proxy-Authorization: Basic YW5uOnMzY3IzdA==" in tunnels.heads[0]


def test_what_was_blocked_is_in_the_audit_trail_once_a_minute(world: World):
    proxy = world.proxy()
    for _ in range(3):
        world.send(proxy, "http://169.254.169.254/latest/meta-data/")
    [entry] = AuditEntry.objects.of(world.organization).filter(action="secure_proxy.blocked")
    assert (entry.object_id, entry.changes, entry.result) == (str(proxy.pk), {"host": "169.254.169.254"}, "refused")


@pytest.mark.parametrize(
    "said",
    [
        b'Content-Length: 100\r\n\r\n{"whole": 1}',
        b"Content-Length: 100\r\n\r\n",
        b'Transfer-Encoding: chunked\r\n\r\nc\r\n{"whole": 1}\r\n',
        b'Transfer-Encoding: chunked\r\n\r\nff\r\n{"whole": 1}',
    ],
)
@pytest.mark.parametrize("response_type", ["json", "binary"])
def test_a_body_that_ends_before_its_length_is_no_answer(world: World, settings, said, response_type):
    answer = through(world, settings, saying(b"HTTP/1.1 200 OK\r\n" + said), response_type=response_type)
    assert (answer.status_code, answer.json()["code"]) == (502, "ECONNRESET")


def test_what_a_target_says_beyond_its_length_is_no_part_of_its_answer(world: World, settings):
    answer = through(world, settings, saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 No\r\n\r\n"))
    assert (answer.status_code, answer.json()["status_code"], answer.json()["body"]) == (200, 200, {})
