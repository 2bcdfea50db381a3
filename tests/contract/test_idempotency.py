"""Every POST that makes or triggers something takes an Idempotency-Key; those that only ask take none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.api.documentation import openapi_document
from hub.api.models import KeptAnswer
from tests.cast import MACHINE
from tests.contract.doors import knock
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.test_strangers import stored
from tests.contract.things import Things

ClientOf = Callable[[Any], Client]
QUERIES = {
    "simulateMapping",
    "simulateMappingV2",
    "simulateDirect",
    "simulateOutboundMapping",
    "queryEvents",
    "queryInboundMonitoringEvents",
    "queryOutboundMonitoringEvents",
    "queryAccessLogs",
    "getMonitoringStats",
    "getMonitoringTimeSeries",
    "queryMonitoringEvents",
    "queryMonitoringStats",
    "queryMonitoringEventsV2",
    "getMonitoringStatsV2",
    "getMonitoringTimeSeriesV2",
    "searchEntities",
    "exportEntities",
    "downloadFile",
    "previewEvent",
    "listEventHistory",
    "listEventHistoryV2",
    "listWebhookDeliveries",
    "getWebhookExample",
    "testAutomation",
    "testWebhookConnection",
    "testWebhookOAuth",
}
"""They ask by POST: whoever repeats them gets what is so by then."""
TELL_REPEATS_THEMSELVES = {"acknowledgeTracking", "pollMessages", "acknowledgeMessages"}
"""An ack id, a lease and a lease token say what was there before."""
POSTS = [row for row in OPERATIONS if row.method == "POST"]
KEYED = [row for row in POSTS if row.id not in QUERIES | TELL_REPEATS_THEMSELVES]
BY_OTHERS = [row for row in OPERATIONS if row not in KEYED and row.grant != "OWNER"]


@pytest.fixture
def keyed(client_of: ClientOf) -> Client:
    """A client of which every request carries the same key."""
    client = client_of(MACHINE)
    client.defaults["HTTP_IDEMPOTENCY_KEY"] = "order-4711"
    return client


@pytest.mark.parametrize("operation", KEYED, ids=lambda row: row.id)
def test_what_is_sent_again_is_done_once(keyed: Client, things: Things, operation: Operation) -> None:
    first = knock(keyed, operation, things)
    after = stored()
    again = knock(keyed, operation, things)
    assert first.status_code in operation.successes
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert stored() == after


@pytest.mark.parametrize("operation", BY_OTHERS, ids=lambda row: row.id)
def test_elsewhere_a_key_says_nothing(keyed: Client, things: Things, operation: Operation) -> None:
    answers = [knock(keyed, operation, things) for _ in range(2)]
    assert answers[0].status_code in operation.successes
    assert not any("Idempotency-Replayed" in answer for answer in answers)
    assert not KeptAnswer.objects.exists()


def test_the_document_names_the_header_where_it_counts_and_nowhere_else() -> None:
    document = json.loads(openapi_document())
    described = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", ())
        if (parameter["in"], parameter["name"]) == ("header", "Idempotency-Key")
    }
    assert described == {row.id for row in KEYED}


@pytest.mark.parametrize("operation", KEYED, ids=lambda row: row.id)
def test_the_document_tells_of_replays_and_conflicts(operation: Operation) -> None:
    responses = json.loads(openapi_document())["paths"][operation.path]["post"]["responses"]
    assert "IDEMPOTENCY_KEY_REUSED" in responses["409"]["description"]
    assert all("Idempotency-Replayed" in responses[str(status)]["headers"] for status in operation.successes)
