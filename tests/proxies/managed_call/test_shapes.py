"""What the OpenAPI document says about the configuration of managed calls is what the parser takes."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from hub.api.documentation import openapi_document
from hub.errors import Invalid
from hub.json_types import ROOT
from integrations.ui.examples import example_of
from proxies.managed_call import configuration, pull
from proxies.managed_call.configuration import ManagedCallConfiguration
from proxies.managed_call.shapes import CONFIGURATION, CURSOR, EXAMPLE, ON_DEMAND, PULL

pytestmark = pytest.mark.once

BODY = "/v1/integrations/{integrationId}/use-cases"


def test_the_example_is_a_configuration() -> None:
    parsed = ManagedCallConfiguration.parse(EXAMPLE, ROOT)
    assert (parsed.warnings, parsed.pull is not None) == ((), True)
    assert jsonschema_rs.is_valid(CONFIGURATION, EXAMPLE)


def test_the_example_of_the_form_has_the_shape_too() -> None:
    assert jsonschema_rs.is_valid(CONFIGURATION, json.loads(example_of("managed_call")))


@pytest.mark.parametrize(
    ("shape", "members"),
    [(PULL, pull.MEMBERS), (CURSOR, pull.OF_A_CURSOR), (ON_DEMAND, pull.OF_ON_DEMAND)],
)
def test_every_member_that_the_parser_knows_is_described(shape: dict[str, Any], members: frozenset[str]) -> None:
    assert set(shape["properties"]) == members


@pytest.mark.parametrize(
    "wrong",
    [
        {"pull": {"every_minutes": 0, "items": "a"}},
        {"pull": {"every_minutes": pull.LONGEST_MINUTES + 1, "items": "a"}},
        {"pull": {"most_pages": 0, "items": "a"}},
        {"pull": {"every_minutes": 5}},
        {"pull": {"items": "a", "cursor": {}}},
        {"pull": {"items": "a", "on_demand": {"events": [], "payload": "{}"}}},
        {"timeout_ms": configuration.MOST_TIMEOUT_MS + 1},
        {"operation": {"method": "HEAD", "path": "/"}},
    ],
)
def test_what_the_shape_refuses_the_parser_refuses(wrong: dict[str, Any]) -> None:
    raw = EXAMPLE | wrong
    assert not jsonschema_rs.is_valid(CONFIGURATION, raw)
    with pytest.raises(Invalid):
        ManagedCallConfiguration.parse(raw, ROOT)


def test_the_document_shows_the_schedule_and_an_example_of_it() -> None:
    content = json.loads(openapi_document())["paths"][BODY]["post"]["requestBody"]["content"]["application/json"]
    shapes = content["schema"]["properties"]["configuration"]["anyOf"]
    assert [one["title"] for one in shapes] == ["Managed call", "Another type"]
    assert "every_minutes" in shapes[0]["properties"]["pull"]["properties"]
    assert content["examples"]["ManagedCall"]["value"]["configuration"]["pull"]["every_minutes"] == 15
