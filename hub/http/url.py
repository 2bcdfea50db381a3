"""parse: the one reading of a URL, by rules without exceptions; what is sent is always the rebuilt text."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import quote, unquote_plus, urlencode

import idna

from hub.http.failures import FailureKind, HttpFailure

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL: Final = 8192
"""Characters; what common servers accept in a request line."""
LONGEST_NAME: Final = 253
LONGEST_LABEL: Final = 63
HIGHEST_PORT: Final = 65535
LOWEST_FREE_PORT: Final = 1024
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
DENIED_PORTS: Final = frozenset(
    {2375, 2376, 2379, 3306, 4369, 5432, 5672, 5900, 5984, 6379, 8500, 9042, 9092, 9200, 9300, 10250}
    | {11211, 15672, 27017}
)
"""Databases, brokers and consoles: nothing there waits for a webhook."""

_REFUSED_CHARACTER = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_AUTHORITY_END = re.compile(r"[/?#]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]+(?<!-)")
_SENT = re.compile(r"[\x21-\x7e]+")
_KEPT_AS_WRITTEN = "/?:@!$&'()*+,;=%-._~[]"
"""What a path and a query may hold besides letters and digits; everything else is percent-encoded."""


class UrlRefused(HttpFailure):
    """A URL the hub does not call; the sentence says what is wrong with it and never repeats it."""

    def __init__(self, message: str) -> None:
        super().__init__(FailureKind.URL_REFUSED, message)


@dataclass(frozen=True, slots=True)
class Url:
    """A URL taken apart. host is lower case ASCII, an IPv6 address without brackets; there is no fragment.

    Paths and queries hold secrets of some receivers, so the repr leaves them out.
    """

    scheme: str
    host: str
    port: int
    path_and_query: str = field(repr=False)

    def __post_init__(self) -> None:
        """Whoever does not come by parse cannot smuggle a line into a request either."""
        if not _SENT.fullmatch(self.host) or not _SENT.fullmatch(self.path_and_query):
            raise UrlRefused("The URL holds a character that has to be percent-encoded.")

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the usual one: the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def text(self) -> str:
        """The URL, rebuilt from its parts."""
        return f"{self.scheme}://{self.authority}{self.path_and_query}"

    @property
    def address(self) -> IpAddress | None:
        """The host when it is an IP address, None when it is a name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def parse(text: str) -> Url:
    """The URL that text spells. Raises UrlRefused; whether the hub may go there is the EgressPolicy's question."""
    _check_text(text)
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in DEFAULT_PORTS:
        raise UrlRefused("The URL does not begin with https:// or http://. Write it in full.")
    end = _AUTHORITY_END.search(rest)
    authority, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    host, port = _host_and_port(authority)
    return Url(scheme.lower(), canonical_host(host), _port(port, scheme.lower()), _path_and_query(tail))


def with_query(url: Url, pairs: Iterable[tuple[str, str]]) -> Url:
    """The URL with pairs, percent-encoded, at the end of its query; a parameter of the same name is replaced.

    Raises UrlRefused when it becomes longer than LONGEST_URL.
    """
    added = list(pairs)
    names = {name for name, _ in added}
    path, _, query = url.path_and_query.partition("?")
    kept = [part for part in query.split("&") if part and unquote_plus(part.partition("=")[0]) not in names]
    joined = "&".join([*kept, urlencode(added, quote_via=quote)] if added else kept)
    longer = Url(url.scheme, url.host, url.port, f"{path}?{joined}" if joined else path)
    if len(longer.text) > LONGEST_URL:
        raise UrlRefused(f"With its query the URL is longer than {LONGEST_URL} characters. Send less in it.")
    return longer


def canonical_host(text: str) -> str:
    """The host in the form in which it is compared and looked up. Raises UrlRefused."""
    if text.startswith("["):
        return _ipv6(text)
    if not text or "%" in text or "@" in text:
        raise UrlRefused("The URL names no usable host. Write a host name without user and without %.")
    name = _ascii_name(text).removesuffix(".")
    if _looks_numeric(name):
        return _ipv4(name, text)
    _check_name(name)
    return name


def _check_text(text: str) -> None:
    if len(text) > LONGEST_URL:
        raise UrlRefused(f"The URL is longer than {LONGEST_URL} characters. Shorten it.")
    if _REFUSED_CHARACTER.search(text):
        raise UrlRefused(
            "The URL holds a blank, a backslash or a control character. Percent-encode it or leave it out."
        )


def _host_and_port(authority: str) -> tuple[str, str | None]:
    """The host with its brackets, and what stands behind the colon."""
    if "@" in authority:
        raise UrlRefused("The URL holds a user name or an @ before the path. Move credentials to the authentication.")
    if authority.startswith("["):
        host, bracket, rest = authority.partition("]")
        port = rest[1:] if rest.startswith(":") else None
        if not bracket or (rest and port is None):
            raise UrlRefused("The brackets of the IPv6 address are not closed before the port. Write [address]:port.")
        return f"{host}]", port
    host, colon, port = authority.partition(":")
    return host, port if colon else None


def _port(text: str | None, scheme: str) -> int:
    if text is None:
        return DEFAULT_PORTS[scheme]
    if not text.isascii() or not text.isdigit() or len(text) > 5 or text.startswith("0") or int(text) > HIGHEST_PORT:
        raise UrlRefused(f"The port of the URL is no number between 1 and {HIGHEST_PORT}. Correct it.")
    port = int(text)
    if port in DENIED_PORTS or (port < LOWEST_FREE_PORT and port not in DEFAULT_PORTS.values()):
        raise UrlRefused(f"Port {port} belongs to another service than HTTP. Use 80, 443 or a free one above 1023.")
    return port


def _ipv6(text: str) -> str:
    try:
        if "%" in text or not text.endswith("]"):
            raise ValueError
        return str(ipaddress.IPv6Address(text[1:-1]))
    except ValueError:
        raise UrlRefused("What stands in brackets is no IPv6 address. Zones are not allowed either.") from None


def _ascii_name(text: str) -> str:
    """Lower case ASCII by IDNA (UTS 46, non-transitional)."""
    if text.isascii() and "xn--" not in text.lower():
        return text.lower()
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise UrlRefused("The host name is no valid international name. Correct it or write it in ASCII.") from None


def _looks_numeric(name: str) -> bool:
    """The system's resolver reads names as numbers that nobody would: 0x7f.1, 017700000001, 127.1."""
    last = name.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")


def _ipv4(name: str, written: str) -> str:
    try:
        if not written.isascii():
            raise ValueError
        return str(ipaddress.IPv4Address(name))
    except ValueError:
        raise UrlRefused(
            "The host is a number in a form that is not used. Write an IPv4 address as 192.0.2.1."
        ) from None


def _check_name(name: str) -> None:
    labels = name.split(".")
    if len(name) > LONGEST_NAME or any(len(label) > LONGEST_LABEL for label in labels):
        raise UrlRefused(
            f"The host name is longer than {LONGEST_NAME} or a part of it than {LONGEST_LABEL} characters."
        )
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlRefused("The host name has an empty part or a character that names do not have. Correct it.")


def _path_and_query(tail: str) -> str:
    without_fragment = tail.partition("#")[0]
    path_and_query = quote(without_fragment, safe=_KEPT_AS_WRITTEN)
    return path_and_query if path_and_query.startswith("/") else f"/{path_and_query}"
