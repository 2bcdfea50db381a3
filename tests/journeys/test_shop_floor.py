"""The ERP orders, the shop floor completes, the triggers of the category go out by GET and by POST, the ERP answers."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.journeys.shop_floor import JSON, PUMP, VALVE, ShopFloor, order
from tests.receiver import Received, Receiver, listening
from tools.running import Hub, wait_for

TIME_PASSES = """
from datetime import timedelta
from hub import clock
from outbound.acknowledging import expire
print(expire(clock.now() + timedelta(minutes=16), 500))
"""
"""The schedule's function, called when the time that an ERP has to acknowledge is over."""


@pytest.fixture
def layer() -> Iterator[Receiver]:
    """What stands between hub and ERP and is triggered."""
    with listening() as receiver:
        yield receiver


def by_method(requests: list[Received]) -> dict[str, Received]:
    """The one GET and the one POST of a completion."""
    assert sorted(one.method for one in requests) == ["GET", "POST"]
    return {one.method: one for one in requests}


def query_of(request: Received) -> dict[str, list[str]]:
    """The parameters of a GET."""
    return parse_qs(urlsplit(request.path).query)


def walk(hub: Hub, layer: Receiver) -> None:
    """From the ERP's order to its acknowledgement; of a second order to the timeout and the replay."""
    token = hub.prepare()
    hub.start_web()
    hub.start_worker()
    floor = ShopFloor(hub, token)
    floor.configure(layer.url)
    pump, late, valve = orders(floor)
    complete_one_of_another_category(floor, valve)
    complete_and_acknowledge(floor, layer, pump)
    complete_and_replay(floor, layer, late)


def orders(floor: ShopFloor) -> list[JSON]:
    """The ERP sends articles and orders; the hub has them with article, variant and parameters."""
    floor.send("article-sync", PUMP, VALVE)
    wait_for(lambda: floor.find("article", "article_number", "B-7"), "the articles")
    floor.send("product-order-from-erp", order("PO-1"), order("PO-2"), order("PO-3", article="B-7"))
    wait_for(lambda: floor.find("product_order", "order_number", "PO-3"), "the product orders")
    found = [floor.find("product_order", "order_number", f"PO-{number}") for number in (1, 2, 3)]
    article = floor.find("article", "article_number", "A-100")
    assert (found[0]["variant"], found[0]["parameters"], found[0]["quantity"]) == ("DN50", {"pressure": 16}, 25)
    assert found[0]["article"]["$relation"][0]["entity_id"] == article["_id"]
    return found


def complete_one_of_another_category(floor: ShopFloor, valve: JSON) -> None:
    """Not before it is released; then nobody is told."""
    refused = floor.ask("POST", f"/v1/entity/product_order/{valve['_id']}:complete", status=409)
    assert refused["code"] == "PRODUCT_ORDER_MOVE_NOT_ALLOWED"
    floor.move(valve["_id"], "release", "complete")


def complete_and_acknowledge(floor: ShopFloor, layer: Receiver, pump: JSON) -> None:
    """One GET and one POST arrive with the values of the order; the ERP acknowledges in time."""
    made = floor.ask("POST", "/v1/entity/recording", {"external_id": "R-1", "status": "completed"})
    relation = {"attribute": "recordings", "entity_id": made["_id"]}
    floor.ask("POST", f"/v1/entity/product_order/{pump['_id']}/relations", [relation])
    done = floor.move(pump["_id"], "release", "start", "complete", quantity_completed=24, completed_by="Ada")
    assert (done["status"], done["completed_by"]) == ("completed", "Ada")
    wait_for(lambda: len(layer.requests) == 2, "a GET and a POST", patience_s=30)
    told = by_method(layer.requests)
    ack_id = told["POST"].json["_ack_id"]
    expected = {"productOrderNumber": "PO-1", "recordingIds": ["R-1"], "quantity": 24, "_ack_id": ack_id}
    in_query = {name: value if isinstance(value, list) else [str(value)] for name, value in expected.items()}
    assert told["POST"].json == expected
    assert (query_of(told["GET"]), told["GET"].body) == (in_query, b"")
    assert told["GET"].headers["x-hub-ack-id"] == ack_id
    floor.ask("POST", "/v1/erp/tracking/acknowledgement", {"ack_id": ack_id})


def complete_and_replay(floor: ShopFloor, layer: Receiver, late: JSON) -> None:
    """Nobody acknowledges until the time is over; the POST is sent again, and acknowledged after all."""
    floor.move(late["_id"], "release", "complete")
    wait_for(lambda: len(layer.requests) == 4, "the triggers of the second order", patience_s=30)
    silent = by_method(layer.requests[2:])["POST"]
    all_succeeded = lambda: [one["status"] for one in floor.delivered()] == ["succeeded"] * 4  # noqa: E731
    wait_for(all_succeeded, "monitoring to show all four")
    assert floor.hub.manage("shell", "--no-imports", "-c", TIME_PASSES).strip() == "1"
    assert floor.acknowledgements() == ["acked", "timeout"]

    post = next(one for one in floor.delivered() if "/post" in one["url"])
    floor.ask("POST", f"/v1/webhooks/configs/{post['webhook_config_id']}/events/{post['event_id']}/replay", {})
    wait_for(lambda: len(layer.requests) == 5, "the replay", patience_s=30)
    again = layer.requests[4]
    assert (again.headers["webhook-id"], again.body) == (silent.headers["webhook-id"], silent.body)
    floor.ask("POST", "/v1/erp/tracking/acknowledgement", {"ack_id": again.json["_ack_id"]})
    assert floor.acknowledgements() == ["acked", "acked"]


def test_completing_an_order_triggers_the_layer_from_the_embedded_hub(embedded: Hub, layer: Receiver) -> None:
    walk(embedded, layer)


@pytest.mark.services
def test_completing_an_order_triggers_the_layer_through_celery(production: Hub, layer: Receiver) -> None:
    walk(production, layer)
