"""A collector hears of every request by its route and its answer, and of nothing that was sent with it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders import make_token
from tests.collector import collector as collector
from tests.collector import place_in

INCOMING = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def asked(path, **headers):
    return Client(headers=headers).get(path)


def test_a_request_is_told_by_method_route_and_status(db, organization, collector):
    token = make_token(organization=organization)
    asked("/v1/integrations/not-a-uuid?secret=s3cr3t", authorization=f"Bearer {token.text}", x_correlation_id="order-1")
    [told] = collector.spans
    assert (told.kind, told.has_failed, told.attributes["http.request.method"]) == ("SERVER", False, "GET")
    assert told.attributes["http.response.status_code"] == 404
    assert told.attributes["hub.request_id"].startswith("req_")
    assert told.attributes["hub.correlation_id"] == "order-1"


def test_who_asked_is_told_and_what_opens_is_not(db, organization, collector):
    token = make_token(organization=organization)
    asked("/v1/integrations?secret=s3cr3t", authorization=f"Bearer {token.text}", cookie="hub_session=c00kie")
    told = collector.named("GET /v1/integrations")
    assert told.attributes["hub.organization_id"] == str(organization.pk)
    assert not [word for word in (token.text, "s3cr3t", "c00kie") if word.encode() in everything(collector)]


def test_a_caller_that_traces_is_the_parent(db, collector):
    asked("/v1/integrations", traceparent=INCOMING)
    told = collector.named("GET /v1/integrations")
    assert (told.trace_id, told.parent_id) == place_in(INCOMING)


@pytest.mark.parametrize("header", ["nonsense", INCOMING.replace("00-", "ff-", 1), f"{INCOMING},{INCOMING}"])
def test_a_header_that_is_malformed_begins_a_trace_of_its_own(db, collector, header):
    assert asked("/v1/integrations", traceparent=header).status_code == 401
    told = collector.named("GET /v1/integrations")
    assert (told.parent_id, told.trace_id == INCOMING[3:35]) == ("", False)


def test_what_watches_the_hub_is_not_told(db, collector):
    for path in ("/livez", "/readyz", "/metrics"):
        asked(path)
    assert collector.spans == []


def everything(collector):
    """All bytes that the collector got."""
    return b"".join(request.body for request in collector.receiver.requests)
