"""The simulation page shows everything that would be done: entities, readings, and what would be pruned."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from inbound.ui.simulated import updates_of
from tests.cast import VIEWER
from tests.inbound.conftest import Erp

pytestmark = pytest.mark.django_db

READING_FIELDS = [{"attribute": name, "field": name} for name in ("external_id", "timestamp", "source", "value")]
READINGS = {
    "meter_readings": [
        {
            "meter": {"unique_ids": [{"attribute": "meter_number", "field": "meter"}]},
            "fields": READING_FIELDS,
            "mode": "upsert-prune-scope",
            "scope": {"source": "ERP"},
        }
    ]
}
READING = {"meter": "Z-77", "external_id": "R-1", "timestamp": "2025-07-01", "source": "ERP", "value": 10}


@pytest.fixture
def viewer(erp: Erp, client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


def run(client: Client, configuration: Any, payload: Any) -> tuple[int, str]:
    """(status, page) of a run."""
    form = {"configuration": json.dumps(configuration), "payload": json.dumps(payload), "format": "json"}
    answer = client.post("/app/simulation", form)
    return answer.status_code, answer.content.decode()


def test_readings_and_what_is_kept_of_their_meter_are_shown(viewer: Client) -> None:
    status, page = run(viewer, READINGS, READING)
    assert status == 200
    assert page.count("Z-77") >= 2
    assert "meter reading" in page
    assert "delete all others" in page


def test_a_failure_shows_what_its_expression_was_given(viewer: Client) -> None:
    field = {"attribute": "v", "jsonataExpression": "$number(meter)"}
    configuration = {"entities": [{"entity_schema": "meter", "unique_ids": ["v"], "fields": [field]}]}
    status, page = run(viewer, configuration, READING)
    assert status == 422
    assert "the input was" in page


def test_the_code_of_a_failure_leads_to_what_it_means(viewer: Client) -> None:
    field = {"attribute": "v", "jsonataExpression": "$number(meter)"}
    configuration = {"entities": [{"entity_schema": "meter", "unique_ids": ["v"], "fields": [field]}]}
    _status, page = run(viewer, configuration, READING)
    assert 'href="/app/codes#MAPPING_EXPRESSION_FAILED"' in page


def test_the_text_of_a_payload_cannot_become_part_of_the_page(viewer: Client) -> None:
    _status, page = run(viewer, READINGS, READING | {"meter": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in page


def test_what_is_done_stands_in_the_order_it_is_done_in() -> None:
    scope = {"scope_mode": "relations", "schema": "account", "unique_ids": {"nr": 7}}
    document: Any = {
        "entity_updates": [{"entity_slug": "contract", "unique_identifiers": {"nr": 1}, "mode": "upsert"}],
        "prune_scope_updates": [
            {"entity_slug": "contract", "scope": scope, "keep_unique_ids": [{"nr": "1"}], "deletion_mode": "purge"}
        ],
        "meter_readings_updates": [{"meter": {"$entity_unique_ids": {"nr": "Z"}}, "mode": "delete", "attributes": {}}],
    }
    assert [(one.schema, one.mode, one.key) for one in updates_of(document)] == [
        ("contract", "upsert", "1"),
        ("contract", "purge all others", "account 7"),
        ("meter reading", "delete", "Z"),
    ]


@pytest.mark.parametrize("document", [{}, {"entity_updates": 1}, {"prune_scope_updates": [{"scope": 1}]}])
def test_an_answer_of_another_shape_does_no_harm(document: Any) -> None:
    assert len(updates_of(document)) <= 1
