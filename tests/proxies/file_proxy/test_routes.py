"""Downloads go through the secure proxy that their recipe names, and never past it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integrations.models import UseCaseType
from tests.builders import make_use_case
from tests.forward_proxy import ForwardProxy
from tests.proxies.file_proxy.world import FILE, RECIPE, World, content_of

pytestmark = pytest.mark.django_db

LISTED = {"vpc_mode": "secure_link", "allowed_domains": ["*.plant.example"], "allowed_ips": ["10.0.1.0/24"]}


@pytest.fixture
def tunnels(settings: Any, world: World) -> Iterator[ForwardProxy]:
    """The way out of both modes; every tunnel ends at the upstream."""
    with ForwardProxy(int(world.upstream.url.rpartition(":")[2])) as proxy:
        settings.HUB_SECURE_LINK_EGRESS = settings.HUB_STATIC_IP_EGRESS = proxy.url
        yield proxy


def behind_the_link(world: World, address: str, **fields: Any) -> None:
    """The system that holds the files has that address, and the recipe takes the link."""
    base = f"http://{address}"
    one, two = RECIPE["steps"]
    auth = RECIPE["auth"] | {"token_url": f"{base}/token"}
    steps = [
        one | {"url": f"{base}/s/documents"},
        two | {"url": f"{base}/s/download?fileId={{{{steps.0.body.fileId}}}}"},
    ]
    world.recipe(RECIPE | {"auth": auth, "steps": steps, "secure_proxy": {"use_case_slug": "plant-link"}})
    stored = {"type": UseCaseType.SECURE_PROXY, "slug": "plant-link", "configuration": LISTED} | fields
    make_use_case(integration=world.integration, **stored)


def test_every_request_of_a_recipe_takes_the_secure_proxy(world: World, tunnels: ForwardProxy) -> None:
    behind_the_link(world, "10.0.1.5:8080")
    assert content_of(world.browser.open()) == FILE
    assert tunnels.asked == ["10.0.1.5:8080"] * 3


@pytest.mark.parametrize(
    ("address", "fields", "status", "code"),
    [
        ("10.0.2.5", {}, 403, "SECURE_PROXY_IP_NOT_ALLOWED"),
        ("other.example", {}, 403, "SECURE_PROXY_DOMAIN_NOT_ALLOWED"),
        ("10.0.1.5", {"enabled": False}, 500, "SECURE_PROXY_DISABLED"),
        ("10.0.1.5", {"slug": "another-link"}, 500, "SECURE_PROXY_NOT_FOUND"),
    ],
)
def test_what_the_secure_proxy_does_not_carry_is_not_sent(
    world: World, tunnels: ForwardProxy, address: str, fields: dict[str, Any], status: int, code: str
) -> None:
    behind_the_link(world, address, **fields)
    assert world.browser.open().status_code == status
    assert [span.code for span in world.spans()] == [code]
    assert (tunnels.heads, world.upstream.requests) == ([], [])


def test_the_older_word_asks_for_the_fixed_address(world: World, tunnels: ForwardProxy) -> None:
    world.recipe(RECIPE | {"requires_vpc": True})
    assert content_of(world.browser.open()) == FILE
    assert len(tunnels.asked) == 3
