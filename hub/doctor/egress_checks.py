"""gate, tls_call: whether the way out is shut where it has to be, and open where the operator wants it to be."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from django.conf import settings

from hub.doctor.findings import Finding, fail, ok, warn
from hub.errors import HubError, Invalid
from hub.http.addresses import EgressPolicy
from hub.http.client import send
from hub.http.messages import KIB, Budget, Request
from hub.http.url import Url, parse

BUDGET: Final = Budget(connect_s=3, total_s=8, request_bytes=KIB, read_bytes=64 * KIB, kept_bytes=KIB)
NEVER: Final = ("https://169.254.169.254/latest/meta-data/", "https://[fe80::1]/")
"""What no setting opens: the metadata of clouds, and what lies on the same wire."""
PRIVATE: Final = "https://10.255.255.254/"
"""Stands for all private addresses."""


def gate() -> Iterator[Finding]:
    """A sample of addresses that must not be called, through the same gate as every call; nothing is sent."""
    try:
        policy = EgressPolicy.of_settings()
    except Invalid as error:
        yield fail("egress gate", error.message, "Correct the setting that it names.")
        return
    passed = [text for text in NEVER if _passes(policy, parse(text))]
    if passed:
        yield fail("egress gate", f"Calls to {', '.join(passed)} would go out.", "Install the hub anew: this is a bug.")
    elif _passes(policy, parse(PRIVATE)):
        advice = "Name only the hosts that are needed in HUB_EGRESS_ALLOW."
        yield warn("egress gate", "A private address that nothing named would be called.", advice)
    else:
        yield ok("egress gate", "Private and reserved addresses are refused.")


def tls_call() -> Iterator[Finding]:
    """One GET of HUB_DOCTOR_URL, as a webhook would go out: name, connection, certificate, answer."""
    if not settings.HUB_DOCTOR_URL:
        yield ok("tls", "No call was tried: HUB_DOCTOR_URL names no https address to call.")
        return
    try:
        url = parse(settings.HUB_DOCTOR_URL)
        answer = send(Request("GET", url), policy=EgressPolicy.of_settings(), budget=BUDGET)
    except HubError as failure:
        yield fail("tls", f"HUB_DOCTOR_URL was not reached: {failure.message}", _advice(failure))
        return
    yield ok("tls", f"{url.host} answered {answer.status} in {answer.timings.total_ms:.0f} ms, certificate included.")


def _passes(policy: EgressPolicy, url: Url) -> bool:
    try:
        policy.check_url(url)
        policy.check_addresses(url, [ip_address(url.host.strip("[]"))])
    except HubError:
        return False
    return True


def _advice(failure: HubError) -> str:
    if "CERTIFICATE" in failure.code or "TLS" in failure.code:
        return "Look at the certificates of this machine and at HUB_EGRESS_CA_FILE."
    return "Look at the resolver and the firewall of this machine, and at HUB_EGRESS_ALLOW and HUB_EGRESS_DENY."
