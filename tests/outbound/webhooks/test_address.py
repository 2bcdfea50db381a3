"""Which addresses a webhook may be given."""

from __future__ import annotations

import pytest

from outbound.webhooks.address import URL_CHARACTERS, origin_of, url_findings

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com",
        "https://erp.example.com:8443/hooks?tenant=a%20b#x",
        "https://{{env.erp.host}}/hooks/{{ env.tenant }}",
        "{{env.erp.base}}/hooks",
        "{{env.scheme}}://erp.example.com/hooks",
        "https://erp.example.com:{{env.port}}/hooks",
        "https://[2001:db8::1]:80{{ env.port }}?a=b",
        "{{env.host}}:{{env.port}}/hooks",
        "{{env.scheme}}://{{env.host}}:{{env.port}}{{env.more}}",
        "https://erp.example.com/@me",
        "https://[2001:db8::1]/hooks",
        "HTTPS://erp.example.com",
    ],
)
def test_an_address_or_a_template_of_one_is_taken(url):
    assert url_findings(url) == []


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "absolute"),
        ("erp.example.com/hooks", "absolute"),
        ("//erp.example.com", "absolute"),
        ("ftp://erp.example.com", "absolute"),
        ("javascript:alert(1)", "absolute"),
        ("file:///etc/passwd", "absolute"),
        ("gopher://127.0.0.1:6379/_FLUSHALL", "absolute"),
        ("http://erp.example.com", "https://"),
        ("http://{{env.erp.host}}/hooks", "https://"),
        ("https://user:word@erp.example.com", "password"),
        ("https://user@erp.example.com", "password"),
        ("https://{{env.user}}@erp.example.com", "password"),
        ("https://", "host"),
        ("https:///hooks", "host"),
        ("https://:443", "host"),
        ("https://erp%2eexample.com", "host"),
        ("https://[fe80::1%25eth0]/", "valid"),
        ("https://erp.example.com:0", "port"),
        ("https://erp.example.com:99999", "address"),
        ("https://erp.example.com:x", "address"),
        ("https://erp.example.com:x{{env.port}}", "address"),
        ("https://user:{{env.port}}@erp.example.com", "password"),
        ("https://:{{env.port}}/hooks", "host"),
        ("https://[::1", "address"),
        ("https://erp.example.com/a b", "blanks"),
        ("https://erp.exa\nmple.com", "blanks"),
        ("https://127.0.0.1\\@erp.example.com", "backslash"),
        ("https://erp.example.com/\0", "control"),
        ("https://{{env.}}/hooks", "{{env.KEY}}"),
        ("https://{{env.a b}}/hooks", "{{env.KEY}}"),
        ("https://erp.example.com/" + "x" * URL_CHARACTERS, "characters"),
    ],
)
def test_anything_else_is_refused_with_a_reason(url, word):
    [message] = url_findings(url)
    assert word in message


def test_plain_http_is_taken_where_private_hosts_are(settings):
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    assert url_findings("http://127.0.0.1:9000/hooks") == []


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("https://a.example/x?y", "https://A.example:443/z#{{env.k}}", True),
        ("http://a.example", "http://a.example:80/", True),
        ("https://{{ env.host }}/x", "https://{{env.host}}/y", True),
        ("{{env.base}}/x", "{{env.base}}?y=https://b.example", False),
        ("{{env.base}}/x", "{{env.base}}/y", True),
        ("{{env.base}}/x", "{{env.base}}.b.example/x", False),
        ("{{env.base}}/x", "{{env.Base}}/x", False),
        ("https://a.example/x", "https://b.example/x", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://a.example.b.example/x", False),
        ("https://{{env.a}}/x", "https://{{env.b}}/x", False),
    ],
)
def test_addresses_of_one_origin_lead_to_the_same_place(one, other, answer):
    assert (origin_of(one) == origin_of(other)) is answer
