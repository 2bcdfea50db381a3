"""What HTTP itself asks for, on every path: other methods, slashes, ids and headers that travel along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import MACHINE, NOBODY
from tests.contract.doors import INLETS
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.test_strangers import SHAPE
from tests.contract.things import Things

ClientOf = Callable[[Any], Client]

METHODS_OF: dict[str, list[str]] = {}
for _row in OPERATIONS:
    METHODS_OF.setdefault(_row.path, []).append(_row.method)
FIRST_OF = {row.path: row for row in reversed(OPERATIONS)}


def has_head(path: str) -> bool:
    """Where GET reads; a call of an inlet does something."""
    return "GET" in METHODS_OF[path] and FIRST_OF[path].id not in INLETS


every_path = pytest.mark.parametrize("path", METHODS_OF)


@every_path
def test_a_method_that_is_not_there_is_a_405_that_names_the_others(
    client_of: ClientOf, things: Things, path: str
) -> None:
    client, address = client_of(MACHINE), things.path(FIRST_OF[path])
    missing = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - set(METHODS_OF[path])
    answers = {method: client.generic(method, address) for method in missing}
    assert {method: answer.status_code for method, answer in answers.items()} == dict.fromkeys(missing, 405)
    assert {answer.json()["code"] for answer in answers.values()} == {"METHOD_NOT_ALLOWED"}
    head = {"HEAD"} if has_head(path) else set()
    assert {frozenset(answer["Allow"].split(", ")) for answer in answers.values()} == {
        frozenset({*METHODS_OF[path], *head, "OPTIONS"})
    }


@every_path
def test_options_tells_the_methods_to_whoever_has_a_token(client_of: ClientOf, things: Things, path: str) -> None:
    address = things.path(FIRST_OF[path])
    answer = client_of(MACHINE).options(address)
    assert (answer.status_code, answer.content) == (204, b"")
    assert set(METHODS_OF[path]) <= set(answer["Allow"].split(", "))
    assert client_of(NOBODY).options(address).status_code == 401


@every_path
def test_head_is_there_where_get_is(client_of: ClientOf, things: Things, path: str) -> None:
    answer = client_of(MACHINE).head(things.path(FIRST_OF[path]))
    assert (answer.status_code, answer.content) == (200 if has_head(path) else 405, b"")


@every_path
def test_a_slash_at_the_end_makes_another_path_and_no_redirect(client_of: ClientOf, things: Things, path: str) -> None:
    for method in METHODS_OF[path]:
        answer = client_of(MACHINE).generic(method, f"{things.path(FIRST_OF[path])}/", b"{}", "application/json")
        assert (answer.status_code, set(answer.json())) == (404, SHAPE)


@pytest.mark.parametrize(
    "row", [row for row in OPERATIONS if row.method == "GET" and row.id not in INLETS], ids=lambda row: row.id
)
def test_headers_of_tracing_and_caching_do_no_harm(client_of: ClientOf, things: Things, row: Operation) -> None:
    headers = {
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": "vendor=value",
        "x-request-id": "mine",
        "x-correlation-id": "order-4711",
        "if-none-match": '"1"',
        "accept-encoding": "gzip, br",
        "accept-language": "de",
        "origin": "https://elsewhere.example",
    }
    answer = client_of(MACHINE).get(things.path(row), headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["X-Request-ID"].startswith("req_")
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_no_answer_tells_what_the_hub_is_made_of(client_of: ClientOf) -> None:
    answer = client_of(MACHINE).get("/v1/integrations")
    assert (answer["Server"], "X-Powered-By" in answer) == ("hub", False)
