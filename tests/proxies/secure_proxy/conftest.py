"""A secure proxy of home, its target on loopback behind a forward proxy, and a resolver that says what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.http import resolving
from integrations.models import UseCase, UseCaseType
from monitoring.models import MonitoringEvent
from proxies.secure_proxy import modes
from tests.builders import make_integration, make_use_case
from tests.cast import MACHINE
from tests.forward_proxy import ForwardProxy
from tests.hub.http.conftest import Names
from tests.receiver import Receiver, listening

PUBLIC = "93.184.216.34"
LISTED = {"allowed_domains": ["*.plant.example", "plant.example"], "allowed_ips": ["10.0.1.0/24"]}


class World:
    """Home with one proxy of each mode. target answers whatever tunnel the forward proxy makes."""

    def __init__(self, organization: Organization, client: Client, target: Receiver, tunnels: ForwardProxy) -> None:
        self.organization = organization
        self.client = client
        self.target = target
        self.tunnels = tunnels
        self.integration = make_integration(organization=organization)

    def proxy(self, mode: str = "static_ip", **lists: Any) -> UseCase:
        """A secure proxy with these lists, as if an owner had written them."""
        return make_use_case(
            integration=self.integration, type=UseCaseType.SECURE_PROXY, configuration={"vpc_mode": mode} | lists
        )

    def linked(self) -> UseCase:
        """One of the mode secure_link that reaches the plant."""
        return self.proxy("secure_link", **LISTED)

    def send(self, proxy: UseCase, url: str, **more: Any) -> Any:
        """The answer of operation 31."""
        body = {
            "integration_id": str(self.integration.pk),
            "use_case_id": str(proxy.pk),
            "url": url,
            "method": "GET",
        } | more
        return self.client.post("/v1/secure-proxy", body, content_type="application/json")

    def spans(self) -> list[MonitoringEvent]:
        """What monitoring was told."""
        return list(MonitoringEvent.objects.of(self.organization).order_by("id"))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Nothing resolves until the test says so."""
    made = Names()
    monkeypatch.setattr(resolving, "look_up", made.look_up)
    return made


@pytest.fixture
def target() -> Iterator[Receiver]:
    """Answers 200 until the test says otherwise."""
    with listening() as receiver:
        yield receiver


@pytest.fixture
def world(
    transactional_db: None,
    settings: Any,
    client_of: Callable[[Any], Client],
    organization: Organization,
    target: Receiver,
    names: Names,
) -> Iterator[World]:
    """Both modes leave by the same forward proxy."""
    modes._parsed.cache_clear()
    with ForwardProxy(int(target.url.rpartition(":")[2])) as tunnels:
        settings.HUB_STATIC_IP_EGRESS = settings.HUB_SECURE_LINK_EGRESS = tunnels.url
        yield World(organization, client_of(MACHINE), target, tunnels)
