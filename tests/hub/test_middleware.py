"""What every request gets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from hub.accounts.models import AuditEntry
from hub.web.middleware import ORGANIZATION_KEY, RequestIds, choose_organization
from tests.builders import make_member, make_organization
from tests.cast import ADMIN, MACHINE

API = "/v1/access-tokens"


def test_a_client_cannot_write_into_an_answers_headers(client_of):
    answer = client_of(MACHINE).get(API, headers={"x-request-id": "mine"})
    assert re.fullmatch(r"req_[0-9A-Z]{26}", answer["X-Request-ID"])


@pytest.mark.parametrize(
    ("sent", "kept"), [("a-1._B", "a-1._B"), ("x" * 64, "x" * 64), ("x" * 65, ""), ("a b", ""), ("ü", ""), ("", "")]
)
def test_the_clients_request_id_is_kept_when_it_is_harmless(sent, kept):
    request = RequestFactory().get("/", headers={"x-request-id": sent})
    RequestIds(lambda request: HttpResponse())(request)
    assert request.client_request_id == kept


@pytest.mark.parametrize("sent", ['a\n{"level":"info"}', "a\x1b[31m", "a\u2028b", "x" * 256, "a b"])
def test_a_harmful_correlation_id_is_replaced_by_the_request_id(sent):
    request = RequestFactory().get("/", HTTP_X_CORRELATION_ID=sent)
    RequestIds(lambda request: HttpResponse())(request)
    assert request.correlation_id == request.request_id


@pytest.mark.parametrize("path", [API, "/v1/nothing", "/accounts/login/", "/nothing"])
def test_every_answer_forbids_framing_and_sniffing(db, path):
    answer = Client().get(path)
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_an_api_answer_may_load_nothing(client_of):
    answer = client_of(MACHINE).get(API)
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_page_allows_scripts_with_its_own_nonce_only(db):
    policies = [Client().get("/nothing")["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    assert "unsafe" not in policies[0]
    assert "frame-ancestors 'none'" in policies[0]


def current_organization(client):
    return client.get("/nothing").wsgi_request.organization


def test_a_person_works_in_the_organization_they_joined_first(organization):
    client = Client()
    client.force_login(make_member(organization=organization).user)
    assert current_organization(client) == organization


def test_the_choice_of_an_organization_is_kept_in_the_session(stage):
    member = make_member(organization=stage.home)
    make_member(organization=stage.next_door, user=member.user)
    client = Client()
    client.force_login(member.user)
    request = RequestFactory().get("/")
    request.session = client.session
    choose_organization(request, stage.next_door)
    request.session.save()
    assert current_organization(client) == stage.next_door


def test_a_chosen_organization_counts_only_for_its_members(stage):
    client = Client()
    client.force_login(make_member(organization=stage.home).user)
    session = client.session
    session[ORGANIZATION_KEY] = make_organization().pk
    session.save()
    assert current_organization(client) == stage.home


def test_nobody_has_no_organization(db):
    request = Client().get("/nothing").wsgi_request
    assert (request.organization, request.membership, request.principal) == (None, None, None)


def test_a_visitor_without_a_cookie_costs_no_query(db, count_queries):
    with count_queries() as counted:
        Client().get("/v1/nothing")
    assert len(counted) == 0


def test_a_signed_in_request_costs_three_queries(client_of, count_queries):
    client = client_of(ADMIN)
    client.get("/v1/nothing")
    with count_queries() as counted:
        client.get("/v1/nothing")
    assert len(counted) == 3, "session, person, memberships"


# --- how long people stay signed in ------------------------------------------------------------------------

IDLE = timedelta(minutes=30)


@pytest.fixture
def signed_in(client_of):
    """An admin who has just opened a page."""
    client = client_of(ADMIN)
    client.get("/app/tokens")
    return client


def is_signed_in(client, **headers):
    return client.get("/app/tokens", headers=headers).status_code == 200


def test_somebody_who_was_away_for_half_an_hour_signs_in_again(signed_in, clock):
    clock.move(IDLE)
    answer = signed_in.get("/app/tokens")
    assert answer.headers["Location"] == "/accounts/login/?next=/app/tokens"
    assert "You were away for a while." in signed_in.get("/accounts/login/").content.decode()


def test_somebody_who_comes_back_a_moment_earlier_stays_signed_in(signed_in, clock):
    clock.move(IDLE - timedelta(seconds=1))
    assert is_signed_in(signed_in)


def test_somebody_who_goes_on_working_stays_signed_in(signed_in, clock):
    for _hour in range(3):
        clock.move(IDLE - timedelta(minutes=1))
        assert is_signed_in(signed_in)


def test_a_page_that_looks_for_news_by_itself_keeps_nobody_signed_in(signed_in, clock):
    clock.move(IDLE - timedelta(minutes=1))
    assert is_signed_in(signed_in, x_unattended="1")
    clock.move(minutes=1)
    assert not is_signed_in(signed_in)


def test_after_twelve_hours_everybody_signs_in_again(signed_in, clock):
    for _turn in range(36):
        clock.move(minutes=20)
        last = is_signed_in(signed_in)
    assert not last


def test_the_idle_limit_can_be_set(signed_in, clock, settings):
    settings.HUB_SESSION_IDLE_MINUTES = 60
    clock.move(IDLE)
    assert is_signed_in(signed_in)


def test_a_session_that_is_over_opens_no_api(signed_in, clock):
    clock.move(IDLE)
    assert signed_in.get(API).status_code == 401


def test_a_session_that_ends_by_itself_is_audited(signed_in, clock, organization):
    clock.move(IDLE)
    signed_in.get("/app/tokens")
    entry = AuditEntry.objects.of(organization).latest("sequence")
    assert (entry.action, entry.changes) == ("sign_out", {"reason": "idle"})
