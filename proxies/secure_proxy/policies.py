"""The policies of both modes: what a secure proxy may reach, checked in the order of the documentation."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hub.http.addresses import NEVER_NAMES, EgressPolicy, Network, is_local, within
from hub.http.egress import Egress
from hub.http.failures import FailureKind, HttpFailure
from hub.http.url import IpAddress, Url
from proxies.secure_proxy.configuration import SecureProxyConfiguration
from proxies.secure_proxy.entries import matches, may_be_listed

SSRF_BLOCKED: Final = "SSRF_BLOCKED"
DOMAIN_NOT_ALLOWED: Final = "SECURE_PROXY_DOMAIN_NOT_ALLOWED"
IP_NOT_ALLOWED: Final = "SECURE_PROXY_IP_NOT_ALLOWED"


class Blocked(HttpFailure):
    """A place that no list could permit."""

    def __init__(self, message: str) -> None:
        super().__init__(FailureKind.ADDRESS_REFUSED, message)
        self.code = SSRF_BLOCKED


class NotListed(HttpFailure):
    """A place that the owner of the secure proxy has not allowed; code says which of the lists is meant."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(FailureKind.ADDRESS_REFUSED, message)
        self.code = code
        self.status = 403


@dataclass(frozen=True, slots=True)
class StaticIpPolicy(EgressPolicy):
    """Public addresses, by http as well; where domains are listed, only those, and no addresses written as such."""

    domains: tuple[str, ...] = ()

    def check_url(self, url: Url) -> None:
        """Raise Blocked or NotListed."""
        _refuse_what_is_denied(self, url)
        if url.address is not None:
            self.check_addresses(url, [url.address])
        elif url.host not in self.allowed_hosts and is_local(url.host):
            raise Blocked(f"{url.host} is a name of a local network, which a static IP does not reach.")
        if self.domains and (url.address is not None or not matches(url.host, self.domains)):
            raise _domain_not_listed(url)

    def check_addresses(self, url: Url, addresses: Sequence[IpAddress]) -> None:
        """Raise Blocked when one of them is not public."""
        if not all(self._may_connect(url.host, address) for address in addresses):
            raise _blocked(url)


@dataclass(frozen=True, slots=True)
class SecureLinkPolicy(EgressPolicy):
    """What both lists name, in private networks as well: a name by domains, each of its addresses by ranges."""

    domains: tuple[str, ...] = ()
    ranges: tuple[Network, ...] = ()

    def check_url(self, url: Url) -> None:
        """Raise Blocked or NotListed."""
        _refuse_what_is_denied(self, url)
        if url.address is not None:
            self._refuse_reserved(url, [url.address])
        if not self.domains or (url.address is None and not matches(url.host, self.domains)):
            raise _domain_not_listed(url)
        if not self.ranges:
            raise _address_not_listed(url)
        if url.address is not None:
            self.check_addresses(url, [url.address])

    def check_addresses(self, url: Url, addresses: Sequence[IpAddress]) -> None:
        """Raise Blocked when one of them can never be reached, NotListed when one is in none of the ranges."""
        self._refuse_reserved(url, addresses)
        if not all(within(_unwrapped(address), self.ranges) for address in addresses):
            raise _address_not_listed(url)

    def _refuse_reserved(self, url: Url, addresses: Sequence[IpAddress]) -> None:
        for address in addresses:
            if self.is_denied(url.host, address) or not may_be_listed(_unwrapped(address)):
                raise _blocked(url)


def policy_of(configuration: SecureProxyConfiguration, egress: Egress, *, usual: EgressPolicy) -> EgressPolicy:
    """The policy of a stored configuration, with what usual, that of its organization, opens, denies and believes."""
    places = (usual.allowed_hosts, usual.allowed_networks, usual.denied_hosts, usual.denied_networks)
    shared = (*places, usual.ca_file, egress, usual.authorities)
    if configuration.vpc_mode == "static_ip":
        return StaticIpPolicy(*shared, configuration.allowed_domains)
    return SecureLinkPolicy(*shared, configuration.allowed_domains, _networks(configuration.allowed_ips))


def _networks(ranges: Sequence[str]) -> tuple[Network, ...]:
    """What does not parse was never checked, and permits nothing."""
    networks = list[Network]()
    for text in ranges:
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError:
            continue
    return tuple(networks)


def _refuse_what_is_denied(policy: EgressPolicy, url: Url) -> None:
    """Names that lead to this machine or to a cloud's credentials, and what the operator keeps everybody away from."""
    is_loopback = url.host == "localhost" or url.host.endswith(".localhost")
    if (is_loopback or url.host in NEVER_NAMES) and url.host not in policy.allowed_hosts:
        raise Blocked(f"{url.host} is a name that secure proxies never call.")
    if policy.is_denied(url.host, url.address):
        raise _blocked(url)


def _unwrapped(address: IpAddress) -> IpAddress:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _blocked(url: Url) -> Blocked:
    what = "is" if url.address is not None else "resolves to"
    return Blocked(f"{url.host} {what} an address that this secure proxy never calls, whatever its lists say.")


def _domain_not_listed(url: Url) -> NotListed:
    return NotListed(f"{url.host} is not among the allowed domains of this secure proxy.", DOMAIN_NOT_ALLOWED)


def _address_not_listed(url: Url) -> NotListed:
    what = "is" if url.address is not None else "resolves to"
    return NotListed(f"{url.host} {what} an address outside the allowed ranges of this secure proxy.", IP_NOT_ALLOWED)
