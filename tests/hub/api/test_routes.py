"""The same strangers knock at every API door there is."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hub.api.views import HubAPIView
from tests.builders import make_integration, make_token, make_use_case
from tests.cast import MACHINE, NEIGHBOUR, READER, STRANGERS
from tests.hub.api.routes import Route, api_routes, is_declared

ROUTES = api_routes()
FOREIGN = {
    "integration_id": lambda organization: make_integration(organization=organization).pk,
    "use_case_id": lambda organization: make_use_case(integration=make_integration(organization=organization)).pk,
    "token_id": lambda organization: make_token(organization=organization).id,
}
"""Name of a path parameter → how to make something of that kind; routes with other parameters prove it themselves."""
ABOUT_THINGS = [route for route in ROUTES if route.parameters and set(route.parameters) <= set(FOREIGN)]


def send(client, route: Route, path: str | None = None):
    body = {} if route.method == "get" else {"data": "{}", "content_type": "application/json"}
    return getattr(client, route.method)(path or route.path(), **body)


def shown(answer):
    """What an answer tells, without the ids that differ from request to request."""
    return answer.status_code, {**answer.json(), "correlation_id": ""}


def test_there_are_routes():
    assert ROUTES


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_declares_the_capability_it_needs(route):
    assert is_declared(route), f"{route} has no entry in requires of its view, or is no HubAPIView"


def test_no_view_declares_a_method_it_does_not_have():
    views = {route.view for route in ROUTES if route.view and issubclass(route.view, HubAPIView)}
    assert not [view for view in views for method in view.requires if not hasattr(view, method.lower())]


@pytest.mark.parametrize(("stranger", "status"), STRANGERS, ids=str)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_strangers_are_refused_everywhere(client_of, route, stranger, status):
    assert send(client_of(stranger), route).status_code == status


@pytest.mark.parametrize("route", ABOUT_THINGS, ids=str)
def test_a_foreign_id_is_answered_like_one_that_does_not_exist(client_of, stage, route):
    foreign = route.path(**{name: FOREIGN[name](stage.home) for name in route.parameters})
    neighbour = client_of(NEIGHBOUR)
    assert shown(send(neighbour, route, foreign)) == shown(send(neighbour, route, route.path()))


@pytest.mark.parametrize("route", ABOUT_THINGS, ids=str)
def test_a_foreign_id_is_never_answered_with_success(client_of, stage, route):
    foreign = route.path(**{name: FOREIGN[name](stage.home) for name in route.parameters})
    assert send(client_of(NEIGHBOUR), route, foreign).status_code in {400, 404}


@pytest.mark.parametrize("route", [route for route in ROUTES if "id" in route.parameters.values()], ids=str)
def test_a_malformed_id_is_a_404(client_of, route):
    ids = {name: "not-a-uuid" for name, converter in route.parameters.items() if converter == "id"}
    assert send(client_of(MACHINE), route, route.path(**ids)).status_code == 404


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method in {"put", "patch", "delete"}], ids=str)
def test_a_read_only_token_changes_nothing(client_of, route):
    assert send(client_of(READER), route).status_code == 403


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method != "get"], ids=str)
@pytest.mark.parametrize(
    "body", [b"{", b"[" * 100_000, b'"\\ud800"', b"\xff", b'{"a": 1e999}'], ids=lambda body: body[:8].decode("latin1")
)
def test_a_bad_body_is_never_a_server_error(client_of, route, body):
    answer = client_of(MACHINE).generic(route.method.upper(), route.path(), body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) >= {"code", "message"}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_answer_carries_a_request_id_of_our_own(client_of, route):
    sent = uuid4().hex
    answer = getattr(client_of(MACHINE), route.method)(route.path(), headers={"x-request-id": sent})
    assert answer["X-Request-ID"].startswith("req_")
