"""Whatever is sent as a body, at every operation that takes one: a 4xx in the one shape, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import MACHINE, OWNER
from tests.contract.bodies import BODIES
from tests.contract.doors import INLETS
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.test_strangers import SHAPE, stored
from tests.contract.things import Things

pytestmark = pytest.mark.once

TAKING_A_BODY = [row for row in OPERATIONS if row.method != "GET" and BODIES[row.id] is not BODIES["listIntegrations"]]

BROKEN = {
    "unfinished": b'{"name":',
    "two documents": b"{}{}",
    "single quotes": b"{'name': 'x'}",
    "a comment": b"{} // fine",
    "not UTF-8": b'{"name": "\xfc"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "half of a surrogate pair": b'{"name": "\\ud800", "events": [{"event_name": "\\ud800"}]}',
    "NUL": b'{"name": "a\\u0000b", "events": [{"event_name": "a\\u0000b"}]}',
    "raw NUL": b'{"name": "a\0b"}',
    "10,000 levels of lists": b"[" * 10_000 + b"]" * 10_000,
    "10,000 levels of objects": b'{"name":' * 10_000 + b"1" + b"}" * 10_000,
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"name": -Infinity}',
    "a number beyond all numbers": b'{"name": 1e400}',
    "an integer of 5,000 digits": b'{"name": ' + b"9" * 5_000 + b"}",
    "a list": b"[]",
    "a text": b'"name"',
    "a number": b"7",
    "true": b"true",
}
REFUSED = {name: 400 for name in BROKEN}
every_envelope = pytest.mark.parametrize(
    "operation", [row for row in TAKING_A_BODY if row.id not in INLETS], ids=lambda row: row.id
)
"""What an inlet gets is a payload: it is stored, and its event says what is wrong with it."""


OWN_LIMIT = {"secureProxy", "uploadFile", "addFileVersion"}
"""Operations that take more than others: see tests/proxies/secure_proxy/test_threats.py and
tests/hub/api/entities/test_file_versions.py."""


def caller_of(operation: Operation) -> Any:
    """Who may: the token, or where no token may, an owner."""
    return OWNER if operation.grant == "OWNER" else MACHINE


def send(client: Client, operation: Operation, things: Things, body: bytes, content_type: str) -> Any:
    return client.generic(operation.method, things.path(operation), body, content_type=content_type)


@every_envelope
def test_a_body_that_is_no_json_object_is_refused(
    client_of: Callable[[Any], Client], things: Things, operation: Operation
) -> None:
    client = client_of(caller_of(operation))
    before = stored()
    answers = {name: send(client, operation, things, body, "application/json") for name, body in BROKEN.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == REFUSED
    assert all(set(answer.json()) == SHAPE for answer in answers.values())
    assert stored() == before


@every_envelope
def test_a_body_of_another_kind_is_refused(
    client_of: Callable[[Any], Client], things: Things, operation: Operation
) -> None:
    client = client_of(caller_of(operation))
    kinds = ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    statuses = {kind: send(client, operation, things, b"a=b", kind).status_code for kind in kinds}
    assert statuses == dict.fromkeys(kinds, 415)


@pytest.mark.parametrize("operation", [row for row in TAKING_A_BODY if row.id not in OWN_LIMIT], ids=lambda row: row.id)
def test_a_body_over_the_limit_is_refused(
    client_of: Callable[[Any], Client], things: Things, operation: Operation, settings: Any
) -> None:
    settings.HUB_REQUEST_MAX_BYTES = settings.HUB_INTAKE_MAX_BYTES = 1024
    answer = send(client_of(caller_of(operation)), operation, things, b" " * 1025, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
