"""Which stored addresses the hub signs."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from hub.served_files import links
from proxies.file_proxy.minting import NotMinted, mint
from tests.builders import NOW, make_integration, make_organization


@pytest.fixture
def integration(organization, settings):
    settings.HUB_BASE_URL = "https://hub.example.com/"
    return make_integration(organization=organization)


@pytest.fixture
def address(integration):
    """The stored address with these parts in other words."""

    def make(base="https://hub.example.com/download", **changes):
        parameters = {
            "orgId": integration.organization.public_id,
            "integrationId": str(integration.pk),
            "useCaseSlug": "docs",
            "documentId": "ä/1",
        } | changes
        return f"{base}?{links.encoded([*parameters.items()])}"

    return make


@pytest.mark.parametrize("path", ["/download", "/stream/download"])
def test_an_address_of_its_own_is_signed(organization, address, path):
    stored = address(f"https://hub.example.com{path}")
    link = mint(organization=organization, address=stored, at=NOW)
    assert link.url.startswith(f"{stored}&expires_at=")
    links.verify(path, dict(parse_qsl(urlsplit(link.url).query)), at=NOW)


@pytest.mark.parametrize(
    "base",
    [
        "https://evil.example/download",
        "http://hub.example.com/download",
        "https://hub.example.com:444/download",
        "https://hub.example.com@evil.example/download",
        "https://hub.example.com.evil.example/download",
        "https://hub.example.com/other/download",
        "https://hub.example.com/download/../v1/entity",
        "https://hub.example.com//download",
        "https://hub.example.com/download#",
        "//hub.example.com/download",
        "javascript:alert(1)//hub.example.com/download",
    ],
)
def test_an_address_elsewhere_is_never_signed(organization, address, base):
    with pytest.raises(NotMinted):
        mint(organization=organization, address=address(base), at=NOW)


@pytest.mark.parametrize("stored", [None, "", 7, {"url": "x"}, "https://hub.example.com/download"])
def test_what_is_no_address_is_not_signed(organization, integration, stored):
    with pytest.raises(NotMinted):
        mint(organization=organization, address=stored, at=NOW)


def test_the_address_of_another_organization_is_not_signed(organization, address):
    neighbour = make_organization()
    with pytest.raises(NotMinted):
        mint(organization=neighbour, address=address(), at=NOW)
    with pytest.raises(NotMinted):
        mint(organization=organization, address=address(orgId=neighbour.public_id), at=NOW)


def test_an_integration_of_somebody_else_is_not_signed(organization, address):
    foreign = make_integration(organization=make_organization())
    for other in (str(foreign.pk), "", "1' OR '1'='1"):
        with pytest.raises(NotMinted):
            mint(organization=organization, address=address(integrationId=other), at=NOW)


def test_a_repeated_parameter_is_not_signed(organization, address):
    with pytest.raises(NotMinted):
        mint(organization=organization, address=f"{address()}&orgId=1", at=NOW)
