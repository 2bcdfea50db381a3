"""EgressPolicy: where outgoing calls may go, by tables of networks; pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Self, TypeAlias

from django.conf import settings

from hub.errors import Invalid
from hub.http.authorities import NO_AUTHORITIES, Authorities
from hub.http.egress import DIRECT, Egress
from hub.http.failures import FailureKind, HttpFailure
from hub.http.url import DEFAULT_PORTS, IpAddress, Url, UrlRefused, canonical_host

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


ALLOW: Final = "HUB_EGRESS_ALLOW"
DENY: Final = "HUB_EGRESS_DENY"


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


REFUSED_IPV4: Final = _networks(
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
)
PUBLIC_IPV6: Final = _networks("2000::/3")
"""All other IPv6 is refused, and with it every way of writing an IPv4 address inside one."""
REFUSED_IPV6: Final = _networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
METADATA: Final = _networks(
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")
)
"""Where clouds hand out credentials to whoever asks."""
NEVER: Final = METADATA + _networks(
    "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::", "fe80::/10", "ff00::/8"
)
"""What not even the operator may open."""
TRANSLATED: Final = (
    (ipaddress.IPv6Network("::/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
)
"""IPv6 networks that hold an IPv4 address, and how many bits stand behind it."""
LOCAL_NAMES: Final = ("localhost", "local", "internal", "home.arpa", "onion", "svc", "cluster.local")
"""Names, and ends of names, that mean something different in every network."""
NEVER_NAMES: Final = frozenset({"metadata.google.internal"})


def is_public(address: IpAddress) -> bool:
    """Whether everybody on the internet means the same machine by it."""
    if isinstance(address, ipaddress.IPv4Address):
        return not within(address, REFUSED_IPV4) and not within(address, METADATA)
    return within(address, PUBLIC_IPV6) and not within(address, REFUSED_IPV6)


def is_never_allowed(address: IpAddress) -> bool:
    """Link-local, metadata, multicast and unspecified addresses, also inside an IPv6 address."""
    return any(within(form, NEVER) for form in (address, *_embedded(address)))


def within(address: IpAddress, networks: Iterable[Network]) -> bool:
    """Whether one of the networks holds the address."""
    return any(address.version == network.version and address in network for network in networks)


def _embedded(address: IpAddress) -> list[ipaddress.IPv4Address]:
    """Every IPv4 address that an IPv6 address can be read as."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    return [
        ipaddress.IPv4Address(int(address) >> behind & 0xFFFFFFFF)
        for network, behind in TRANSLATED
        if address in network and int(address) > 1
    ]


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Public addresses over https, and what the operator has opened besides. Equal policies may share connections.

    denied_hosts and denied_networks are never called, whatever else is allowed. ca_file names certificates that are
    trusted beside those of the system, authorities hold those of one organization; egress is the way out of the hub.
    """

    allowed_hosts: frozenset[str] = field(default=frozenset())
    allowed_networks: tuple[Network, ...] = ()
    denied_hosts: frozenset[str] = field(default=frozenset())
    denied_networks: tuple[Network, ...] = ()
    ca_file: str = ""
    egress: Egress = DIRECT
    authorities: Authorities = NO_AUTHORITIES

    @classmethod
    def of(cls, entries: Iterable[str], *, denied: Iterable[str] = (), ca_file: str = "") -> Self:
        """The policy of two lists: host names, addresses and CIDR ranges. Raises Invalid for what is none."""
        hosts, networks = _sorted_out(ALLOW, entries)
        denied_hosts, denied_networks = _sorted_out(DENY, denied)
        return cls(hosts, networks, denied_hosts, denied_networks, ca_file)

    @classmethod
    def of_settings(cls) -> EgressPolicy:
        """The policy of this installation: HUB_EGRESS_ALLOW, _DENY and _CA_FILE. Raises Invalid."""
        lists = tuple(settings.HUB_EGRESS_ALLOW), tuple(settings.HUB_EGRESS_DENY)
        return _policy(*lists, str(settings.HUB_EGRESS_CA_FILE))

    def check_url(self, url: Url) -> None:
        """Raise UrlRefused or HttpFailure for what can be refused before anything is looked up."""
        # Certificates have no say in it: one answer is remembered for all organizations.
        policy = replace(self, authorities=NO_AUTHORITIES) if self.authorities else self
        _check_place(policy, url.scheme, url.host)

    def check_addresses(self, url: Url, addresses: Sequence[IpAddress]) -> None:
        """Raise HttpFailure when one of the addresses that the host resolves to may not be called."""
        if not all(self._may_connect(url.host, address) for address in addresses):
            raise HttpFailure(FailureKind.ADDRESS_REFUSED, _refused_sentence(url))
        if url.scheme != "https" and not all(self.is_opened(url.host, address) for address in addresses):
            raise UrlRefused(
                f"{url.host} is called without encryption. Use https; plain http is only for hosts the operator allows."
            )

    def _may_connect(self, host: str, address: IpAddress) -> bool:
        if is_never_allowed(address) or self.is_denied(host, address):
            return False
        return is_public(address) or self.is_opened(host, address)

    def is_denied(self, host: str, address: IpAddress | None) -> bool:
        """Whether the operator keeps everybody away from it."""
        if address is not None and any(within(form, self.denied_networks) for form in (address, *_embedded(address))):
            return True
        return host in self.denied_hosts

    def is_opened(self, host: str, address: IpAddress) -> bool:
        """Whether the operator lets everybody reach it as if it was public."""
        return host in self.allowed_hosts or within(address, self.allowed_networks)


@lru_cache(maxsize=4096)
def _check_place(policy: EgressPolicy, scheme: str, host: str) -> None:
    """Remembers what it let pass: it depends on nothing else, and a batch asks it for every delivery."""
    url = Url(scheme, host, DEFAULT_PORTS[scheme], "/")
    if url.address is not None:
        policy.check_addresses(url, [url.address])
    elif policy.is_denied(host, None):
        raise HttpFailure(FailureKind.ADDRESS_REFUSED, f"{host} is a host that the hub does not call. Use another one.")
    elif host not in policy.allowed_hosts and is_local(host):
        raise UrlRefused(f"{host} is a name of a local network. Use a public name, or ask the operator to allow it.")


@lru_cache(maxsize=8)
def _policy(entries: tuple[str, ...], denied: tuple[str, ...], ca_file: str) -> EgressPolicy:
    return EgressPolicy.of(entries, denied=denied, ca_file=ca_file)


def _sorted_out(name: str, entries: Iterable[str]) -> tuple[frozenset[str], tuple[Network, ...]]:
    """Host names and ranges apart."""
    hosts, networks = set[str](), list[Network]()
    for entry in entries:
        network = _network(name, entry)
        if network is None:
            hosts.add(_host(name, entry))
        else:
            networks.append(network)
    return frozenset(hosts), tuple(networks)


def _network(name: str, entry: str) -> Network | None:
    """None for what is a name. A range that is never allowed as a whole is a mistake of the operator."""
    try:
        network = ipaddress.ip_network(entry)
    except ValueError:
        return None
    if name == ALLOW and any(lies_in(network, never) for never in NEVER):
        raise Invalid(f"{name} names {entry}, which is never called. Leave it out.")
    return network


def lies_in(network: Network, outer: Network) -> bool:
    """Whether all of the network is part of the outer one."""
    if network.version != outer.version:
        return False
    return network.network_address in outer and network.prefixlen >= outer.prefixlen


def _host(name: str, entry: str) -> str:
    try:
        host = canonical_host(entry)
    except UrlRefused:
        host = ""
    if not host or (name == ALLOW and host in NEVER_NAMES):
        raise Invalid(f"{name} names {entry}. Write host names, addresses or ranges such as 10.1.2.0/24.")
    return host


def is_local(host: str) -> bool:
    """Whether the name means something different in every network."""
    return "." not in host or any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES)


def _refused_sentence(url: Url) -> str:
    what = "is" if url.address is not None else "resolves to"
    return (
        f"{url.host} {what} an address in a private or reserved network. Ask the operator to allow it, if it is meant."
    )
