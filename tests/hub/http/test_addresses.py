"""Where outgoing calls may go: everywhere that is public, and where the operator says so; never to some places."""

from __future__ import annotations

import ipaddress

import pytest
from django.test import override_settings

from hub.errors import Invalid
from hub.http.addresses import EgressPolicy, is_never_allowed, is_public
from hub.http.failures import FailureKind
from hub.http.url import UrlRefused, parse
from tests.hub.http.conftest import failure_of

pytestmark = pytest.mark.once

PUBLIC = EgressPolicy()
PRIVATE_IPV4 = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254"),
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "172.16.0.1", "172.31.255.255", "192.0.0.192"),
    *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
]
PRIVATE_IPV6 = [
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254"),
    *("fe80::1", "fec0::1", "ff02::1"),
]


@pytest.mark.parametrize("text", PRIVATE_IPV4 + PRIVATE_IPV6)
def test_an_address_that_is_not_everybodys_is_refused(text):
    host = f"[{text}]" if ":" in text else text
    assert not is_public(ipaddress.ip_address(text))
    assert failure_of(lambda: PUBLIC.check_url(parse(f"https://{host}/"))).kind is FailureKind.ADDRESS_REFUSED


@pytest.mark.parametrize(
    "text",
    [
        *("93.184.216.34", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1"),
        *("223.255.255.255", "2606:2800:220:1::1", "2a00:1450::1", "2001:4860:4860::8888", "3ffe::1"),
    ],
)
def test_a_public_address_is_called(text):
    host = f"[{text}]" if ":" in text else text
    assert is_public(ipaddress.ip_address(text))
    PUBLIC.check_url(parse(f"https://{host}/"))


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "ⓛocalhost",
            "printer.local",
            "a.internal",
            "nas.home.arpa",
        ),
        *("a.onion", "metadata.google.internal", "api.default.svc", "a.svc.cluster.local", "intranet", "erp"),
    ],
)
def test_names_of_local_networks_are_refused(host):
    with pytest.raises(UrlRefused):
        PUBLIC.check_url(parse(f"https://{host}/"))


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "internal.example", "mylocal.example"])
def test_names_that_only_resemble_them_are_not(host):
    PUBLIC.check_url(parse(f"https://{host}/"))


@pytest.mark.parametrize("addresses", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1"], ["::ffff:93.184.216.34"]])
def test_one_private_address_among_all_refuses_the_name(addresses):
    found = [ipaddress.ip_address(text) for text in addresses]
    failure = failure_of(lambda: PUBLIC.check_addresses(parse("https://erp.example/"), found))
    assert failure.kind is FailureKind.ADDRESS_REFUSED
    assert not failure.is_transient
    assert "10.0.0.1" not in failure.message


@pytest.mark.parametrize("entry", ["10.1.2.3", "10.1.0.0/16", "erp.corp.internal"])
def test_what_the_operator_opens_is_called_even_without_encryption(entry):
    policy = EgressPolicy.of([entry])
    policy.check_addresses(parse("http://erp.corp.internal/"), [ipaddress.ip_address("10.1.2.3")])


def test_a_private_address_beside_the_opened_range_stays_closed():
    policy = EgressPolicy.of(["10.1.0.0/16"])
    found = [ipaddress.ip_address("10.2.0.1")]
    failure = failure_of(lambda: policy.check_addresses(parse("https://erp.example/"), found))
    assert failure.kind is FailureKind.ADDRESS_REFUSED


def test_loopback_can_be_opened():
    EgressPolicy.of(["127.0.0.1", "::1"]).check_url(parse("http://[::1]:8080/"))


def test_public_hosts_are_called_over_https_only():
    with pytest.raises(UrlRefused):
        PUBLIC.check_addresses(parse("http://example.com/"), [ipaddress.ip_address("93.184.216.34")])
    with pytest.raises(UrlRefused):
        PUBLIC.check_url(parse("http://93.184.216.34/"))


def test_the_operator_may_open_a_public_host_without_encryption():
    policy = EgressPolicy.of(["old.example.com"])
    policy.check_addresses(parse("http://old.example.com/"), [ipaddress.ip_address("93.184.216.34")])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "169.254.169.254",
            "169.254.1.1",
            "100.100.100.200",
            "168.63.129.16",
            "fe80::1",
            "fd00:ec2::254",
            "0.0.0.0",
            "::",
        ),
        *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:0:169.254.169.254", "ff02::1"),
    ],
)
def test_link_local_and_metadata_addresses_stay_closed_whatever_is_opened(text):
    policy = EgressPolicy.of(["0.0.0.0/0", "::/0", "erp.example"])
    address = ipaddress.ip_address(text)
    assert is_never_allowed(address)
    failure = failure_of(lambda: policy.check_addresses(parse("https://erp.example/"), [address]))
    assert failure.kind is FailureKind.ADDRESS_REFUSED


@pytest.mark.parametrize(
    "entry",
    [
        *(
            "169.254.0.0/16",
            "169.254.169.254",
            "100.100.100.200",
            "fe80::/10",
            "fd00:ec2::254",
            "metadata.google.internal",
        ),
        *("10.0.1.5/24", "*.example.com", "*", "erp:8443", "http://erp", "user@erp", "127.1", ""),
    ],
)
def test_a_mistake_in_the_allow_list_is_said(entry):
    with pytest.raises(Invalid, match="HUB_EGRESS_ALLOW"):
        EgressPolicy.of([entry])


@override_settings(HUB_EGRESS_ALLOW=["127.0.0.1", "ERP.intern."], HUB_EGRESS_CA_FILE="/ca.pem")
def test_the_policy_of_the_installation_comes_from_its_settings():
    policy = EgressPolicy.of_settings()
    assert policy == EgressPolicy.of(["127.0.0.1", "erp.intern"], ca_file="/ca.pem")


@override_settings(HUB_EGRESS_ALLOW=[], HUB_EGRESS_CA_FILE="")
def test_without_settings_everything_private_is_closed():
    assert EgressPolicy.of_settings() == PUBLIC
