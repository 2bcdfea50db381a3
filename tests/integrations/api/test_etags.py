"""ETag and If-Match: a change based on something old is refused, if the caller wants that."""

from __future__ import annotations

import pytest

from integrations.models import Integration, UseCase
from tests.integrations.conftest import path_of

KINDS = {
    "integration": lambda case: path_of(case.integration),
    "integration v2": lambda case: path_of(case.integration, version=2),
    "use case": path_of,
}


@pytest.fixture(params=KINDS)
def path(request, use_case):
    """Where each kind of thing is."""
    return KINDS[request.param](use_case)


BODY = {"name": "Renamed"}


def test_reading_gives_an_etag(api, path):
    assert api.get(path).headers["ETag"] == '"1"'


def test_a_write_gives_the_next_etag(api, path):
    assert api.put(path, BODY).headers["ETag"] == '"2"'


@pytest.mark.parametrize("header", ['"1"', '"7", "1"', "*", ' "1" '])
def test_a_fresh_etag_is_accepted(api, path, header):
    assert api.put(path, BODY, **{"If-Match": header}).status_code == 200


@pytest.mark.parametrize("header", ['"0"', 'W/"1"', "1", "", '"x"', '"1'])
def test_a_stale_or_strange_etag_is_refused(api, path, header):
    answer = api.put(path, BODY, **{"If-Match": header})
    assert (answer.status_code, answer.json()["code"]) == (412, "PRECONDITION_FAILED")


def test_a_stale_deletion_deletes_nothing(api, path):
    api.put(path, BODY)
    assert api.delete(path, **{"If-Match": '"1"'}).status_code == 412
    assert (Integration.objects.count(), UseCase.objects.count()) == (1, 1)


def test_a_write_to_a_use_case_makes_the_etag_of_its_integration_stale(api, use_case):
    api.put(path_of(use_case), {"enabled": False})
    answer = api.put(path_of(use_case.integration, version=2), {"name": "x", "use_cases": []}, **{"If-Match": '"1"'})
    assert answer.status_code == 412


def test_a_write_that_changes_nothing_leaves_the_etag_of_a_use_case(api, use_case):
    assert api.put(path_of(use_case), {}).headers["ETag"] == '"1"'
