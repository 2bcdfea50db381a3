"""Deliveries leave by the way that their webhook asks for, under what that way allows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integrations.models import UseCase, UseCaseType
from outbound.models import DeliveryState
from tests.builders import make_integration, make_organization, make_use_case
from tests.forward_proxy import ForwardProxy
from tests.outbound.world import World
from tests.receiver import Receiver

LISTED = {"vpc_mode": "secure_link", "allowed_domains": ["*.plant.example"], "allowed_ips": ["10.0.1.0/24"]}
PLANT = "http://10.0.1.5:8080/events"


@pytest.fixture
def tunnels(world: World, settings: Any, receiver: Receiver) -> Iterator[ForwardProxy]:
    """The way out of both modes; whatever is asked for, the receiver answers."""
    with ForwardProxy(int(receiver.url.rpartition(":")[2])) as proxy:
        settings.HUB_STATIC_IP_EGRESS = settings.HUB_SECURE_LINK_EGRESS = proxy.url
        yield proxy


@pytest.fixture
def link(world: World) -> UseCase:
    return make_use_case(
        integration=world.integration, type=UseCaseType.SECURE_PROXY, slug="plant-link", configuration=LISTED
    )


def routed(world: World, link: UseCase, url: str = PLANT) -> None:
    """A change goes to a webhook behind the link."""
    proxy = {"integration_id": str(link.integration_id), "use_case_slug": link.slug}
    world.webhook(url=url, secureProxy=proxy)
    world.use_case()
    world.change_contact()
    world.work()


def test_a_webhook_behind_a_secure_link_is_reached_in_its_private_network(
    world: World, tunnels: ForwardProxy, receiver: Receiver, link: UseCase
) -> None:
    routed(world, link)
    assert (world.delivery().state, tunnels.asked) == (DeliveryState.SUCCEEDED, ["10.0.1.5:8080"])
    assert receiver.requests[0].headers["host"] == "10.0.1.5:8080"


def test_what_its_lists_do_not_name_is_not_delivered(world: World, tunnels: ForwardProxy, link: UseCase) -> None:
    routed(world, link, "http://10.0.2.5/events")
    assert (world.delivery().code, tunnels.heads) == ("SECURE_PROXY_IP_NOT_ALLOWED", [])


def test_a_link_that_is_switched_off_carries_nothing(world: World, tunnels: ForwardProxy, link: UseCase) -> None:
    UseCase.objects.filter(pk=link.pk).update(enabled=False)
    routed(world, link)
    assert (world.delivery().code, tunnels.heads) == ("SECURE_PROXY_DISABLED", [])


def test_the_link_of_another_organization_does_not_exist(world: World, tunnels: ForwardProxy) -> None:
    foreign = make_integration(organization=make_organization())
    configuration = dict(LISTED)
    routed(
        world,
        make_use_case(
            integration=foreign, type=UseCaseType.SECURE_PROXY, slug="plant-link", configuration=configuration
        ),
    )
    assert (world.delivery().code, tunnels.heads) == ("SECURE_PROXY_NOT_FOUND", [])


def test_deliveries_wait_for_a_mode_that_the_operator_has_not_set_up(world: World, link: UseCase) -> None:
    routed(world, link)
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.WAITING, "SECURE_PROXY_MODE_UNAVAILABLE")


def test_a_webhook_may_ask_for_the_fixed_address(world: World, tunnels: ForwardProxy, receiver: Receiver) -> None:
    world.webhook(enableStaticIP=True)
    world.use_case()
    world.change_contact()
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED
    assert tunnels.asked == [receiver.url.removeprefix("http://")]


def test_where_there_is_no_fixed_address_the_usual_way_is_taken(world: World) -> None:
    world.webhook(enableStaticIP=True)
    world.use_case()
    world.change_contact()
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED
