"""The way back in for those who forgot their password."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from tests.builders import make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"


@pytest.fixture
def _mail(settings):
    settings.HUB_SENDS_MAIL = True


def text_of(answer):
    return answer.content.decode()


def test_without_a_mail_server_the_login_offers_no_link():
    assert RESET not in text_of(Client().get(LOGIN))


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_mail_server_nobody_is_promised_a_link(method):
    email = make_user().email
    answer = getattr(Client(), method)(RESET, {"email": email})
    assert "This hub sends no mail" in text_of(answer)
    assert mail.outbox == []


@pytest.mark.usefixtures("_mail")
def test_with_a_mail_server_the_login_leads_to_it():
    assert f'href="{RESET}"' in text_of(Client().get(LOGIN))


@pytest.mark.usefixtures("_mail")
def test_with_a_mail_server_the_link_in_the_mail_leads_to_a_new_password(settings):
    user = make_user()
    Client().post(RESET, {"email": user.email})
    (link,) = re.findall(rf"{settings.HUB_BASE_URL}(\S+)", mail.outbox[0].body)
    assert "Choose a new password" in text_of(Client().get(link, follow=True))


@pytest.mark.usefixtures("_mail")
@pytest.mark.parametrize("base", ["https://hub.example.com", "https://hub.example.com/"])
def test_the_mail_leads_to_the_hub_of_the_settings_whatever_the_request_calls_it(settings, base):
    settings.HUB_BASE_URL = base
    Client(headers={"host": "localhost:4711"}).post(RESET, {"email": make_user().email})
    assert re.findall(r"https?://[^/\s]+", mail.outbox[0].body) == ["https://hub.example.com"]


@pytest.mark.usefixtures("_mail")
@pytest.mark.parametrize("forged", [{"host": "evil.example"}, {"x-forwarded-host": "evil.example"}])
def test_no_mail_names_a_host_that_the_request_made_up(forged):
    Client(headers=forged).post(RESET, {"email": make_user().email})
    assert [mailed for mailed in mail.outbox if "evil" in f"{mailed.subject}{mailed.body}"] == []


@pytest.mark.usefixtures("_mail")
def test_strangers_get_no_mail():
    Client().post(RESET, {"email": "stranger@example.test"})
    assert mail.outbox == []
