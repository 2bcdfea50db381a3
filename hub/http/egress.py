"""Egress: the way on which requests leave: directly, from an address of its own, or through a forward proxy."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from hub.errors import Invalid
from hub.http.url import IpAddress, Url, UrlRefused, parse

DIRECTLY: Final = "direct"
BIND: Final = "bind:"
FORMS: Final = "direct, bind:192.0.2.10 or http://user:password@proxy.example:3128"


@dataclass(frozen=True, slots=True)
class Egress:
    """Equal ones may share connections. proxy is asked to CONNECT to the address that was checked; source is bound to.

    The repr holds no credentials.
    """

    proxy: Url | None = None
    authorization: str = field(default="", repr=False)
    """The value of Proxy-Authorization, or empty."""
    source: IpAddress | None = None

    @property
    def is_direct(self) -> bool:
        """Whether nothing is done that the system would not do by itself."""
        return self.proxy is None and self.source is None


DIRECT: Final = Egress()


def parse_egress(name: str, text: str) -> Egress | None:
    """The way that a setting called name describes; None for an empty one. Raises Invalid, without the credentials."""
    if not text:
        return None
    if text == DIRECTLY:
        return DIRECT
    try:
        if text.startswith(BIND):
            return Egress(source=ipaddress.ip_address(text.removeprefix(BIND).strip("[]")))
        return _forward_proxy(text)
    except (ValueError, UrlRefused) as error:
        raise Invalid(f"{name} describes no way out of the hub. Use {FORMS}.") from error


def _forward_proxy(text: str) -> Egress:
    scheme, separator, rest = text.partition("://")
    if scheme != "http" or not separator:
        raise ValueError(scheme)
    credentials, at, place = rest.rpartition("@")
    proxy = parse(f"http://{place}")
    if proxy.path_and_query != "/":
        raise ValueError(place)
    return Egress(proxy, _basic(credentials) if at else "")


def _basic(credentials: str) -> str:
    user, _, password = credentials.partition(":")
    return "Basic " + base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
