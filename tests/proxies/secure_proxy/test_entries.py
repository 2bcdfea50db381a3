"""What may be written into the lists, in which form it is kept, and what it matches."""

from __future__ import annotations

import pytest

from hub.errors import Invalid
from hub.json_types import ROOT
from proxies.secure_proxy.entries import canonical_domain, canonical_range, check_lists, matches

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("*.example.com", "*.example.com"),
        ("API.Example.com", "api.example.com"),
        ("example.com.", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.a.b.example.com", "*.a.b.example.com"),
        ("*.example.co.uk", "*.example.co.uk"),
        ("*.erp.intranet", "*.erp.intranet"),
        ("example.github.io", "example.github.io"),
    ],
)
def test_a_domain_is_kept_in_lower_case_ascii_without_the_last_dot(written, kept):
    assert canonical_domain(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        *("*.com", "*", "*.", "api.*.com", "*example.com", "*.*.example.com", "", ".", "example..com", "example.com.."),
        *("https://example.com", "example.com:443", "example.com/path", "user@example.com", "10.0.1.5", "[::1]"),
        *("a_b.example.com", "-a.example.com", "a-.example.com", f"{'a' * 64}.com", f"{'a.' * 127}com", "2130706433"),
        *("localhost", "a.localhost", "metadata.google.internal", "*.co.uk", "*.github.io", "exam ple.com"),
        *("*.com.ua", "*.kawasaki.jp", "*.anything.ck", "*.xn--55qx5d.cn", "*.公司.cn", "*.s3.amazonaws.com"),
        *("*.amazonaws.com", "*.kobe.jp", "*.run.app"),
    ],
)
def test_what_is_no_domain_or_too_wide_is_refused(written):
    with pytest.raises(Invalid):
        canonical_domain(written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("10.0.1.0/24", "10.0.1.0/24"), ("10.0.1.5", "10.0.1.5/32"), ("fd12::1", "fd12::1/128"), ("10.0.0.0/8",) * 2],
)
def test_a_range_is_kept_as_cidr(written, kept):
    assert canonical_range(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        *("0.0.0.0/0", "10.0.0.0/7", "::/0", "2001:db8::/32", "fd00::/8", "127.0.0.0/8", "127.0.0.1", "::1"),
        *("169.254.0.0/16", "169.254.169.254", "fe80::/64", "224.0.0.0/8", "ff02::/32", "240.0.0.0/8", "0.0.0.0"),
        *("::ffff:10.0.1.5", "::ffff:10.0.1.0/120", "64:ff9b::/96", "10.0.1", "10.0.1.0/33", "erp", "", "fe80::1%eth0"),
        *("10.0.0.0/255.0.0.0", "10.0.0.0/0.255.255.255", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0/+8"),
    ],
)
def test_a_range_that_is_none_too_wide_or_never_called_is_refused(written):
    with pytest.raises(Invalid):
        canonical_range(written)


def test_bits_behind_the_prefix_are_refused_with_what_was_probably_meant():
    with pytest.raises(Invalid, match=r"10\.0\.1\.0/24"):
        canonical_range("10.0.1.5/24")


@pytest.mark.parametrize(
    ("host", "is_matched"),
    [
        *(("a.example.com", True), ("a.b.example.com", True), ("example.com", False)),
        *(("evilexample.com", False), ("example.com.evil.net", False)),
    ],
)
def test_a_wildcard_matches_whole_labels_before_its_suffix(host, is_matched):
    assert matches(host, ["*.example.com"]) is is_matched


@pytest.mark.parametrize(("host", "is_matched"), [("example.com", True), ("a.example.com", False)])
def test_a_host_matches_itself_alone(host, is_matched):
    assert matches(host, ["example.com"]) is is_matched


def test_every_mistake_is_named_at_its_place_and_repeats_are_kept_once():
    with pytest.raises(Invalid) as refusal:
        check_lists(domains=["*.com", "a.example.com"], ranges=["10.0.1.5/24"], at=ROOT)
    assert [detail.path for detail in refusal.value.details] == ["allowed_domains[0]", "allowed_ips[0]"]
    assert check_lists(domains=["A.example.com", "a.example.com."], ranges=None, at=ROOT) == (["a.example.com"], None)
