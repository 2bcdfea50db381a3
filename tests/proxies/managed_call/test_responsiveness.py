"""While other systems keep calls waiting, everything else is served."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from tests.proxies.partner import PERSON, answer, error_of

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = 16


def test_sixteen_calls_wait_the_next_one_is_told_so_and_pages_load(partner):
    go_on, all_there = threading.Event(), threading.Semaphore(0)

    def hold(_request, _number):
        all_there.release()
        go_on.wait(20)
        return answer(PERSON)

    partner.receiver.answer = hold
    partner.call(response_mapping=None)

    def execute(_):
        try:
            return partner.execute().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PLACES) as threads:
        waiting = [threads.submit(execute, number) for number in range(PLACES)]
        try:
            assert all(all_there.acquire(timeout=20) for _ in range(PLACES))
            refused = partner.execute()
            assert (refused.status_code, refused["Retry-After"]) == (429, "1")
            bearer = {"HTTP_AUTHORIZATION": f"Bearer {partner.token.text}"}
            assert Client().get("/v1/integrations", **bearer).status_code == 200
            assert Client().get("/accounts/login/").status_code == 200
        finally:
            go_on.set()
        assert {one.result() for one in waiting} == {200}
    assert partner.execute().status_code == 200


def test_a_call_that_takes_too_long_gives_its_place_back(partner, settings):
    settings.HUB_MOST_WAITING = 1
    go_on = threading.Event()

    def hold(_request, number):
        if number == 1:
            go_on.wait(20)
        return answer(PERSON)

    partner.receiver.answer = hold
    partner.call(timeout_ms=1000)
    response = partner.execute()
    go_on.set()
    assert (response.status_code, error_of(response)["code"]) == (502, "EXTERNAL_API_TIMEOUT")
    assert [span.code for span in partner.spans()] == ["TIMEOUT"]
    assert partner.execute().status_code == 200
