"""One row per API request."""

from __future__ import annotations

import pytest

from monitoring.access_logs import note, rows
from monitoring.models import AccessLog
from tests.builders import make_token
from tests.cast import ADMIN, MACHINE, NOBODY

PATH = "/v1/access-tokens"


@pytest.fixture(autouse=True)
def _no_rows():
    rows.clear()


def logged():
    rows.flush()
    return AccessLog.objects.get()


def test_a_request_with_a_token_is_logged_with_the_token(client_of, organization):
    token = make_token(organization=organization)
    answer = client_of(token).get(PATH)
    row = logged()
    assert (row.method, row.path, row.status, row.token_id) == ("GET", PATH, 200, token.id)
    assert (row.organization_id, row.request_id) == (organization.pk, answer["X-Request-ID"])
    assert row.response_bytes == len(answer.content)


def test_a_request_of_a_person_is_logged_with_the_person(client_of, organization):
    client_of(ADMIN).get(PATH)
    row = logged()
    assert row.user_id == organization.memberships.get().user_id
    assert row.token_id == ""


def test_a_refused_request_is_logged_without_an_organization(client_of, db):
    client_of(NOBODY).get(PATH)
    row = logged()
    assert (row.status, row.organization_id) == (401, None)


def test_neither_query_nor_credential_is_logged(client_of, organization):
    token = make_token(organization=organization)
    client_of(token).get(PATH, {"secret": "s3cret"}, headers={"x-other": "s3cret"})
    stored = repr(AccessLog.objects.values().get() if rows.flush() else None)
    assert "s3cret" not in stored
    assert token.text not in stored


def test_where_a_request_came_from_is_logged(client_of):
    client_of(MACHINE).get(PATH, headers={"origin": "https://erp.example", "x-request-id": "mine-1"})
    row = logged()
    assert (row.source_ip, row.origin, row.client_request_id) == ("127.0.0.1", "https://erp.example", "mine-1")


def test_a_path_that_leads_nowhere_is_logged_for_whoever_sent_a_token(client_of, organization):
    token = make_token(organization=organization)
    client_of(token).get("/v9/nothing")
    row = logged()
    assert (row.status, row.organization_id, row.token_id) == (404, organization.pk, token.id)


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer hub_guessed"}], ids=["nothing", "a guess"])
def test_who_guesses_at_paths_without_a_token_writes_no_row(client, db, headers):
    assert client.get("/v9/nothing", headers=headers).status_code == 404
    rows.flush()
    assert not AccessLog.objects.exists()


def test_a_page_is_not_logged(client_of):
    client_of(ADMIN).get("/accounts/login/")
    assert len(rows) == 0


def test_a_request_writes_no_row_itself(client_of, count_queries):
    client = client_of(MACHINE)
    with count_queries() as counted:
        client.get(PATH)
    assert not [query for query in counted if "accesslog" in query["sql"]]


def test_what_no_column_could_hold_is_cut(db):
    for path in ("/v1/" + "x" * 5000, "/v1/a\0b"):
        note(AccessLog(path=path, at="2026-01-15T08:00:00Z", status=404, latency_ms=1, origin="o" * 300))
    assert rows.flush() == 2


def test_twenty_thousand_rows_wait_at_most():
    assert rows.capacity == 20_000
