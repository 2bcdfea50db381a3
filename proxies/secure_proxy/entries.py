"""Entries of allow lists: which domains and ranges may be written down, in which form, and what they match; pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from hub.errors import Invalid
from hub.http.addresses import (
    NEVER,
    PUBLIC_IPV6,
    REFUSED_IPV4,
    REFUSED_IPV6,
    Network,
    is_never_allowed,
    is_public,
    lies_in,
    within,
)
from hub.http.url import IpAddress, UrlRefused, canonical_host
from hub.json_types import JSONPath
from integrations.findings import Findings
from proxies.secure_proxy.suffixes import is_shared

WILDCARD: Final = "*."
MOST_ENTRIES: Final = 200
"""Of one list: more than anybody reads before a request leaves."""
LEAST_PREFIX: Final = {4: 8, 6: 32}
"""Shorter prefixes name half of the world, or a provider with all of its customers."""
PRIVATE: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
"""What lies behind a VPN; everything else that is not public is reserved for something that is no receiver."""
_RESERVED: Final = (*NEVER, *(one for one in REFUSED_IPV4 if one not in PRIVATE), *REFUSED_IPV6)
_REACHABLE_IPV6: Final = (*PUBLIC_IPV6, *(one for one in PRIVATE if one.version == 6))
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_PREFIX = re.compile(r"0|[1-9][0-9]{0,2}")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NEVER_LISTED: Final = frozenset({"localhost", "metadata.google.internal"})


def check_lists(
    *, domains: Sequence[str] | None, ranges: Sequence[str] | None, at: JSONPath
) -> tuple[list[str] | None, list[str] | None]:
    """Both lists in the form in which they are stored, each entry once; None stays None.

    Raises Invalid with everything that is wrong, each entry by its place.
    """
    findings = Findings()
    checked = (
        _checked(domains, at.key("allowed_domains"), findings, canonical_domain),
        _checked(ranges, at.key("allowed_ips"), findings, canonical_range),
    )
    findings.raise_if_any()
    return checked


def canonical_domain(text: str) -> str:
    """A host, or *. before one, in lower-case ASCII without the last dot. Raises Invalid."""
    is_wildcard = text.startswith(WILDCARD)
    written = text.removeprefix(WILDCARD)
    try:
        name = canonical_host(written)
    except UrlRefused as refusal:
        raise Invalid("is no host name. Write one such as erp.example.com, without scheme, port and path") from refusal
    if _is_address(name):
        raise Invalid("is an address. Addresses belong into allowed_ips")
    if not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise Invalid("holds a character that host names do not have. * stands only as *. at the beginning")
    if name in NEVER_LISTED or name.endswith(".localhost"):
        raise Invalid("is a name that is never called")
    if is_wildcard:
        _check_suffix(name)
    return f"{WILDCARD}{name}" if is_wildcard else name


def canonical_range(text: str) -> str:
    """A CIDR range; an address alone stands for itself. Raises Invalid."""
    network = _network(text)
    if network.version == 6 and lies_in(network, _MAPPED):
        raise Invalid("is an IPv4 address within an IPv6 one. Write the IPv4 address")
    if network.prefixlen < LEAST_PREFIX[network.version]:
        raise Invalid(f"is too wide: the prefix is at least /{LEAST_PREFIX[network.version]}")
    is_elsewhere = network.version == 6 and not any(lies_in(network, one) for one in _REACHABLE_IPV6)
    if is_elsewhere or any(lies_in(network, one) for one in _RESERVED):
        raise Invalid("lies in a range that is never called: loopback, link-local, multicast or reserved")
    return str(network)


def matches(host: str, entries: Iterable[str]) -> bool:
    """Whether one of the entries stands for the host, which is canonical: *. is for one label or more before it."""
    return any(_matches(host, entry) for entry in entries)


def may_be_listed(address: IpAddress) -> bool:
    """Whether a range could ever permit the address: public, or what people use behind a VPN."""
    if is_never_allowed(address):
        return False
    return is_public(address) or within(address, PRIVATE)


def _matches(host: str, entry: str) -> bool:
    if entry.startswith(WILDCARD):
        return host.endswith(entry.removeprefix("*"))
    return host == entry


def _checked(
    entries: Sequence[str] | None, at: JSONPath, findings: Findings, canonical: Callable[[str], str]
) -> list[str] | None:
    if entries is None:
        return None
    if len(entries) > MOST_ENTRIES:
        findings.error(at, f"may have at most {MOST_ENTRIES} entries")
        return []
    checked = list[str]()
    for position, entry in enumerate(entries):
        try:
            checked.append(canonical(entry))
        except Invalid as refusal:
            findings.error(at.index(position), refusal.message)
    return list(dict.fromkeys(checked))


def _check_suffix(name: str) -> None:
    if "." not in name:
        raise Invalid("is too wide: after *. there are at least two labels, as in *.example.com")
    if is_shared(name):
        raise Invalid("is too wide: anybody can have a name below it")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _network(text: str) -> Network:
    """The library takes masks and prefixes with zeros in front as well, which people read in two ways."""
    _, slash, prefix = text.partition("/")
    if slash and not _PREFIX.fullmatch(prefix):
        raise Invalid("has no plain prefix. Write one such as 10.0.1.0/24")
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Invalid("is no range. Write an address and a prefix, such as 10.0.1.0/24") from None
    raise Invalid(f"has bits behind its prefix. Did you mean {meant}?")
