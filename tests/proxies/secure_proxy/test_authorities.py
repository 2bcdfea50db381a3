"""Secure proxies of both modes believe the authorities of their organization."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxies.secure_proxy import modes
from tests.forward_proxy import ForwardProxy
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority
from tests.hub.http.receivers import Receiver, answering
from tests.proxies.secure_proxy.conftest import LISTED, PUBLIC, World


@pytest.mark.parametrize(("mode", "lists", "address"), [("static_ip", {}, PUBLIC), ("secure_link", LISTED, "10.0.1.5")])
def test_a_target_of_the_organizations_authority_is_believed(
    world: World, names, settings, tmp_path: Path, mode: str, lists: dict[str, list[str]], address: str
) -> None:
    authority = Authority(tmp_path, "Plant CA")
    names.resolve("erp.plant.example", [address])
    with (
        Receiver(answering(b"secured"), tls=authority.server("erp.plant.example")) as target,
        ForwardProxy(target.port) as tunnels,
    ):
        settings.HUB_STATIC_IP_EGRESS = settings.HUB_SECURE_LINK_EGRESS = tunnels.url
        modes._parsed.cache_clear()
        proxy = world.proxy(mode, **lists)
        refused = world.send(proxy, "https://erp.plant.example/")
        believe(world.organization, authority)
        believed = world.send(proxy, "https://erp.plant.example/")
    assert (refused.status_code, refused.json()["code"]) == (502, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
    assert (believed.status_code, believed.json()["body"]) == (200, "secured")
