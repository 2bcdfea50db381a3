"""The same strangers knock at every API door there is."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hub.api.views import HubAPIView
from tests.cast import MACHINE
from tests.hub.api.routes import Route, api_routes, is_declared

ROUTES = api_routes()


def send(client, route: Route, path: str | None = None):
    body = {} if route.method == "get" else {"data": "{}", "content_type": "application/json"}
    return getattr(client, route.method)(path or route.path(), **body)


def test_there_are_routes():
    assert ROUTES


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_declares_the_capability_it_needs(route):
    assert is_declared(route), f"{route} has no entry in requires of its view, or is no HubAPIView"


def test_nothing_is_for_everybody_but_the_public_key():
    assert [str(route) for route in ROUTES if getattr(route.view, "is_public", False)] == [
        "GET /v1/webhooks/.well-known/public-key"
    ]


def test_no_view_declares_a_method_it_does_not_have():
    views = {route.view for route in ROUTES if route.view and issubclass(route.view, HubAPIView)}
    assert not [view for view in views for method in view.requires if not hasattr(view, method.lower())]


@pytest.mark.parametrize("route", [route for route in ROUTES if "id" in route.parameters.values()], ids=str)
def test_a_malformed_id_is_a_404(client_of, route):
    ids = {name: "not-a-uuid" for name, converter in route.parameters.items() if converter == "id"}
    assert send(client_of(MACHINE), route, route.path(**ids)).status_code == 404


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_answer_carries_a_request_id_of_our_own(client_of, route):
    sent = uuid4().hex
    answer = getattr(client_of(MACHINE), route.method)(route.path(), headers={"x-request-id": sent})
    assert answer["X-Request-ID"].startswith("req_")
