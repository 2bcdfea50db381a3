"""An author's headers are sent, or it is said why not."""

from __future__ import annotations

import pytest

from hub.http.headers import find_fault, sort_custom

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "name",
    [
        *("x-epilot-org-id", "Authorization", "A-IM", "Accept-Charset", "Accept-Datetime", "Accept-Encoding"),
        *("Cache-Control", "Connection", "Content-Length", "Content-Encoding", "Content-Type", "Content-Range"),
        *("Content-MD5", "Transfer-Encoding", "Host", "Range", "User-Agent", "Date", "Expect", "Forwarded", "From"),
        *("HTTP2-Settings", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since"),
        *("Max-Forwards", "Origin", "Pragma", "Proxy-Authorization", "Referer", "Server", "TE", "Trailer", "Upgrade"),
        *("Via", "Warning", "X-Forwarded-For", "x-amz-date", "X-Amzn-Trace-Id", "webhook-id", "X-Hub-Hop"),
        *("Keep-Alive", "X-Real-IP", "X-HTTP-Method-Override", "Metadata-Flavor", "X-aws-ec2-metadata-token-ttl"),
    ],
)
def test_a_reserved_header_is_dropped_whatever_its_case(name):
    for written in (name, name.upper(), name.lower()):
        kept, [dropped] = sort_custom([(written, "a")])
        assert (kept, dropped.name) == ((), written)
        assert dropped.reason


@pytest.mark.parametrize("name", ["X-Api-Key", "Accept", "Accept-Language", "Idempotency-Key", "X-Amount", "hubs"])
def test_any_other_header_is_kept(name):
    assert sort_custom([(name, "ü\tb")]) == (((name, "ü\tb"),), ())


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "a\rb", "a\x00b", "a\x1bb", "a\x7fb", "a\ud800", "ü" * 5000])
def test_a_value_that_cannot_be_sent_is_dropped_and_not_repeated(value):
    kept, [dropped] = sort_custom([("X-Key", value)])
    assert kept == ()
    assert value not in dropped.reason


@pytest.mark.parametrize("name", ["", "X Key", "X:Key", "Ключ", "X-Key\n", "a" * 129, "X`Key"])
def test_a_name_that_cannot_be_sent_is_a_fault(name):
    assert find_fault(name, "a")


def test_headers_beyond_the_sixty_fourth_are_dropped():
    kept, dropped = sort_custom([(f"X-{number}", "a") for number in range(66)])
    assert (len(kept), [each.name for each in dropped]) == (64, ["X-64", "X-65"])
