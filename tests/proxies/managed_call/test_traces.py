"""A managed call is a span within that of the request, and the other system is told of it."""

from __future__ import annotations

import pytest

from tests.collector import collector as collector
from tests.collector import place_in
from tests.proxies.partner import answer

pytestmark = pytest.mark.django_db


def test_the_other_system_is_within_the_call_and_the_call_within_the_request(partner, collector):
    partner.call()
    partner.execute()
    work = collector.named("managed call")
    [request] = [one for one in collector.spans if one.kind == "SERVER"]
    assert (work.trace_id, work.parent_id) == request.place
    assert place_in(partner.sent.headers["traceparent"]) == work.place
    assert work.attributes["http.response.status_code"] == 200
    assert work.attributes["hub.integration_id"] == str(partner.integration.pk)


def test_a_call_that_fails_is_told_by_its_code_alone(partner, collector):
    partner.call()
    partner.receiver.answer_in_turn(answer({"msg": "SECRET-ANSWER"}, 404))
    partner.execute()
    work = collector.named("managed call")
    assert (work.has_failed, work.attributes["error.type"]) == (True, "EXTERNAL_API_ERROR")
    sent = b"".join(request.body for request in collector.receiver.requests)
    assert not [word for word in (b"SECRET-ANSWER", b"k-123456", b"customers/C") if word in sent]
