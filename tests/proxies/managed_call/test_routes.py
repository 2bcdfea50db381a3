"""Managed calls go through the secure proxy that they name, and never past it."""

from __future__ import annotations

import pytest

from integrations.models import UseCase, UseCaseType
from tests.builders import make_use_case
from tests.forward_proxy import ForwardProxy
from tests.proxies.partner import error_of

pytestmark = pytest.mark.django_db

ROUTE = {"use_case_slug": "plant-link"}
LISTED = {"vpc_mode": "secure_link", "allowed_domains": ["*.plant.example"], "allowed_ips": ["10.0.1.0/24"]}


@pytest.fixture
def tunnels(settings, receiver):
    with ForwardProxy(int(receiver.url.rpartition(":")[2])) as proxy:
        settings.HUB_SECURE_LINK_EGRESS = proxy.url
        yield proxy


def behind_the_link(partner, address: str, **fields) -> UseCase:
    """A call whose base URL is that address, and the link."""
    partner.integration.connector_config |= {"base_url": f"http://{address}/base"}
    partner.integration.save()
    partner.call(secure_proxy=ROUTE)
    stored = {"type": UseCaseType.SECURE_PROXY, "slug": "plant-link", "configuration": LISTED} | fields
    return make_use_case(integration=partner.integration, **stored)


def test_a_call_reaches_a_private_network_through_its_secure_proxy(partner, tunnels):
    behind_the_link(partner, "10.0.1.5:8080")
    assert partner.execute().status_code == 200
    assert (tunnels.asked, partner.sent.headers["host"]) == (["10.0.1.5:8080"], "10.0.1.5:8080")


@pytest.mark.parametrize(
    ("address", "fields", "status", "code"),
    [
        ("10.0.2.5", {}, 403, "SECURE_PROXY_IP_NOT_ALLOWED"),
        ("other.example", {}, 403, "SECURE_PROXY_DOMAIN_NOT_ALLOWED"),
        ("169.254.169.254", {}, 400, "SSRF_BLOCKED"),
        ("10.0.1.5", {"enabled": False}, 403, "SECURE_PROXY_DISABLED"),
        ("10.0.1.5", {"slug": "another-link"}, 404, "SECURE_PROXY_NOT_FOUND"),
    ],
)
def test_what_the_secure_proxy_does_not_carry_is_not_sent(partner, tunnels, address, fields, status, code):
    behind_the_link(partner, address, **fields)
    answer = partner.execute()
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)
    assert (tunnels.heads, partner.receiver.requests) == ([], [])


def test_without_a_way_out_for_the_mode_nothing_is_sent(partner):
    behind_the_link(partner, "10.0.1.5")
    answer = partner.execute()
    assert (answer.status_code, error_of(answer)["code"]) == (503, "SECURE_PROXY_MODE_UNAVAILABLE")
