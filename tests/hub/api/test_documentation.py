"""The API describes itself."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.hub.api.routes import api_routes

PUBLIC_KEY = "/v1/webhooks/.well-known/public-key"


@pytest.fixture
def document(db):
    return Client().get("/openapi.json").json()


def nameless(path):
    """A route's pattern or a described path without the names of its parameters."""
    return re.sub(r"<[^>]+>|\{[^}]+\}", "{}", path)


def test_every_route_is_described(document):
    described = {(method, nameless(path)) for path, methods in document["paths"].items() for method in methods}
    assert described == {(route.method, nameless(f"/{route.pattern}")) for route in api_routes()}


def test_every_operation_has_an_id_of_its_own(document):
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_operation_that_is_not_for_everybody_asks_for_a_bearer_token(document):
    paths = [path for path in document["paths"] if path != PUBLIC_KEY]
    asked = [operation["security"] for path in paths for operation in document["paths"][path].values()]
    assert asked == [[{"bearer": []}]] * len(asked)


def test_what_is_for_everybody_asks_for_nothing(document):
    assert document["paths"][PUBLIC_KEY]["get"]["security"] == [{}]


def test_every_operation_names_the_shape_of_a_failure(document):
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert all("4XX" in operation["responses"] for operation in operations)


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_pages_need_no_other_host(db, page):
    answer = Client().get(page)
    html = answer.content.decode()
    assert "http://" not in html
    assert "https://" not in html
    assert all(finders.find(path) for path in re.findall(r'(?:src|href)="/static/([^"]+)"', html))


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_page_leads_back_to_the_hub(db, page):
    assert '<a href="/">Back to the Integration Hub</a>' in Client().get(page).content.decode()


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_inline_script_of_a_page_carries_the_nonce_of_its_policy(db, page):
    answer = Client().get(page)
    nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])[1]
    assert f'<script nonce="{nonce}">' in answer.content.decode()
    assert "script-src 'self' 'nonce-" in answer["Content-Security-Policy"]
