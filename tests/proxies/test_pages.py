"""The panel on the page of a managed call with which people try it out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hub.accounts.models import Role
from tests.builders import make_member, make_use_case
from tests.proxies.partner import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_as(partner):
    """The pages as somebody of that role sees them."""

    def make(role):
        client = Client()
        client.force_login(make_member(organization=partner.organization, role=role).user)
        return client

    return make


def place(partner, use_case, name="proxies:try-call"):
    return reverse(name, args=[partner.integration.pk, use_case.pk])


def tried(client, partner, use_case, payload, **headers):
    return client.post(place(partner, use_case), {"payload": payload}, headers=headers)


@pytest.mark.parametrize(("role", "sees_it"), [(Role.OWNER, True), (Role.OPERATOR, True), (Role.VIEWER, False)])
def test_whoever_may_execute_a_call_sees_the_panel(partner, open_as, role, sees_it):
    use_case = partner.call()
    shown = open_as(role).get(place(partner, use_case, "integrations:use-case")).text
    assert (place(partner, use_case) in shown) is sees_it


def test_other_use_cases_have_no_panel(partner, open_as):
    use_case = make_use_case(integration=partner.integration)
    assert (
        place(partner, use_case) not in open_as(Role.OWNER).get(place(partner, use_case, "integrations:use-case")).text
    )


def test_whoever_may_not_execute_a_call_is_refused(partner, open_as):
    use_case = partner.call()
    assert tried(open_as(Role.VIEWER), partner, use_case, "{}").status_code == 403
    assert not partner.receiver.requests


def test_a_trial_shows_request_answer_and_result_without_secrets(partner, open_as):
    use_case = partner.call(response_mapping='{"mapped": full_name}')
    partner.receiver.answer_in_turn(answer({"full_name": "John Doe", "echo": "k-123456"}, Set_Cookie="session=1234567"))
    shown = tried(open_as(Role.OPERATOR), partner, use_case, '{"customer_id": "C-1", "q": "a b"}')
    assert (shown.status_code, len(partner.receiver.requests)) == (200, 1)
    for text in ("/base/v1/customers/C-1?q=a%20b", "X-Tenant", "t1", "X-API-Key", "***", "John Doe", "mapped"):
        assert text in shown.text
    assert "k-123456" not in shown.text
    assert "session=1234567" not in shown.text


def test_a_part_of_the_page_is_enough_for_the_script(partner, open_as):
    use_case = partner.call()
    client = open_as(Role.OPERATOR)
    payload = '{"customer_id": "C-1", "q": "a"}'
    assert "<html" in tried(client, partner, use_case, payload).text
    part = tried(client, partner, use_case, payload, **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Mapped result" in part


def test_a_failure_is_shown_with_its_code_and_what_was_sent(partner, open_as):
    use_case = partner.call()
    partner.receiver.answer_in_turn(answer({"msg": "no such customer"}, 404))
    shown = tried(open_as(Role.OPERATOR), partner, use_case, '{"customer_id": "C-1", "q": "a"}').text
    for text in ("EXTERNAL_API_ERROR", "/base/v1/customers/C-1", "404", "no such customer"):
        assert text in shown


def test_a_missing_parameter_is_named_and_nothing_sent(partner, open_as):
    use_case = partner.call()
    shown = tried(open_as(Role.OPERATOR), partner, use_case, "").text
    assert "MISSING_REQUIRED_PARAM" in shown
    assert "customer_id" in shown
    assert not partner.receiver.requests


@pytest.mark.parametrize("payload", ["{", "[]", "5", '{"a": NaN}', '{"a": "\\u0000"}'])
def test_what_is_no_payload_is_said_and_kept_in_the_editor(partner, open_as, payload):
    use_case = partner.call()
    shown = tried(open_as(Role.OPERATOR), partner, use_case, payload)
    assert shown.status_code == 200
    assert "This payload cannot be sent." in shown.text
    assert "The body" not in shown.text
    assert not partner.receiver.requests


def test_a_disabled_call_and_one_without_a_base_url_say_so(partner, open_as):
    client = open_as(Role.OPERATOR)
    assert "USE_CASE_DISABLED" in tried(client, partner, partner.call("off", enabled=False), "{}").text
    partner.integration.connector_config = None
    partner.integration.save()
    assert "connector_config.base_url" in tried(client, partner, partner.call("on"), "{}").text


def test_a_use_case_of_another_type_is_no_call(partner, open_as):
    assert tried(open_as(Role.OWNER), partner, make_use_case(integration=partner.integration), "{}").status_code == 404
