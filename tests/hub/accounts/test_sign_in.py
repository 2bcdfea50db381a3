"""People sign in with e-mail and password."""

from __future__ import annotations

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from tests.builders import make_member, make_user

LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery"
ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "/%5cevil.example",
    "https://evil.example/",
    "javascript:1",
]


@pytest.fixture
def member(organization):
    return make_member(organization=organization)


def sign_in(client, email, password=PASSWORD, **query):
    return client.post(LOGIN, {"login": email, "password": password, **query})


def test_the_right_password_signs_in(member):
    client = Client()
    assert sign_in(client, member.user.email).status_code == 302
    assert client.get("/nothing").wsgi_request.principal.user_id == member.user_id


def test_a_wrong_password_and_an_unknown_person_are_answered_alike(member):
    answers = [sign_in(Client(), email, "wrong") for email in (member.user.email, "nobody@example.test")]
    forms = [answer.context["form"].errors for answer in answers]
    assert forms[0] == forms[1]


def test_signing_in_and_failing_to_are_audited(member, organization):
    sign_in(Client(), member.user.email, "wrong")
    sign_in(Client(), member.user.email)
    rows = AuditEntry.objects.of(organization).order_by("sequence").values_list("action", "result", "actor_id")
    assert list(rows) == [("sign_in", "failure", str(member.user_id)), ("sign_in", "success", str(member.user_id))]


def test_what_a_stranger_typed_is_not_kept(db):
    sign_in(Client(), "my-pass-word@example.test", "wrong")
    assert "my-pass-word" not in repr(AuditEntry.objects.values().get())


def test_a_session_key_from_before_signing_in_is_worthless(member):
    client = Client()
    session = client.session
    session["preset"] = True
    session.save()
    client.cookies["hub_session"] = before = session.session_key
    sign_in(client, member.user.email)
    assert client.session.session_key != before
    stranger = Client()
    stranger.cookies["hub_session"] = before
    assert stranger.get("/nothing").wsgi_request.principal is None


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_to_another_site(member, target):
    assert sign_in(Client(), member.user.email, next=target)["Location"] == "/"


def test_a_path_of_this_site_is_a_fine_target(member):
    assert sign_in(Client(), member.user.email, next="/app/integrations")["Location"] == "/app/integrations"


def test_nobody_signs_up_by_themselves(db):
    answer = Client().post(
        "/accounts/signup/", {"email": "a@b.test", "password1": "long enough word", "password2": "long enough word"}
    )
    assert answer.status_code == 200
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("place", ["email", "confirm-email", "confirm-email/key", "password/set", "login/code/confirm"])
def test_pages_of_the_library_that_the_hub_does_not_offer_are_not_there(member, place):
    client = Client()
    sign_in(client, member.user.email)
    assert client.get(f"/accounts/{place}/").status_code == 404
    answer = client.post(f"/accounts/{place}/", {"email": "attacker@example.test", "action_add": ""})
    assert answer.status_code == 404


def test_a_deactivated_person_does_not_get_in(organization):
    user = make_user(is_active=False)
    client = Client()
    sign_in(client, user.email)
    assert client.get("/nothing").wsgi_request.principal is None


def test_signing_out_ends_the_session(member):
    client = Client()
    sign_in(client, member.user.email)
    client.post("/accounts/logout/")
    assert client.get("/nothing").wsgi_request.principal is None
