"""A URL is read by one parser, and what cannot be read without doubt is refused."""

from __future__ import annotations

import pytest

from hub.http.url import Url, UrlRefused, canonical_host, parse, with_query

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "rebuilt"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("HTTPS://example.com:443/a", "https://example.com/a"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://example.com:8080/a?b=c", "http://example.com:8080/a?b=c"),
        ("https://example.com?a=b", "https://example.com/?a=b"),
        ("https://example.com./x", "https://example.com/x"),
        ("https://example.com/a#part", "https://example.com/a"),
        ("https://example.com#@elsewhere.org/", "https://example.com/"),
        ("https://example.com/a%20b/../c", "https://example.com/a%20b/../c"),
        ('https://example.com/ü"<>', "https://example.com/%C3%BC%22%3C%3E"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://EXAMPLE。com/", "https://example.com/"),
        ("https://93.184.216.34/", "https://93.184.216.34/"),
        ("https://[2606:2800:0220:0001::1]:8443/", "https://[2606:2800:220:1::1]:8443/"),
        ("https://my_service.example/", "https://my_service.example/"),
    ],
)
def test_what_is_sent_is_the_rebuilt_url(text, rebuilt):
    assert parse(text).text == rebuilt


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "//example.com/",
        "https:example.com",
        "https:/example.com",
        "https:///path",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://x.example/",
        "javascript://example.com/",
        "http://127.0.0.1\\@good.com/",
        "http://good.com\\@127.0.0.1/",
        "http://good.com@10.0.0.5/",
        "http://user:pw@good.com/",
        "http://@good.com/",
        "https://ex\nample.com/",
        "https://example.com/\r\nX-Role: admin",
        "https://exam\tple.com/",
        " https://example.com/",
        "\x01https://example.com/",
        "https://example.com/a b",
        "https://example.com/\x7f",
        "http://127.0.0.1\x00.example.com/",
        "http://127.0.0.1%00.example.com/",
        "https://ex%61mple.com/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1/",
        "https://[::1]x/",
        "https://[::g]/",
        "https://[127.0.0.1]/",
        "https://::1/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:99999999999/",
        "https://example.com:/",
        "https://example.com:8a/",
        "https://example.com:+80/",
        "https://example.com:080/",
        "https://example.com:٨٠٨٠/",
        "https://example.com:22/",
        "https://example..com/",
        "https://.example.com/",
        "https://example.com../",
        "https://-a.example/",
        "https://a,b.example/",
        "https://☃\u200d.example/",
        "https://xn--a.example/",
        f"https://{'a' * 64}.example/",
        f"https://{'0x' + '0' * 246 + '7f000001'}.example.com/",
        f"https://{'.'.join(['a' * 60] * 5)}/",
        f"https://example.com/{'a' * 8192}",
        "https://example.com/\ud800",
    ],
)
def test_a_url_that_two_parsers_could_read_differently_is_refused(text):
    with pytest.raises(UrlRefused):
        parse(text)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0x7f.0.0.0x1",
            "127.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.01",
            "0",
        ),
        *("127.0.0.1.2", "256.1.1.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "example.123", "127.0.0.0x1"),
    ],
)
def test_a_number_that_is_no_canonical_address_is_no_host(host):
    with pytest.raises(UrlRefused):
        parse(f"http://{host}/")


@pytest.mark.parametrize("port", [2375, 3306, 5432, 6379, 9200, 11211, 27017])
def test_ports_of_other_services_are_refused(port):
    with pytest.raises(UrlRefused):
        parse(f"https://db.example:{port}/")


def test_the_sentence_of_a_refusal_does_not_repeat_the_url():
    with pytest.raises(UrlRefused) as caught:
        parse("https://user:hunter2@example.com/?token=hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_url_that_was_not_parsed_cannot_hold_a_second_line():
    with pytest.raises(UrlRefused):
        Url("https", "example.com", 443, "/ HTTP/1.1\r\nX: y")


@pytest.mark.parametrize("text", ["LOCALHOST.", "ⓛocalhost", "localhost"])
def test_a_host_has_one_form(text):
    assert canonical_host(text) == "localhost"


@pytest.mark.parametrize(
    ("text", "pairs", "rebuilt"),
    [
        ("https://a.example/", [("b", "c d&e")], "https://a.example/?b=c%20d%26e"),
        ("https://a.example/?x=1", [("b", "1"), ("b", "2")], "https://a.example/?x=1&b=1&b=2"),
        ("https://a.example/?b=0&x=1", [("b", "1")], "https://a.example/?x=1&b=1"),
        ("https://a.example/?x=1", [], "https://a.example/?x=1"),
        ("https://a.example/", [("a", "\r\nX: y")], "https://a.example/?a=%0D%0AX%3A%20y"),
    ],
)
def test_parameters_are_encoded_and_win_over_those_of_the_same_name(text, pairs, rebuilt):
    assert with_query(parse(text), pairs).text == rebuilt


def test_a_url_grows_to_eight_kilobytes_and_no_further():
    with pytest.raises(UrlRefused):
        with_query(parse("https://a.example/"), [("a", "b" * 8192)])
